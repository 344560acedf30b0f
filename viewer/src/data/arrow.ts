// Arrow streams of samples as columns of numbers.

import { tableFromIPC } from "apache-arrow";

/** Columns of one table, ordered by entity and time; rows of entity i are start[i] .. start[i + 1]. */
export interface Columns {
  ids: Int32Array;
  start: Int32Array;
  columns: Record<string, Float32Array>;
  rows: number;
}

const STEP = "step";

/** Reads an Arrow stream whose columns hold whole steps, each less the one before. */
export function read(bytes: Uint8Array): Columns {
  const table = tableFromIPC(bytes), columns: Record<string, Float32Array> = {}, rows = table.numRows;
  for (const field of table.schema.fields) {
    const steps = table.getChild(field.name)!.toArray() as Int8Array | Int16Array | Int32Array, step = Number(field.metadata.get(STEP) ?? 1);
    const values = columns[field.name] = new Float32Array(rows);
    let sum = 0;
    for (let i = 0; i < rows; i++) { sum += steps[i]!; values[i] = sum * step; }
  }
  const id = columns.id ?? new Float32Array(0), ids: number[] = [], start: number[] = [];
  for (let i = 0; i < rows; i++) if (i === 0 || id[i] !== id[i - 1]) { ids.push(id[i]!); start.push(i); }
  start.push(rows);
  return { ids: Int32Array.from(ids), start: Int32Array.from(start), columns, rows };
}
