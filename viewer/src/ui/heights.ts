// The slider of heights: what is seen and can be engaged of a target that flies there, and how much of the circle that is.

import { make, onceAFrame } from "../core/dom";
import { number, percent } from "../core/format";
import type { Clock } from "../core/clock";
import type { RunModel } from "../data/run";
import { Areas } from "../map/coverage";
import type { View } from "../map/stage";

export class Heights {
  readonly element = make("section", { class: "heights", "aria-label": "Coverage by height" });
  #output = make("output", {}, "");
  #slider: HTMLInputElement;
  #words = make("div", { class: "areas" });
  #areas: Areas | null = null;
  readonly #count = onceAFrame(() => this.#measure());

  constructor(readonly run: RunModel, readonly view: View, readonly clock: Clock) {
    const { heights } = run.doc;
    const nearest = (height: number): number => heights.reduce((best, h, i) => (Math.abs(Math.log(h / height)) < Math.abs(Math.log(heights[best]! / height)) ? i : best), 0);
    this.#slider = make("input", { type: "range", min: 0, max: heights.length - 1, step: 1, value: nearest(view.height.value), "aria-label": "Height of the target above ground" });
    this.#slider.addEventListener("input", () => { view.height.value = heights[Number(this.#slider.value)]!; });
    this.element.append(make("p", { class: "line" }, "A target of 1 m² that flies at ", this.#output), this.#slider,
      make("p", { class: "ends" }, make("span", {}, `${number(heights[0]!)} m`), make("span", {}, "above ground"), make("span", {}, `${number(heights[heights.length - 1]!)} m`)), this.#words);
    view.height.watch((h) => { this.#slider.value = String(nearest(h)); this.#output.textContent = `${number(h)} m`; this.#slider.setAttribute("aria-valuetext", `${number(h)} m`); this.#count(); });
    view.only.watch(() => this.#count());
    let works = "";
    if (run.moves.any) clock.t.watch((t) => { const now = run.cover.value?.key(t) ?? ""; if (now !== works) { works = now; this.#count(); } });
    run.cover.watch((cover) => {
      this.#areas = null;
      this.element.classList.toggle("waiting", !cover);
      if (cover) this.#count();
    });
  }

  /** Areas now [km2]; for tests and words alike. */
  measure(): ReturnType<Areas["at"]> | null {
    const cover = this.run.cover.value;
    if (!cover) return null;
    this.#areas ??= new Areas(cover, this.run.doc.wide, this.run.doc.circles);
    return this.#areas.at(this.view.height.value, this.view.only.value, this.clock.t.value);
  }

  #measure(): void {
    const area = this.measure();
    if (!area) { this.#words.replaceChildren(make("p", { class: "fine" }, "Computing what the radars see…")); return; }
    const radius = this.run.doc.circles.map((c) => c.radius_km), whole = radius.length ? this.#circle() : 0;
    const row = (name: string, word: string, km2: number, inside: number): HTMLElement =>
      make("p", { class: `key-${name}` }, make("i"), make("span", {}, word), make("strong", {}, `${number(km2)} km²`), make("span", {}, whole ? percent(inside / whole) : ""));
    const only = this.view.only.value, name = only === null ? null : this.run.doc.radars[only]?.name;
    const all = make("button", { type: "button" }, "all radars");
    all.addEventListener("click", () => { this.view.only.value = null; });
    const marching = this.run.doc.sites.filter((_, i) => this.run.moves.away("site", i, this.clock.t.value)).map((site) => site.name);
    this.#words.replaceChildren(
      ...(marching.length ? [make("p", { class: "fine marching" }, `without ${marching.join(", ")}: on the march`)] : []),
      ...(name ? [make("p", { class: "fine" }, `of ${name} alone · `, all)] : []),
      row("seen", "seen", area.seen, area.seenInside), row("reach", "engageable", area.reach, area.reachInside),
      ...(whole ? [make("p", { class: "key-circle" }, make("i"), make("span", {}, "advertised circle"), make("strong", {}, `${number(whole)} km²`), make("span", {}, "100 %"))] : []));
  }

  /** Area of the advertised circles [km2]: of caps of a sphere of the mean radius; overlaps are not taken off. */
  #circle(): number {
    const R = 6371.0;
    return this.run.doc.circles.reduce((sum, { radius_km }) => sum + 4 * Math.PI * R * R * Math.sin(radius_km / (2 * R)) ** 2, 0);
  }
}
