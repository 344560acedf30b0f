// Play, pause, speed, scrubbing, and a strip that shows what happens when.

import { icon, iconButton, make, onceAFrame } from "../core/dom";
import { css, scheme } from "../core/theme";
import { type Clock, SPEEDS } from "../core/clock";
import type { RunModel } from "../data/run";

const INKS: Record<string, string> = { launch: "missile", kill: "defence", arrival: "hostile", damage: "hostile", "site lost": "hostile" };
const WORDS: Record<string, string> = { launch: "launch at", fuze: "fuze at", kill: "shot down:", arrival: "got through:", damage: "asset hit by", lost: "missile lost at", "site lost": "site lost to" };

export class Timebar {
  readonly element: HTMLElement;
  #time = make("output", { class: "time" });
  #slider: HTMLInputElement;
  #strip = make("canvas", { "aria-hidden": "true" });
  #play: HTMLButtonElement;
  #said = make("p", { class: "said", role: "status" });
  readonly jumps: number[];

  constructor(readonly runs: RunModel[], readonly clock: Clock) {
    const marks = runs.flatMap((run) => run.doc.marks.filter(([, what]) => what !== "damage" && what !== "lost").map(([t]) => Math.round(t * 10) / 10));
    this.jumps = [...new Set(marks)].sort((a, b) => a - b);
    this.#play = iconButton("play", "Play", () => clock.toggle(), { class: "icon-button play" });
    this.#slider = make("input", { type: "range", min: 0, max: clock.duration, step: 1, "aria-label": "Time of the scenario" });
    this.#slider.addEventListener("input", () => clock.go(Number(this.#slider.value)));
    const speed = make("select", { "aria-label": "Speed" }, ...SPEEDS.map((s) => make("option", { value: s, selected: s === clock.speed.value }, `${s}×`)));
    speed.addEventListener("change", () => { clock.speed.value = Number(speed.value); });
    this.element = make("footer", { class: "timebar" },
      make("div", { class: "buttons" }, iconButton("before", "To the event before", () => this.jump(-1)), this.#play, iconButton("after", "To the next event", () => this.jump(1))),
      this.#time, make("div", { class: "strip" }, this.#strip, this.#slider), speed, this.#said);
    clock.t.watch(() => this.#moment());
    clock.playing.watch((on) => {
      this.#play.replaceChildren(icon(on ? "pause" : "play"));
      this.#play.setAttribute("aria-label", on ? "Pause" : "Play");
      this.#play.title = on ? "Pause" : "Play";
    });
    scheme.watch(() => this.draw(), false);
    new ResizeObserver(onceAFrame(() => this.draw())).observe(this.#strip);
    for (const run of runs) run.news.watch(() => this.draw(), false);
  }

  /** To the event after (1) or before (-1) this moment; says what it is. */
  jump(way: number): void {
    const t = this.clock.t.value;
    const to = way > 0 ? this.jumps.find((jump) => jump > t + 0.05) : this.jumps.findLast((jump) => jump < t - 0.05);
    this.clock.go(to ?? (way > 0 ? this.clock.duration : 0));
    if (to === undefined) return;
    const run = this.runs[0]!, what = run.doc.marks.filter(([at]) => Math.abs(at - to) < 0.06).map(([, kind, target]) => `${WORDS[kind] ?? kind} ${run.doc.targets[target]?.name ?? ""}`);
    this.#said.textContent = what.length ? `${run.clock(to)}  ${what.join(", ")}` : "";
  }

  #moment(): void {
    const t = this.clock.t.value, run = this.runs[0]!;
    const text = run.clock(t);
    if (this.#time.textContent !== text) this.#time.textContent = text;
    if (document.activeElement !== this.#slider || Math.abs(Number(this.#slider.value) - t) > 0.5) this.#slider.value = String(t);
    this.#slider.setAttribute("aria-valuetext", text);
  }

  /** How many targets fly, and a tick for each event. */
  draw(): void {
    const canvas = this.#strip, ratio = devicePixelRatio || 1, { clientWidth: width, clientHeight: height } = canvas;
    if (!width) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const c = canvas.getContext("2d")!;
    c.scale(ratio, ratio);
    const lane = height / this.runs.length;
    this.runs.forEach((run, i) => this.#lane(c, run, i * lane, lane, width));
  }

  #lane(c: CanvasRenderingContext2D, run: RunModel, top: number, tall: number, width: number): void {
    const { targets, marks } = run.doc, { duration } = this.clock, bins = Math.max(40, Math.floor(width / 4)), counts = new Float64Array(bins);
    for (const { start, end, side } of targets) {
      if (start === null || side === "neutral") continue;
      const a = Math.floor((start / duration) * bins), b = Math.min(bins - 1, Math.floor(((end ?? duration) / duration) * bins));
      for (let i = a; i <= b; i++) counts[i]!++;
    }
    const most = Math.max(1, ...counts);
    c.fillStyle = css("hostile", 0.2);
    c.beginPath();
    c.moveTo(0, top + tall);
    counts.forEach((n, i) => { const y = top + tall - (n / most) * (tall - 3); c.lineTo((i * width) / bins, y); c.lineTo(((i + 1) * width) / bins, y); });
    c.lineTo(width, top + tall);
    c.fill();
    for (const [t, what] of marks) {
      const ink = INKS[what];
      if (!ink) continue;
      const x = (t / duration) * width, long = what === "launch" ? 0.3 : what === "kill" ? 0.5 : 0.95;
      c.fillStyle = css(ink, what === "launch" ? 0.55 : 0.95);
      c.fillRect(x - 0.75, top + tall * (1 - long), what === "arrival" ? 2.5 : 1.5, tall * long);
    }
  }
}

/** Keys that work everywhere on the page: space, comma, full stop, and arrows with shift. */
export function clockKeys(clock: Clock, bar: Timebar): void {
  document.addEventListener("keydown", (event) => {
    const at = event.target as HTMLElement;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName) && (at as HTMLInputElement).type !== "range") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act: Record<string, () => void> = { k: () => clock.toggle(), ".": () => bar.jump(1), ",": () => bar.jump(-1), l: () => clock.go(clock.t.value + 10), j: () => clock.go(clock.t.value - 10) };
    if (event.key === " " && at.tagName !== "BUTTON" && at.tagName !== "SUMMARY" && at.tagName !== "A") act[" "] = () => clock.toggle();
    if (act[event.key]) { event.preventDefault(); act[event.key]!(); }
  });
}
