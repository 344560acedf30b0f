// A run in hand: its document at once, everything else as it arrives.

import { Signal } from "../core/signal";
import { clockOf } from "../core/format";
import { Cover } from "./cover";
import { Moves } from "./moves";
import { Relief } from "./relief";
import { decode, EMPTY, type Samples, type Window, Windows } from "./samples";
import type { Source } from "./source";
import type { RunDocument, Told } from "./types";

export class RunModel {
  readonly windows: Windows;
  readonly clock: (t: number) => string;
  readonly moves: Moves;
  readonly relief = new Signal<Relief | null>(null);
  readonly cover = new Signal<Cover | null>(null);
  /** Counts up when samples have arrived. */
  readonly news = new Signal(0);
  overview: Samples = EMPTY;
  #told = new Map<number, Promise<Told>>();

  constructor(readonly id: string, readonly source: Source, readonly doc: RunDocument) {
    this.clock = clockOf(doc.start);
    this.moves = Moves.of(doc);
    this.windows = new Windows(source, doc.windows, () => { this.news.value++; });
  }

  static async load(id: string, source: Source): Promise<RunModel> {
    const doc = await source.json<RunDocument>("document");
    return new RunModel(id, source, doc);
  }

  /** Paths and first samples; then, once the page has drawn, relief and coverage. */
  async fill(first: number): Promise<void> {
    const [overview] = await Promise.all([this.source.bytes("overview"), this.windows.load(this.windows.index(first))]);
    this.overview = decode(overview);
    this.news.value++;
  }

  async ground(): Promise<void> { this.relief.value = await Relief.load(this.source, this.doc.relief); }

  async covered(): Promise<void> { this.cover.value = await Cover.load(this.source); }

  /** Samples at a moment; null where they are on their way. */
  window(t: number): Window | null { return this.windows.at(t); }

  told(target: number): Promise<Told> {
    let asked = this.#told.get(target);
    if (!asked) this.#told.set(target, asked = this.source.story(target));
    return asked;
  }
}
