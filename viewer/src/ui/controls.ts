// What lies on the map: zoom, fit, the third dimension, layers with their legend.

import { iconButton, make } from "../core/dom";
import { type LayerName, LAYER_WORDS, type Shown } from "../map/layers";
import type { Stage, View } from "../map/stage";
import { codeOfSite, codeOfTarget, symbolImage } from "../map/symbols";
import type { RunModel } from "../data/run";

/** Buttons of one map. */
export function mapButtons(stage: Stage, view: View): HTMLElement {
  const solid = iconButton("cube", "Third dimension", () => { view.solid.value = !view.solid.value; }, { "aria-pressed": "false", class: "icon-button solid" });
  view.solid.watch((on) => solid.setAttribute("aria-pressed", String(on)));
  return make("div", { class: "map-buttons" },
    iconButton("plus", "Zoom in", () => stage.map.zoomIn()), iconButton("minus", "Zoom out", () => stage.map.zoomOut()),
    iconButton("target", "Show the fight", () => stage.fit("near")), iconButton("fit", "Show everything, the advertised circle too", () => stage.fit("wide")),
    solid, iconButton("north", "North up", () => stage.map.resetNorth()));
}

/** Layers to show or hide, and what the signs mean. */
export function layerMenu(run: RunModel, view: View): HTMLElement {
  const has = (name: LayerName): boolean => name !== "strobes" || run.doc.strobes.length > 0 || run.doc.windows.tables.includes("strobes");
  const boxes = (Object.keys(LAYER_WORDS) as LayerName[]).filter(has).map((name) => {
    const input = make("input", { type: "checkbox", checked: view.shown.value[name], name: `layer-${name}` });
    input.addEventListener("change", () => view.toggle(name));
    view.shown.watch((shown: Shown) => { input.checked = shown[name]; });
    return make("label", {}, input, LAYER_WORDS[name]);
  });
  const menu = make("div", {}, ...boxes), element = make("details", { class: "layer-menu" }, make("summary", { title: "Layers and legend" }, "Layers"), menu);
  element.addEventListener("toggle", () => menu.append(legend(run)), { once: true });
  return element;
}

/** The signs of this run; drawn when it is first looked at. */
function legend(run: RunModel): HTMLElement {
  const seen = new Map(run.doc.targets.map((t) => [`${t.kind} ${t.side}`, t]));
  const sites = new Map([...run.doc.sites.map((s) => [s.kind, s.side] as const), ...run.doc.radars.map((r) => ["radar", r.side] as const)]);
  const symbols = [
    ...[...seen.values()].map((t) => [symbolImage(codeOfTarget(t), 15), t.kind] as const),
    ...[...sites].map(([kind, side]) => [symbolImage(codeOfSite(kind, side), 14), kind] as const),
  ].map(([picture, word]) => make("span", {}, picture, word));
  const signs = [["sign-track", "where the defence thinks it is: 95 % ellipse"], ["sign-missile", "missile of the defence"], ["sign-kill", "shot down"], ["sign-arrival", "got through"]]
    .map(([name, word]) => make("span", {}, make("i", { class: name! }), word!));
  return make("p", { class: "legend" }, ...symbols, ...signs);
}
