// Samples of everything that moves, by windows of time, and where each thing is at a moment.

import { type Columns, read } from "./arrow";
import type { Answer } from "./decoder";
import Decoder from "./decoder?worker&inline";
import type { Source } from "./source";

/** Samples of one table, and where the rows of each entity are to be found. */
export interface Samples extends Columns { slot: Map<number, number> }

function samplesOf({ ids, start, columns, rows }: Columns): Samples {
  const slot = new Map<number, number>();
  ids.forEach((value, i) => slot.set(value, i));
  return { ids, start, columns, rows, slot };
}

/** The samples of an Arrow stream (see arrow.ts). */
export function decode(bytes: Uint8Array): Samples { return samplesOf(read(bytes)); }

let decoder: Worker | null = null, tickets = 0;
const waiting = new Map<number, (answer: Answer) => void>();

/** As decode, beside the page's own thread: a window of a big run would hold up a frame. Bytes are given away. */
function decodeAside(bytes: Uint8Array<ArrayBuffer>): Promise<Samples> {
  if (!decoder) {
    decoder = new Decoder();
    decoder.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.ticket)!(data);
      waiting.delete(data.ticket);
    };
  }
  const ticket = ++tickets;
  return new Promise((done, fail) => {
    waiting.set(ticket, ({ columns, fault }) => { if (columns) done(samplesOf(columns)); else fail(new Error(fault)); });
    decoder!.postMessage({ ticket, bytes }, [bytes.buffer]);
  });
}

export const EMPTY: Samples = samplesOf({ ids: new Int32Array(0), start: Int32Array.of(0), columns: { id: new Float32Array(0), t: new Float32Array(0) }, rows: 0 });

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
    const samples = await Promise.all(parts.map((part) => (this.#loaded.size ? decodeAside(part) : decode(part)))); // the first are waited for
    const window = Object.fromEntries(this.head.tables.map((table, i) => [table, samples[i]!]));
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
