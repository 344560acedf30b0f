// The kill chains of all threats, one lane each, on the clock of the run.

import { make, onceAFrame } from "../core/dom";
import type { Clock } from "../core/clock";
import type { RunModel } from "../data/run";
import type { View } from "../map/stage";
import { chainBar, chainKey } from "./chain";
import { outcome } from "./outcome";

const AT_ONCE = 40; // lanes whose stories are asked for at a time

export class Lanes {
  readonly element = make("div", { class: "lanes" });
  #heads: HTMLElement[] = [];

  constructor(readonly run: RunModel, readonly clock: Clock, readonly view: View) {
    const hostile = run.doc.targets.map((target, i) => ({ target, i })).filter(({ target }) => target.side !== "neutral" && target.start !== null);
    this.element.append(make("p", { class: "fine" }, "At each moment the reason of the fire unit that had come furthest. Choose a lane to read it."), chainKey(run));
    const watcher = new IntersectionObserver((seen) => {
      for (const entry of seen.filter((e) => e.isIntersecting).slice(0, AT_ONCE)) {
        watcher.unobserve(entry.target);
        void this.#fill(entry.target as HTMLElement);
      }
    }, { rootMargin: "200px" });
    for (const { target, i } of hostile) {
      const name = make("button", { type: "button", class: "name" }, target.name, make("small", {}, outcome(target).word));
      name.addEventListener("click", () => { view.chosen.value = i; });
      const lane = make("div", { class: `lane ${target.leaked ? "leaked" : ""}`, "data-target": i }, name, make("div", { class: "chain" }));
      this.element.append(lane);
      watcher.observe(lane);
    }
    clock.t.watch(onceAFrame(() => this.#moment()));
    view.chosen.watch((chosen) => {
      for (const lane of this.element.querySelectorAll<HTMLElement>(".lane")) lane.classList.toggle("chosen-row", Number(lane.dataset.target) === chosen);
    });
  }

  async #fill(lane: HTMLElement): Promise<void> {
    const told = await this.run.told(Number(lane.dataset.target)), head = make("div", { class: "head" });
    const bar = chainBar(this.run, told, 0, this.run.doc.duration, (t) => { this.clock.go(t); this.view.chosen.value = Number(lane.dataset.target); });
    bar.append(head);
    this.#heads.push(head);
    lane.lastElementChild!.replaceWith(bar);
    this.#moment();
  }

  #moment(): void {
    if (!this.element.offsetParent) return;
    const left = `${(100 * this.clock.t.value) / this.run.doc.duration}%`;
    for (const head of this.#heads) head.style.left = left;
  }
}
