// The parts that are read: what came of it, what got through and why, the circle, the sources, how to run it again.

import { button, download, make } from "../core/dom";
import type { Clock } from "../core/clock";
import type { RunModel } from "../data/run";
import type { CircleWords, Sources } from "../data/types";
import type { View } from "../map/stage";
import { marchesOf } from "./marches";

/** What came of it. */
export function overviewOf(run: RunModel, view: View, clock: Clock): HTMLElement {
  const { words, notice, targets } = run.doc, { got_through } = words;
  const cards = got_through.cards.map(({ target, text }) => {
    const { name, title, leaked } = targets[target]!;
    const card = make("button", { type: "button", class: `card ${leaked ? "bad" : "calm"}` }, make("strong", {}, name), make("small", {}, title), make("span", {}, text));
    card.addEventListener("click", () => { view.chosen.value = target; });
    return make("li", {}, card);
  });
  return make("div", { class: "overview" },
    make("p", { class: "lead" }, words.opening),
    make("dl", { class: "tiles" }, ...words.tiles.map((tile) => make("div", { class: "tile", "data-key": tile.key }, make("dt", {}, tile.label), make("dd", { class: "figure" }, String(tile.value)), make("dd", { class: "note" }, tile.note)))),
    ...words.cast.map(([side, text]) => make("p", { class: "fine" }, make("strong", {}, `${side}: `), text)),
    make("h2", {}, got_through.title), make("p", {}, got_through.common), make("ul", { class: "cards" }, ...cards),
    marchesOf(run, clock),
    make("p", { class: "fine" }, `${notice} One run with one seed: another seed falls out differently.`),
    again(run));
}

/** What a reader must not miss, in a line above the map that opens: coarse terrain before all. Null where there is nothing. */
export function warningsOf(run: RunModel): HTMLElement | null {
  const { warnings } = run.doc.words;
  if (!warnings.length) return null;
  return make("details", { class: "cautions" }, make("summary", {}, ...warnings.map(([head]) => make("strong", {}, `${head}. `)), make("span", { class: "fine" }, "What that means")),
    ...warnings.map(([head, text]) => make("p", { class: "warning", role: "note" }, make("strong", {}, `${head}. `), text)));
}

function again(run: RunModel): HTMLElement {
  const { reproduce, facts } = run.doc.words;
  return make("section", {}, make("h2", {}, "Run it again"),
    reproduce.builtin ? null : make("p", {}, "Save the scenario below as ", make("code", {}, "scenario.yaml"), ", then:"),
    make("pre", {}, make("code", {}, reproduce.command)),
    make("p", { class: "fine" }, "The same version, seed and terrain give the same digest on any machine."),
    make("dl", { class: "facts" }, ...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))),
    make("details", {}, make("summary", {}, "The scenario"), button("Save as scenario.yaml", () => download("scenario.yaml", run.doc.yaml, "application/yaml"), { id: "save-yaml" }), make("pre", { class: "yaml" }, make("code", {}, run.doc.yaml))));
}

/** A part of the page that is fetched when it is first looked at. */
export function later<T>(ask: () => Promise<T>, tell: (value: T) => HTMLElement): () => HTMLElement {
  let element: HTMLElement | null = null;
  return () => {
    if (element) return element;
    const place = element = make("div", {}, make("p", { class: "fine" }, "…"));
    ask().then((value) => place.replaceChildren(tell(value)), (fault) => place.replaceChildren(make("p", { class: "warning" }, String(fault))));
    return element;
  };
}

/** Why the circle is wrong. */
export function circleOf(words: CircleWords | null): HTMLElement {
  if (!words) return make("p", {}, "The defence of this scenario has no radar.");
  const rows = words.rows.map(([first, ...rest]) => make("tr", {}, make("th", { scope: "row" }, first!), ...rest.map((cell) => make("td", {}, cell))));
  return make("div", {}, make("h2", {}, "Why the circle is wrong"), ...words.words.map((text) => make("p", {}, text)),
    make("div", { class: "scroll" }, make("table", { class: "numbers" }, make("thead", {}, make("tr", {}, ...words.columns.map((word) => make("th", { scope: "col" }, word)))), make("tbody", {}, ...rows))),
    make("p", { class: "fine" }, words.note));
}

/** Where the numbers come from. */
export function sourcesOf(sources: Sources): HTMLElement {
  const head = ["Value", "Low", "Nominal", "High", "Unit", "Conf.", "Source"];
  const items = sources.items.map(({ item, title, values }) => make("details", {}, make("summary", {}, title, make("small", {}, ` ${item}, ${values.length} values`)),
    make("div", { class: "scroll" }, make("table", { class: "numbers" }, make("thead", {}, make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)))),
      make("tbody", {}, ...values.map((value) => make("tr", {}, make("th", { scope: "row" }, value.key, value.note ? make("small", {}, value.note) : null),
        ...value.cells.map((cell) => make("td", {}, cell)), make("td", {}, ...value.sources.flatMap((key) => [make("a", { href: `#src-${key}` }, key), " "])))))))));
  const publications = sources.publications.flatMap(({ key, text, link, address }) => [make("dt", { id: `src-${key}` }, key),
    make("dd", {}, text, " ", link ? make("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, link) : address)]);
  return make("div", {}, make("h2", {}, "Where the numbers come from"), make("p", {}, sources.head), ...items, make("h3", {}, "Publications"), make("dl", { class: "publications" }, ...publications),
    make("p", { class: "fine" }, "Coast lines, borders and cities: Natural Earth, as they are de facto; no view on any claim is meant. Relief: the terrain that the run used."));
}
