// Where everything is at one moment, as the arrays that the graphics card takes.

import { rowAt, type Samples } from "../data/samples";
import type { RunModel } from "../data/run";

/** Things of one kind: how many are there, which, where ([lon, lat, z] each), and where they fly to in `ahead` seconds. */
export class Flock {
  count = 0;
  /** Counts up when other things are in it than at the moment before. */
  version = 0;
  ids: Int32Array;
  rows: Int32Array;
  pos: Float32Array;
  ahead: Float32Array;
  ground: Float32Array;

  constructor(public size: number) {
    this.ids = new Int32Array(size);
    this.rows = new Int32Array(size);
    this.pos = new Float32Array(3 * size);
    this.ahead = new Float32Array(3 * size);
    this.ground = new Float32Array(3 * size);
  }

  /** Room for at least n. */
  room(n: number): void {
    if (n <= this.size) return;
    const next = new Flock(Math.max(n, 2 * this.size));
    Object.assign(this, { size: next.size, ids: next.ids, rows: next.rows, pos: next.pos, ahead: next.ahead, ground: next.ground });
  }
}

const LEAD = 20; // s: how far ahead the course line reaches
const STALE = 1.6; // s: a track or missile without a newer sample is gone

export class Scene {
  readonly targets = new Flock(64);
  readonly tracks = new Flock(64);
  readonly missiles = new Flock(64);
  samples: { truth: Samples; tracks: Samples; flights: Samples } | null = null;
  /** Metres drawn for each metre of height: 0 on the flat map. */
  lift = 0;
  t = 0;
  #hints = new Map<Samples, Int32Array>();

  constructor(readonly run: RunModel) {}

  /** Everything at time t; the paths of the whole run where the samples of the moment are still on their way. */
  at(t: number): void {
    this.t = t;
    const window = this.run.window(t);
    const truth = window?.truth ?? this.run.overview;
    if (window) this.samples = { truth, tracks: window.tracks ?? truth, flights: window.flights ?? truth };
    else this.samples = null;
    this.#place(this.targets, truth, t, (id) => this.#flies(id, t), true);
    if (window?.tracks) this.#place(this.tracks, window.tracks, t, null, false); else this.tracks.count = 0;
    if (window?.flights) this.#place(this.missiles, window.flights, t, (id) => this.#inFlight(id, t), false); else this.missiles.count = 0;
  }

  #flies(id: number, t: number): boolean {
    const target = this.run.doc.targets[id];
    return Boolean(target) && target!.start !== null && t >= target!.start && (target!.end === null || t <= target!.end);
  }

  #inFlight(id: number, t: number): boolean {
    const shot = this.run.doc.shots[id];
    return Boolean(shot) && t >= shot!.launch && (shot!.end === null || t <= shot!.end);
  }

  #place(flock: Flock, samples: Samples, t: number, lives: ((id: number) => boolean) | null, ground: boolean): void {
    const n = samples.ids.length, { lon, lat, t: time } = samples.columns, h = this.lift ? samples.columns.h! : null, agl = this.lift && ground ? samples.columns.agl! : null;
    flock.room(n);
    let hints = this.#hints.get(samples);
    if (!hints) {
      if (this.#hints.size > 12) this.#hints.clear();
      this.#hints.set(samples, hints = new Int32Array(n));
    }
    let count = 0, same = true;
    for (let slot = 0; slot < n; slot++) {
      const id = samples.ids[slot]!;
      if (lives && !lives(id)) continue;
      const row = rowAt(samples, slot, t, hints[slot]!);
      const first = samples.start[slot]!, last = samples.start[slot + 1]! - 1;
      if (!lives && (row < 0 || (row === last && t > time![last]! + STALE))) continue;
      const a = Math.max(row, first), b = Math.min(a + 1, last);
      hints[slot] = a;
      const span = time![b]! - time![a]!;
      const f = span > 0 ? Math.min(Math.max((t - time![a]!) / span, 0), 1) : 0;
      const x = lon![a]! + f * (lon![b]! - lon![a]!), y = lat![a]! + f * (lat![b]! - lat![a]!), z = h ? h[a]! + f * (h[b]! - h[a]!) : 0;
      const k = 3 * count;
      if (flock.ids[count] !== id) { same = false; flock.ids[count] = id; }
      flock.rows[count] = a;
      flock.pos[k] = x; flock.pos[k + 1] = y; flock.pos[k + 2] = z * this.lift;
      const back = b > a ? a : Math.max(a - 1, first), dt = time![b]! - time![back]!;
      const scale = dt > 0 ? LEAD / dt : 0;
      flock.ahead[k] = x + scale * (lon![b]! - lon![back]!); flock.ahead[k + 1] = y + scale * (lat![b]! - lat![back]!);
      flock.ahead[k + 2] = h ? (z + scale * (h[b]! - h[back]!)) * this.lift : 0;
      if (agl) {
        flock.ground[k] = x; flock.ground[k + 1] = y;
        flock.ground[k + 2] = (z - (agl[a]! + f * (agl[b]! - agl[a]!))) * this.lift;
      }
      count++;
    }
    if (!same || flock.count !== count) flock.version++;
    flock.count = count;
  }

  /** Place of a target now, or null: [lon, lat, height above sea, above ground, speed]. */
  of(target: number): { lon: number; lat: number; h: number; agl: number; v: number; index: number } | null {
    const flock = this.targets, samples = this.samples?.truth ?? this.run.overview, c = samples.columns;
    for (let i = 0; i < flock.count; i++) {
      if (flock.ids[i] !== target) continue;
      const row = flock.rows[i]!;
      return { lon: flock.pos[3 * i]!, lat: flock.pos[3 * i + 1]!, h: c.h![row]!, agl: c.agl![row]!, v: c.v![row]!, index: i };
    }
    return null;
  }
}
