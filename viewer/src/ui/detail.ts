// The chosen target: what it is, where it is now, its kill chain and its story.

import { button, iconButton, make } from "../core/dom";
import { number } from "../core/format";
import type { Clock } from "../core/clock";
import type { RunModel } from "../data/run";
import type { Told } from "../data/types";
import type { View } from "../map/stage";
import type { Scene } from "../map/scene";
import { codeOfTarget, symbolImage } from "../map/symbols";
import { chainBar, chainKey, reasonList } from "./chain";
import { outcome } from "./outcome";

export class Detail {
  readonly element = make("section", { class: "detail", hidden: true, "aria-label": "Chosen target" });
  #now = make("p", { class: "now" });
  #head: HTMLElement | null = null;
  #span: [number, number] = [0, 1];

  constructor(readonly run: RunModel, readonly clock: Clock, readonly view: View, readonly scene: Scene, readonly goTo: (target: number) => void) {
    view.chosen.watch((target) => void this.#show(target));
    clock.t.watch(() => this.#moment());
    view.follow.watch((on) => this.element.querySelector(".follow")?.setAttribute("aria-pressed", String(on)));
  }

  async #show(index: number | null): Promise<void> {
    const target = index === null ? null : this.run.doc.targets[index];
    this.element.hidden = !target;
    if (!target || index === null) { this.element.replaceChildren(); return; }
    const { word, kind } = outcome(target), { clock } = this.run;
    const follow = button("Follow", () => { this.view.follow.value = !this.view.follow.value; }, { class: "follow", "aria-pressed": String(this.view.follow.value) });
    const facts: [string, string][] = [
      ["First seen", target.seen === null ? "never" : `${clock(target.seen)}, ${target.radar}, ${number(target.seen_km ?? 0)} km`],
      ["First shot", target.first_shot === null ? "none" : `${clock(target.first_shot)}, ${target.shots.length} missile${target.shots.length === 1 ? "" : "s"}`],
      ["End", target.end === null ? "in the air" : `${clock(target.end)}${target.damage.length ? `, hit ${target.damage.join(", ")}` : ""}`],
    ];
    if (target.aim) facts.push(["Aims at", target.aim]);
    const body = make("div", { class: "told" }, make("p", { class: "fine" }, "…"));
    this.element.replaceChildren(
      make("header", {}, symbolImage(codeOfTarget(target)), make("div", {}, make("h2", {}, target.name), make("p", {}, target.title)),
        iconButton("close", "Close", () => { this.view.chosen.value = null; })),
      make("p", { class: "status" }, make("span", { class: `badge ${kind}` }, word), follow, button("Show on the map", () => this.goTo(index))),
      this.#now,
      make("dl", { class: "facts" }, ...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))),
      body,
    );
    this.#moment();
    try {
      const told = await this.run.told(index);
      if (this.view.chosen.value === index) this.#tell(body, told, index);
    } catch (fault) {
      body.replaceChildren(make("p", { class: "warning" }, String(fault)));
    }
  }

  #tell(body: HTMLElement, told: Told, index: number): void {
    const target = this.run.doc.targets[index]!, go = (t: number): void => this.clock.go(t);
    const from = target.start ?? 0, to = Math.max(target.end ?? this.run.doc.duration, from + 1);
    this.#span = [from, to];
    this.#head = make("div", { class: "head" });
    const bar = chainBar(this.run, told, from, to, go);
    bar.append(this.#head);
    const events = make("ol", { class: "story" }, ...told.story.map(([t, text]) => make("li", {}, button(this.run.clock(t), () => go(t), { class: "jump" }), make("span", {}, text))));
    body.replaceChildren(
      make("p", { class: "why" }, told.why),
      make("h3", {}, "Why it was not engaged, moment by moment"), bar, chainKey(this.run),
      make("details", { open: target.leaked }, make("summary", {}, `Reasons (${told.reasons.length})`), reasonList(this.run, told, go)),
      make("details", { open: !target.leaked }, make("summary", {}, `Events (${told.story.length})`), events),
    );
    body.dataset.told = String(index);
    this.#moment();
  }

  #moment(): void {
    const index = this.view.chosen.value;
    if (index === null || this.element.hidden) return;
    const t = this.clock.t.value, spot = this.scene.of(index), target = this.run.doc.targets[index]!;
    const text = spot ? `${number(spot.agl)} m above ground · ${number(spot.h)} m above sea · ${number(spot.v)} m/s` : target.start === null || t < target.start ? "not in the air yet" : "no longer in the air";
    if (this.#now.textContent !== text) this.#now.textContent = text;
    if (this.#head) {
      const share = (t - this.#span[0]) / (this.#span[1] - this.#span[0]);
      this.#head.style.left = `${100 * Math.min(Math.max(share, 0), 1)}%`;
    }
  }
}
