// Coverage from the floor maps: which rungs of height each radar sees, looked up for any point and any height.

import type { Source } from "./source";
import type { CoverHead, CoverLayerHead } from "./types";
import { latOf, lonOf, mercatorX, mercatorY } from "./relief";

const A = 6378137, E2 = 6.69437999014e-3, RAD = Math.PI / 180, TAU = 2 * Math.PI;
const NODE = 6; // pixels between exact positions

/** ECEF of a point on the ellipsoid. */
function ecef(lat: number, lon: number): [number, number, number] {
  const s = Math.sin(lat * RAD), c = Math.cos(lat * RAD), n = A / Math.sqrt(1 - E2 * s * s);
  return [n * c * Math.cos(lon * RAD), n * c * Math.sin(lon * RAD), n * (1 - E2) * s];
}

/** One radar: rungs on a polar grid around it. */
export class CoverLayer {
  #origin: [number, number, number];
  #axes: number[];

  constructor(readonly head: CoverLayerHead, readonly planes: Uint8Array) {
    const { lat, lon } = head, sl = Math.sin(lat * RAD), cl = Math.cos(lat * RAD), so = Math.sin(lon * RAD), co = Math.cos(lon * RAD);
    this.#origin = ecef(lat, lon);
    this.#axes = [-so, co, 0, -sl * co, -sl * so, cl, cl * co, cl * so, sl];
  }

  /** The same radar with another number: its place in the list has changed. */
  as(head: CoverLayerHead): CoverLayer {
    return head.radar === this.head.radar && head.fire_unit === this.head.fire_unit ? this : new CoverLayer({ ...this.head, radar: head.radar, fire_unit: head.fire_unit }, this.planes);
  }

  get reach(): number { return this.head.dr * this.head.n_r; }

  /** Whether it works here at t: always, unless it marches. */
  works(t: number): boolean { return this.head.spans?.some(([from, to]) => t >= from && t < to) ?? true; }

  get guides(): boolean { return this.head.planes === 4; }

  /** Azimuth [turns] and ground range [m] of a point of ECEF: the polar coordinates of src/skyreach/earth/floor.py. */
  polar(x: number, y: number, z: number, out: Float64Array): void {
    const [ox, oy, oz] = this.#origin, a = this.#axes, dx = x - ox, dy = y - oy, dz = z - oz;
    const e = a[0]! * dx + a[1]! * dy, n = a[3]! * dx + a[4]! * dy + a[5]! * dz, u = a[6]! * dx + a[7]! * dy + a[8]! * dz;
    const turn = Math.atan2(e, n) / TAU;
    out[0] = turn < 0 ? turn + 1 : turn;
    out[1] = this.head.radius * Math.atan2(Math.sqrt(e * e + n * n), this.head.radius + u);
  }
}

export interface Masked { seen: Uint8Array; reach: Uint8Array }

/** Points of a raster in Web Mercator, and the polar place of each in every layer that reaches it. */
export class CoverRaster {
  readonly mask: Masked;
  #cells: { layer: CoverLayer; pixels: Int32Array; az: Float32Array; range: Float32Array }[] = [];

  constructor(readonly layers: CoverLayer[], readonly x0: number, readonly y0: number, readonly x1: number, readonly y1: number,
              readonly width: number, readonly height: number) {
    const n = width * height;
    this.mask = { seen: new Uint8Array(n), reach: new Uint8Array(n) };
    for (const layer of layers) this.#place(layer);
  }

  /** First and last row and column that a layer can reach. */
  #reached({ head, reach }: CoverLayer): [number, number, number, number] {
    const angle = 1.02 * (reach / A) / RAD, wide = angle / Math.max(0.05, Math.cos((Math.abs(head.lat) + angle) * RAD));
    const row = (lat: number): number => ((mercatorY(Math.min(Math.max(lat, -85), 85)) - this.y0) / (this.y1 - this.y0)) * this.height;
    const column = (lon: number): number => ((mercatorX(lon) - this.x0) / (this.x1 - this.x0)) * this.width;
    return [Math.max(0, Math.floor(row(head.lat + angle))), Math.min(this.height, Math.ceil(row(head.lat - angle))),
      Math.max(0, Math.floor(column(head.lon - wide))), Math.min(this.width, Math.ceil(column(head.lon + wide)))];
  }

  /** Ground range times the direction (east, north) at every NODE-th pixel: smooth, so that what lies between is blended. */
  #nodes(layer: CoverLayer, top: number, left: number, rows: number, columns: number): Float64Array {
    const out = new Float64Array(2 * rows * columns), spot = new Float64Array(2);
    for (let i = 0, k = 0; i < rows; i++) {
      const lat = latOf(this.y0 + ((top + i * NODE + 0.5) / this.height) * (this.y1 - this.y0));
      for (let j = 0; j < columns; j++, k += 2) {
        layer.polar(...ecef(lat, lonOf(this.x0 + ((left + j * NODE + 0.5) / this.width) * (this.x1 - this.x0))), spot);
        out[k] = spot[1]! * Math.sin(spot[0]! * TAU);
        out[k + 1] = spot[1]! * Math.cos(spot[0]! * TAU);
      }
    }
    return out;
  }

  #place(layer: CoverLayer): void {
    const [top, bottom, left, right] = this.#reached(layer), n = Math.max(0, bottom - top) * Math.max(0, right - left);
    if (!n) return;
    const columns = Math.ceil((right - left) / NODE) + 1, nodes = this.#nodes(layer, top, left, Math.ceil((bottom - top) / NODE) + 1, columns);
    const pixels = new Int32Array(n), az = new Float32Array(n), range = new Float32Array(n), { n_az, dr } = layer.head, { reach } = layer;
    let found = 0;
    for (let i = top; i < bottom; i++) {
      const row = (i - top) / NODE | 0, fy = (i - top) / NODE - row;
      for (let j = left; j < right; j++) {
        const column = (j - left) / NODE | 0, fx = (j - left) / NODE - column, k = 2 * (row * columns + column), below = k + 2 * columns;
        const a = (1 - fx) * (1 - fy), b = fx * (1 - fy), c = (1 - fx) * fy, d = fx * fy;
        const east = a * nodes[k]! + b * nodes[k + 2]! + c * nodes[below]! + d * nodes[below + 2]!;
        const north = a * nodes[k + 1]! + b * nodes[k + 3]! + c * nodes[below + 1]! + d * nodes[below + 3]!;
        const s = Math.sqrt(east * east + north * north);
        if (s > reach) continue;
        const turn = Math.atan2(east, north) / TAU;
        pixels[found] = i * this.width + j;
        az[found] = (turn < 0 ? turn + 1 : turn) * n_az;
        range[found] = s / dr - 1;
        found++;
      }
    }
    if (found) this.#cells.push({ layer, pixels: pixels.subarray(0, found), az: az.subarray(0, found), range: range.subarray(0, found) });
  }

  /** Marks what is seen and what can be engaged at a rung (may lie between two) and a time, of one radar or of all. */
  fill(rung: number, never: number, only: number | null, t: number): Masked {
    this.mask.seen.fill(0);
    this.mask.reach.fill(0);
    for (const cell of this.#cells) {
      if ((only !== null && cell.layer.head.radar !== only) || !cell.layer.works(t)) continue;
      mark(cell, 0, rung, never, this.mask.seen);
      if (cell.layer.guides) mark(cell, 2, rung, never, this.mask.reach);
    }
    return this.mask;
  }
}

/** Marks the pixels whose lowest rung, blended between the four cells around them, is not above `rung`, and whose highest not below. */
function mark(cell: { layer: CoverLayer; pixels: Int32Array; az: Float32Array; range: Float32Array }, plane: number, rung: number,
              never: number, out: Uint8Array): void {
  const { planes, head: { n_az, n_r } } = cell.layer, size = n_az * n_r, low = plane * size, high = low + size;
  for (let k = 0; k < cell.pixels.length; k++) {
    const pixel = cell.pixels[k]!;
    if (out[pixel]) continue;
    const az = cell.az[k]!, range = Math.min(Math.max(cell.range[k]!, 0), n_r - 1);
    const i = Math.floor(az) % n_az, i1 = (i + 1) % n_az, j = Math.min(range | 0, n_r - 2), fa = az - Math.floor(az), fr = range - j;
    const c00 = i * n_r + j, c10 = i1 * n_r + j;
    const near = fa < 0.5 ? (fr < 0.5 ? c00 : c00 + 1) : (fr < 0.5 ? c10 : c10 + 1);
    if (planes[low + near] === never) continue;
    const a = planes[low + c00]!, b = planes[low + c00 + 1]!, c = planes[low + c10]!, d = planes[low + c10 + 1]!;
    let floor = planes[low + near]!, top = planes[high + near]!;
    if (a !== never && b !== never && c !== never && d !== never) {
      const p = planes[high + c00]!, q = planes[high + c00 + 1]!, r = planes[high + c10]!, s = planes[high + c10 + 1]!;
      const first = a + fr * (b - a), second = c + fr * (d - c), over = p + fr * (q - p);
      floor = first + fa * (second - first);
      top = over + fa * (r + fr * (s - r) - over);
    }
    if (floor <= rung + 0.5 && top >= rung - 0.5) out[pixel] = 1;
  }
}

export class Cover {
  constructor(readonly head: CoverHead, readonly layers: CoverLayer[]) {}

  /** Everything that a run holds about coverage, or null where its defence has no radar. */
  static async load(source: Source): Promise<Cover | null> {
    const head = await source.json<CoverHead | null>("cover");
    if (!head) return null;
    const planes = await Promise.all(head.layers.map((layer) => source.bytes(layer.part)));
    return new Cover(head, head.layers.map((layer, i) => new CoverLayer(layer, planes[i]!)));
  }

  /** Differs between moments at which other layers work. */
  key(t: number): string { return this.layers.map((layer) => (layer.works(t) ? 1 : 0)).join(""); }

  /** Rung of a height [m]: whole on the ladder, between its rungs in proportion of the logarithm. */
  rung(height: number): number {
    const ladder = this.head.ladder;
    if (height <= ladder[0]!) return 0;
    for (let i = 1; i < ladder.length; i++) {
      if (height <= ladder[i]!) return i - 1 + Math.log(height / ladder[i - 1]!) / Math.log(ladder[i]! / ladder[i - 1]!);
    }
    return ladder.length - 1;
  }
}
