// Units that march: their places, what they do at the moment of the clock, and when they began it.

import { button, make } from "../core/dom";
import type { Clock } from "../core/clock";
import type { RunModel } from "../data/run";
import { stepAt } from "../data/moves";

/** A list for each unit that marches, the step of the moment marked; null where none does. */
export function marchesOf(run: RunModel, clock: Clock): HTMLElement | null {
  if (!run.moves.any) return null;
  const units = run.moves.all.filter((move) => move.steps).map((move) => {
    const items = move.steps!.map(([t, text]) => make("li", {}, button(run.clock(t), () => clock.go(t), { class: "jump" }), make("span", {}, text)));
    clock.t.watch((t) => {
      const now = stepAt(move, t);
      items.forEach((item, i) => { if (i === now) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current"); });
    });
    return make("div", { class: "unit" }, make("h3", {}, run.doc.sites[move.row]!.name), make("ol", { class: "story" }, ...items));
  });
  return make("section", { class: "marches", "aria-label": "Units that march" }, make("h2", {}, "Units that march"), ...units);
}
