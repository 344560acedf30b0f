// Units that march: where each of their parts is at a moment, and what its unit is doing.

import type { Move, RunDocument } from "./types";

export type Group = Move["group"];

export class Moves {
  #by = new Map<string, Move>();

  constructor(readonly all: Move[]) {
    for (const move of all) this.#by.set(`${move.group}-${move.row}`, move);
  }

  static of(doc: RunDocument): Moves { return new Moves(doc.moves ?? []); }

  /** Whether anything marches in this run. */
  get any(): boolean { return this.all.length > 0; }

  /** The way of a site or radar, if it marches. */
  of(group: Group, row: number): Move | undefined { return this.#by.get(`${group}-${row}`); }

  /** Place of a site or radar at t, [lon, lat, height above sea]; `still` of what never marches. */
  at(group: Group, row: number, t: number, still: { lon: number; lat: number; h: number }): [number, number, number] {
    const move = this.of(group, row);
    return move ? along(move, t) : [still.lon, still.lat, still.h];
  }

  /** The positions in which a unit stands at another time, one for each: row of its site and stay. */
  empty(t: number): { unit: number; stay: Move["stays"][number] }[] {
    return this.all.filter(({ group }) => group === "site").flatMap((move) => {
      const [lon, lat] = along(move, t), seen = new Set<number>();
      return move.stays.filter((stay) => !(stay.lon === lon && stay.lat === lat) && !seen.has(stay.position) && seen.add(stay.position))
        .map((stay) => ({ unit: move.row, stay }));
    });
  }

  /** Differs between moments at which something stands elsewhere. */
  key(t: number): string { return this.all.map((move) => along(move, t).join()).join(" "); }

  /** Whether a site or radar is out of its place at t: it packs, is on the road or sets up. */
  away(group: Group, row: number, t: number): boolean {
    return this.of(group, row)?.away.some(([from, to]) => t >= from && t < to) ?? false;
  }
}

/** Place on a way, [lon, lat, height above sea], between its points in a straight line. */
function along({ path }: Move, t: number): [number, number, number] {
  let i = 0;
  while (i < path.length - 2 && path[i + 1]![0] <= t) i++;
  const [t0, x0, y0, h0] = path[i]!, [t1, x1, y1, h1] = path[Math.min(i + 1, path.length - 1)]!;
  const f = t1 > t0 ? Math.min(Math.max((t - t0) / (t1 - t0), 0), 1) : 0;
  return [x0 + f * (x1 - x0), y0 + f * (y1 - y0), h0 + f * (h1 - h0)];
}

/** The last step of a unit that has begun by t: its row in `steps`, -1 of a part without. */
export function stepAt({ steps }: Move, t: number): number {
  if (!steps) return -1;
  let i = 0;
  while (i + 1 < steps.length && steps[i + 1]![0] <= t) i++;
  return i;
}
