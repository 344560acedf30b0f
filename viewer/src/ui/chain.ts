// The kill chain of one target as a bar in time: what kept it from being engaged, moment by moment.

import { make } from "../core/dom";
import { duration } from "../core/format";
import type { RunModel } from "../data/run";
import type { Told } from "../data/types";

/** Colour class of each group of reasons, in the order in which the run's own list names them. */
export function groupClasses(run: RunModel): Map<string, string> {
  const groups = [...new Set(Object.values(run.doc.reasons).map((reason) => reason.group).filter(Boolean))];
  return new Map(groups.map((group, i) => [group, `group-${i % 6}`]));
}

/** The bar; from and to [s] are its ends. */
export function chainBar(run: RunModel, told: Told, from: number, to: number, go: (t: number) => void): HTMLElement {
  const classes = groupClasses(run), bar = make("div", { class: "chain" });
  for (const [a, b, code, unit] of told.reasons) {
    const reason = run.doc.reasons[code];
    if (!reason || b <= from || a >= to) continue;
    const label = `${run.clock(a)} to ${run.clock(b)} (${duration(b - a)}): ${reason.word}${unit ? `, ${unit}` : ""}. ${reason.meaning}`;
    const part = make("button", { type: "button", class: `part ${classes.get(reason.group) ?? "group-none"}`, title: label, "aria-label": label, tabindex: "-1" });
    part.style.left = `${(100 * (Math.max(a, from) - from)) / (to - from)}%`;
    part.style.width = `${(100 * (Math.min(b, to) - Math.max(a, from))) / (to - from)}%`;
    part.addEventListener("click", () => go(a));
    bar.append(part);
  }
  return bar;
}

/** What the colours mean. */
export function chainKey(run: RunModel): HTMLElement {
  return make("p", { class: "chain-key" }, ...[...groupClasses(run)].map(([group, name]) => make("span", {}, make("i", { class: name }), group)));
}

/** The reasons as a list: when, how long, the word of the ledger, what it means, whose. */
export function reasonList(run: RunModel, told: Told, go: (t: number) => void): HTMLElement {
  const list = make("ol", { class: "reasons" }), classes = groupClasses(run);
  for (const [a, b, code, unit] of told.reasons) {
    const reason = run.doc.reasons[code];
    if (!reason) continue;
    const jump = make("button", { type: "button", class: "jump" }, run.clock(a));
    jump.addEventListener("click", () => go(a));
    list.append(make("li", {}, jump, make("i", { class: classes.get(reason.group) ?? "group-none" }),
      make("span", {}, make("strong", {}, reason.word), ` ${duration(b - a)}${unit ? ` · ${unit}` : ""}`, make("small", {}, reason.meaning))));
  }
  return list;
}
