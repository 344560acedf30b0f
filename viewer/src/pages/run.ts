// The page of one run: map, clock, story, targets, kill chains, circle, sources.

import { iconButton, make, onceAFrame } from "../core/dom";
import { Clock } from "../core/clock";
import { toggleScheme } from "../core/theme";
import type { CircleWords, Sources } from "../data/types";
import { RunModel } from "../data/run";
import type { Source } from "../data/source";
import { Layers } from "../map/layers";
import { preview } from "../map/preview";
import { Scene } from "../map/scene";
import { Stage, View } from "../map/stage";
import { layerMenu, mapButtons } from "../ui/controls";
import { Detail } from "../ui/detail";
import { Heights } from "../ui/heights";
import { Lanes } from "../ui/lanes";
import { circleOf, later, overviewOf, sourcesOf, warningsOf } from "../ui/story";
import { Tabs } from "../ui/tabs";
import { Targets } from "../ui/targets";
import { clockKeys, Timebar } from "../ui/timebar";

/** Things that tests and the curious can reach from the console. */
export interface Handle { runs: RunModel[]; clock: Clock; view: View; stages: Stage[]; [key: string]: unknown }

/** The line above everything: what this is, links to other pages, light or dark. */
export function topbar(title: string, byline: string, links: { href: string; text: string }[]): HTMLElement {
  return make("header", { class: "top" }, make("span", { class: "brand" }, "skyreach"),
    make("div", { class: "titles" }, make("h1", {}, title), make("p", { class: "byline", title: byline }, byline)),
    make("nav", {}, ...links.map(({ href, text }) => make("a", { href }, text)), iconButton("sun", "Light or dark", toggleScheme)));
}

/** Where the story of a run begins: a minute before its first event worth a look. */
export function opening(run: RunModel): number {
  const first = run.doc.targets.findIndex((target) => target.leaked);
  const target = run.doc.targets[first] ?? run.doc.targets.find((t) => t.side !== "neutral" && t.start !== null);
  return target ? target.seen ?? target.start ?? 0 : 0;
}

export async function runPage(place: HTMLElement, id: string, source: Source, links: { href: string; text: string }[], drawn: () => void): Promise<Handle> {
  let stage: Stage | null = null;
  const run = await RunModel.load(id, source), { doc } = run;
  document.title = `${doc.title} · skyreach`;
  const clock = new Clock(doc.duration, opening(run)), view = new View();
  const ground = make("div", { class: "map" }), area = make("section", { class: "stage", "aria-label": "Map" }, ground);
  const panel = make("aside", { class: "panel" }), bar = new Timebar([run], clock);
  place.replaceChildren(make("a", { class: "skip", href: "#panel" }, "Skip the map"), topbar(doc.title, doc.words.byline, links), ...[warningsOf(run)].filter((e) => e !== null), make("main", { class: "work" }, area, bar.element, panel));
  const arrived = Promise.all([run.fill(clock.t.value), run.ground()]);
  const scene = new Scene(run), layers = new Layers(run);
  const detail = new Detail(run, clock, view, scene, (target) => stage?.goTo(target));
  const heights = new Heights(run, view, clock), tabs = new Tabs();
  const read = overviewOf(run, view, clock);
  let lanes: Lanes | null = null, targets: Targets | null = null;
  tabs.add("story", "Story", () => read);
  tabs.add("targets", "Targets", () => (targets ??= new Targets(run, view)).element);
  tabs.add("chains", "Kill chains", () => (lanes ??= new Lanes(run, clock, view)).element);
  tabs.add("circle", "The circle", later(() => source.json<CircleWords | null>("circle"), circleOf));
  tabs.add("sources", "Sources", later(() => source.json<Sources>("sources"), sourcesOf));
  panel.id = "panel";
  panel.append(detail.element, tabs.element);
  tabs.show("story");
  clockKeys(clock, bar);
  const first = doc.targets.findIndex((target) => target.leaked);
  view.chosen.value = first < 0 ? null : first;
  await arrived;
  scene.at(clock.t.value);
  const picture = preview(ground, doc, run.relief.value, scene, layers);
  area.append(heights.element);
  await painted();
  drawn();
  if (!hasWebgl()) {
    still(picture, clock, () => { scene.at(clock.t.value); return preview(ground, doc, run.relief.value, scene, layers); });
    area.append(make("p", { class: "warning no-webgl", role: "status" }, "This browser offers no WebGL 2: the map is a plain drawing of each moment, without coverage, zoom and third dimension. All else on the page works."));
    return { runs: [run], clock, view, stages: [], bar, tabs, heights };
  }
  stage = new Stage(ground, run, clock, view, scene, layers);
  area.append(layerMenu(run, view), mapButtons(stage, view));
  ground.append(picture);
  stage.map.once("movestart", () => picture.remove());
  await stage.ready;
  stage.draw();
  void stage.idle().then(() => picture.remove());
  if (new URLSearchParams(location.search).has("play")) { clock.go(0); clock.toggle(); }
  return { runs: [run], clock, view, stages: [stage], bar, tabs, heights };
}

/** True if the browser can draw the map. */
function hasWebgl(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

/** Keeps a drawing at the moment of the clock, where there is no map. */
function still(first: HTMLCanvasElement, clock: Clock, again: () => HTMLCanvasElement): void {
  let picture = first;
  clock.t.watch(onceAFrame(() => {
    const next = again();
    picture.remove();
    picture = next;
  }), false);
}

/** Coverage, once the first picture stands; until the map has nothing left to draw. */
export async function complete(handle: Handle): Promise<void> {
  for (const run of handle.runs) await run.covered();
  await Promise.all(handle.stages.map((stage) => stage.idle()));
}

/** When the browser has shown what was drawn. */
export function painted(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
}
