// Samples of everything that moves, by windows of time, and where each thing is at a moment.

import { tableFromIPC } from "apache-arrow";
import type { Source } from "./source";

/** Samples of one table: columns of numbers, ordered by entity and time; rows of an entity are start[i] .. start[i + 1]. */
export interface Samples {
  ids: Int32Array;
  start: Int32Array;
  columns: Record<string, Float32Array>;
  rows: number;
  slot: Map<number, number>;
}

const STEP = "step";

/** Reads an Arrow stream whose columns hold whole steps, each less the one before; a column is summed up when it is first used. */
export function decode(bytes: Uint8Array): Samples {
  const table = tableFromIPC(bytes), columns: Record<string, Float32Array> = {};
  for (const field of table.schema.fields) {
    Object.defineProperty(columns, field.name, {
      configurable: true, enumerable: true,
      get(): Float32Array {
        const steps = table.getChild(field.name)!.toArray() as Int8Array | Int16Array | Int32Array, step = Number(field.metadata.get(STEP) ?? 1), values = new Float32Array(steps.length);
        let sum = 0;
        for (let i = 0; i < steps.length; i++) { sum += steps[i]!; values[i] = sum * step; }
        Object.defineProperty(columns, field.name, { value: values });
        return values;
      },
    });
  }
  return grouped(columns, table.numRows);
}

function grouped(columns: Record<string, Float32Array>, rows: number): Samples {
  const id = columns.id ?? new Float32Array(0);
  const ids: number[] = [], start: number[] = [];
  for (let i = 0; i < rows; i++) if (i === 0 || id[i] !== id[i - 1]) { ids.push(id[i]!); start.push(i); }
  start.push(rows);
  return { ids: Int32Array.from(ids), start: Int32Array.from(start), columns, rows, slot: new Map(ids.map((value, i) => [value, i])) };
}

export const EMPTY: Samples = grouped({ id: new Float32Array(0), t: new Float32Array(0) }, 0);

/** Last row of an entity at or before t, -1 before its first; `hint` is a guess from the moment before. */
export function rowAt(samples: Samples, slot: number, t: number, hint: number): number {
  const first = samples.start[slot]!, last = samples.start[slot + 1]! - 1, time = samples.columns.t!;
  if (t < time[first]!) return -1;
  if (t >= time[last]!) return last;
  let low = first, high = last;
  if (hint >= first && hint < last && time[hint]! <= t) {
    if (t < time[hint + 1]!) return hint;
    low = hint + 1;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (time[middle]! <= t) low = middle; else high = middle;
  }
  return time[low]! <= t ? low : low - 1;
}

/** A window of all tables. */
export type Window = Record<string, Samples>;

/** Loads windows as they are needed, keeps the last few, fetches the next one ahead. */
export class Windows {
  #loaded = new Map<number, Window>();
  #asked = new Map<number, Promise<Window>>();
  #kept = 6;

  constructor(readonly source: Source, readonly head: { step: number; count: number; tables: string[] }, readonly arrived: (number: number) => void) {}

  /** Number of the window that holds t. */
  index(t: number): number {
    return Math.min(Math.max(Math.floor(t / this.head.step), 0), this.head.count - 1);
  }

  /** The window of t if it is here; asks for it, and for the one after it, if not. */
  at(t: number): Window | null {
    const index = this.index(t);
    void this.load(index);
    if (index + 1 < this.head.count && t > (index + 0.3) * this.head.step) void this.load(index + 1);
    return this.#loaded.get(index) ?? null;
  }

  load(index: number): Promise<Window> {
    const known = this.#asked.get(index);
    if (known) return known;
    const asked = this.#fetch(index);
    this.#asked.set(index, asked);
    asked.catch(() => this.#asked.delete(index));
    return asked;
  }

  async #fetch(index: number): Promise<Window> {
    const parts = await Promise.all(this.head.tables.map((table) => this.source.bytes(`${table}-${index}`)));
    const window = Object.fromEntries(this.head.tables.map((table, i) => [table, decode(parts[i]!)]));
    this.#loaded.set(index, window);
    while (this.#loaded.size > this.#kept) {
      const oldest = this.#loaded.keys().next().value!;
      this.#loaded.delete(oldest);
      this.#asked.delete(oldest);
    }
    this.arrived(index);
    return window;
  }
}
