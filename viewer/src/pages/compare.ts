// Two runs side by side on one clock: two maps that move together, the figures of both, and where they differ.

import { make } from "../core/dom";
import { number } from "../core/format";
import { Clock } from "../core/clock";
import { RunModel } from "../data/run";
import type { Source } from "../data/source";
import type { Target } from "../data/types";
import { Stage, View } from "../map/stage";
import { layerMenu, mapButtons } from "../ui/controls";
import { Detail } from "../ui/detail";
import { Heights } from "../ui/heights";
import { outcome } from "../ui/outcome";
import { Tabs } from "../ui/tabs";
import { clockKeys, Timebar } from "../ui/timebar";
import { type Handle, opening, painted, topbar } from "./run";

/** Lets two views show the same: what one is told, the other is told; a target by its name. */
function link(runs: [RunModel, RunModel], [a, b]: [View, View]): void {
  for (const [x, y] of [[a, b], [b, a]] as const) {
    x.height.watch((value) => { y.height.value = value; });
    x.solid.watch((value) => { y.solid.value = value; });
    x.shown.watch((value) => { y.shown.value = value; });
    x.follow.watch((value) => { y.follow.value = value && y.chosen.value !== null; });
  }
  const pass = (from: number, view: View, other: View): void => {
    view.chosen.watch((chosen) => {
      const name = chosen === null ? null : runs[from]!.doc.targets[chosen]?.name, found = runs[1 - from]!.doc.targets.findIndex((t) => t.name === name);
      other.chosen.value = found < 0 ? null : found;
    }, false);
  };
  pass(0, a, b);
  pass(1, b, a);
}

export async function comparePage(place: HTMLElement, names: [string, string], sources: [Source, Source], drawn: () => void): Promise<Handle> {
  const runs = (await Promise.all(sources.map((source, i) => RunModel.load(`run-${i}`, source)))) as [RunModel, RunModel];
  document.title = `${names.join(" and ")} · skyreach`;
  const clock = new Clock(Math.max(...runs.map((run) => run.doc.duration)), Math.min(...runs.map(opening))), views: [View, View] = [new View(), new View()];
  link(runs, views);
  const grounds = runs.map((run, i) => make("section", { class: "stage", "aria-label": `Map of ${names[i]}` }, make("div", { class: "map" }), make("p", { class: "which" }, make("strong", {}, "AB"[i]!), ` ${names[i]} · seed ${Object.fromEntries(run.doc.words.facts).Seed}`)));
  const panel = make("aside", { class: "panel", id: "panel" }), bar = new Timebar(runs, clock), tabs = new Tabs();
  place.replaceChildren(make("a", { class: "skip", href: "#panel" }, "Skip the maps"),
    topbar(`${runs[0].doc.title} | ${runs[1].doc.title}`, "Two runs on one clock", [{ href: "/", text: "All runs" }]),
    make("main", { class: "work two" }, ...grounds, bar.element, panel));
  await Promise.all(runs.flatMap((run) => [run.fill(clock.t.value), run.ground()]));
  await painted();
  drawn();
  const stages = runs.map((run, i) => new Stage(grounds[i]!.firstElementChild as HTMLElement, run, clock, views[i]!));
  stages[0]!.lead(stages[1]!);
  stages.forEach((stage, i) => grounds[i]!.append(...(i ? [mapButtons(stage, views[i]!), layerMenu(runs[i]!, views[i]!)] : [])));
  const heights = new Heights(runs[0], views[0], clock);
  grounds[0]!.append(heights.element);
  const details = runs.map((run, i) => new Detail(run, clock, views[i]!, stages[i]!.scene, (target) => stages[i]!.goTo(target)));
  tabs.add("figures", "Figures", () => figures(runs));
  tabs.add("targets", "Targets", () => targetsOf(runs, views));
  panel.append(make("div", { class: "details" }, ...details.map((detail) => detail.element)), tabs.element);
  tabs.show("figures");
  clockKeys(clock, bar);
  await Promise.all(stages.map((stage) => stage.ready));
  stages.forEach((stage) => stage.draw());
  return { runs, clock, view: views[0], stages, bar, tabs, heights, views };
}

/** The figures of both and their difference. */
function figures(runs: [RunModel, RunModel]): HTMLElement {
  const [a, b] = runs.map((run) => new Map(run.doc.words.tiles.map((tile) => [tile.key, tile])));
  const rows = [...new Set([...a!.keys(), ...b!.keys()])].map((key) => {
    const x = a!.get(key)?.value ?? 0, y = b!.get(key)?.value ?? 0, more = y - x;
    return make("tr", { "data-key": key }, make("th", { scope: "row" }, (a!.get(key) ?? b!.get(key))!.label), make("td", {}, number(x)), make("td", {}, number(y)), make("td", {}, more === 0 ? "same" : `${more > 0 ? "+" : "−"}${number(Math.abs(more))}`));
  });
  return make("div", {}, make("table", { class: "numbers" }, make("thead", {}, make("tr", {}, ...["", "A", "B", "B against A"].map((word) => make("th", { scope: "col" }, word)))), make("tbody", {}, ...rows)),
    ...runs.map((run, i) => make("p", {}, make("strong", {}, `${"AB"[i]}: `), run.doc.words.opening)),
    make("p", { class: "fine" }, "Two runs with two seeds differ by chance alone: skyreach compare tells chance from effect over many runs."));
}

/** Targets by name with what became of them in each run; those that differ first. */
function targetsOf(runs: [RunModel, RunModel], views: [View, View]): HTMLElement {
  const [a, b] = runs.map((run) => new Map(run.doc.targets.map((target, i) => [target.name, { target, i }])));
  const words = (t: Target | undefined): { word: string; kind: string } => (t ? outcome(t) : { word: "not in it", kind: "plain" });
  const names = [...new Set([...a!.keys(), ...b!.keys()])].map((name) => ({ name, x: words(a!.get(name)?.target), y: words(b!.get(name)?.target) }));
  names.sort((p, q) => Number(p.x.word === p.y.word) - Number(q.x.word === q.y.word));
  const rows = names.map(({ name, x, y }) => {
    const choose = make("button", { type: "button", class: "name" }, name);
    choose.addEventListener("click", () => {
      const inA = a!.get(name), inB = b!.get(name);
      if (inA) views[0].chosen.value = inA.i; else if (inB) views[1].chosen.value = inB.i;
    });
    return make("tr", { class: x.word === y.word ? "" : "differs" }, make("th", { scope: "row" }, choose), ...[x, y].map(({ word, kind }) => make("td", {}, make("span", { class: `badge ${kind}` }, word))));
  });
  const differ = names.filter(({ x, y }) => x.word !== y.word).length;
  return make("div", {}, make("p", { class: "fine" }, `${differ} of ${names.length} end differently.`),
    make("table", { class: "targets" }, make("thead", {}, make("tr", {}, ...["Target", "A", "B"].map((word) => make("th", { scope: "col" }, word)))), make("tbody", {}, ...rows)));
}
