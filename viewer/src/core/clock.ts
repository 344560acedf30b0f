// One clock for everything that shows time: maps, strips, tables, two runs side by side.

import { Signal } from "./signal";

export const SPEEDS = [1, 2, 5, 10, 20, 40, 80, 160];

export class Clock {
  readonly t: Signal<number>;
  readonly playing = new Signal(false);
  readonly speed = new Signal(20);
  #last = 0;

  constructor(public duration: number, start = 0) { this.t = new Signal(start); }

  /** To a moment, held within the run. */
  go(t: number): void { this.t.value = Math.min(Math.max(t, 0), this.duration); }

  toggle(): void {
    if (this.playing.value) { this.playing.value = false; return; }
    if (this.t.value >= this.duration) this.go(0);
    this.playing.value = true;
    this.#last = performance.now();
    requestAnimationFrame(this.#tick);
  }

  #tick = (now: number): void => {
    if (!this.playing.value) return;
    const passed = Math.min(now - this.#last, 500) / 1000;
    this.#last = now;
    this.go(this.t.value + passed * this.speed.value);
    if (this.t.value >= this.duration) this.playing.value = false; else requestAnimationFrame(this.#tick);
  };
}
