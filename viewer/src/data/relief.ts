// Heights of the ground on Web Mercator grids, from the wide one and, where it lies, the near one.

import type { Source } from "./source";
import type { ReliefHead } from "./types";

const RAD = Math.PI / 180;

/** Northing in Web Mercator, in units where the world is one wide; 0 at the top. */
export const mercatorY = (lat: number): number => 0.5 - Math.asinh(Math.tan(lat * RAD)) / (2 * Math.PI);
export const mercatorX = (lon: number): number => lon / 360 + 0.5;
export const latOf = (y: number): number => Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) / RAD;
export const lonOf = (x: number): number => (x - 0.5) * 360;

class Grid {
  readonly x0: number; readonly y0: number; readonly dx: number; readonly dy: number;

  constructor(readonly head: ReliefHead, readonly values: Float32Array) {
    const [west, south, east, north] = head.box;
    this.x0 = mercatorX(west);
    this.y0 = mercatorY(north);
    this.dx = (mercatorX(east) - this.x0) / (head.width - 1);
    this.dy = (mercatorY(south) - this.y0) / (head.height - 1);
  }

  /** Height at a point of the Mercator square, NaN outside. */
  at(x: number, y: number): number {
    const { width, height } = this.head, column = (x - this.x0) / this.dx, row = (y - this.y0) / this.dy;
    if (!(column >= 0 && row >= 0 && column <= width - 1 && row <= height - 1)) return NaN;
    const j = Math.min(column | 0, width - 2), i = Math.min(row | 0, height - 2), fx = column - j, fy = row - i, v = this.values, k = i * width + j;
    const top = v[k]! + fx * (v[k + 1]! - v[k]!), bottom = v[k + width]! + fx * (v[k + width + 1]! - v[k + width]!);
    return top + fy * (bottom - top);
  }
}

/** Undoes the packing of src/skyreach/viewer/ground.py. */
export function unpack(bytes: Uint8Array, width: number, height: number, step: number): Float32Array {
  const n = width * height, values = new Float32Array(n);
  let above = 0;
  for (let i = 0; i < height; i++) {
    let left = above;
    for (let j = 0; j < width; j++) {
      const k = i * width + j, folded = bytes[k]! | (bytes[n + k]! << 8);
      left += (folded >>> 1) ^ -(folded & 1);
      if (j === 0) above = left;
      values[k] = left * step;
    }
  }
  return values;
}

export class Relief {
  #grids: Grid[] = [];

  /** Heights of a document; the finest grid first. */
  static async load(source: Source, heads: ReliefHead[]): Promise<Relief> {
    const relief = new Relief();
    const parts = await Promise.all(heads.map((head) => source.bytes(head.part)));
    relief.#grids = heads.map((head, i) => new Grid(head, unpack(parts[i]!, head.width, head.height, head.step)));
    relief.#grids.sort((a, b) => a.dx - b.dx);
    return relief;
  }

  /** Height above mean sea level [m] at a point of the Mercator square; 0 where nothing is known. */
  height(x: number, y: number): number {
    for (const grid of this.#grids) {
      const h = grid.at(x, y);
      if (h === h) return h;
    }
    return 0;
  }

  at(lon: number, lat: number): number { return this.height(mercatorX(lon), mercatorY(lat)); }

  /** Whether a box of the Mercator square touches what is known. */
  touches(x0: number, y0: number, x1: number, y1: number): boolean {
    return this.#grids.some((g) => x1 >= g.x0 && x0 <= g.x0 + g.dx * (g.head.width - 1) && y1 >= g.y0 && y0 <= g.y0 + g.dy * (g.head.height - 1));
  }

  /** Longest zoom at which tiles of 256 pixels still show something new. */
  get maxZoom(): number {
    const finest = this.#grids[0];
    return finest ? Math.max(4, Math.ceil(Math.log2(1 / (256 * finest.dx)))) : 4;
  }
}
