// One map with one run on it: camera, layers, choosing by hand, following a target, the third dimension.

import * as maplibregl from "maplibre-gl";
import { type Map as MapLibre, setWorkerUrl } from "maplibre-gl";
import workerSource from "maplibre-gl/dist/maplibre-gl-worker.mjs?raw";
import { MapLibreOverlay } from "@deck.gl/maplibre";
import type { Deck, Layer, Viewport } from "@deck.gl/core";
import { make, onceAFrame } from "../core/dom";
import { Signal } from "../core/signal";
import { css, scheme } from "../core/theme";
import type { Clock } from "../core/clock";
import type { RunModel } from "../data/run";
import type { Box } from "../data/types";
import { addRelief, recolour, reshade, setNames, styleOf } from "./basemap";
import { CoverageView } from "./coverage";
import { type LayerName, LAYER_WORDS, Layers, type Shown } from "./layers";
import { Scene } from "./scene";

const EXAGGERATION = 2.5; // of heights in the third dimension: true ones are flat on a map of a theatre
const NEAR = 16; // pixels around a click in which a target is taken

let workerReady = false;
function prepareWorker(): void {
  if (workerReady) return;
  workerReady = true;
  setWorkerUrl(URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" })));
}

/** What every map of a page shows and how: shared by two maps side by side. */
export class View {
  readonly chosen = new Signal<number | null>(null);
  readonly follow = new Signal(false);
  readonly height = new Signal(1000);
  readonly only = new Signal<number | null>(null);
  readonly solid = new Signal(false);
  readonly shown = new Signal<Shown>(Object.fromEntries(Object.keys(LAYER_WORDS).map((key) => [key, key !== "plots"])) as Shown);

  toggle(layer: LayerName): void { this.shown.value = { ...this.shown.value, [layer]: !this.shown.value[layer] }; }
}

export class Stage {
  readonly map: MapLibre;
  readonly tip = make("div", { class: "tip", hidden: true });
  readonly ready: Promise<void>;
  coverage: CoverageView | null = null;
  /** Time that the main thread spent on the last frames [ms]; for the profile. */
  readonly spent: number[] = [];
  /** Takes clicks on the map instead of choosing, where it gives true. */
  onClick: ((lon: number, lat: number, event: maplibregl.MapMouseEvent) => boolean) | null = null;
  #overlay: MapLibreOverlay;
  #ends: (() => void)[] = [];
  readonly redraw = onceAFrame(() => this.draw());

  constructor(readonly place: HTMLElement, readonly run: RunModel, readonly clock: Clock, readonly view: View,
              readonly scene = new Scene(run), readonly layers = new Layers(run)) {
    prepareWorker();
    this.map = new maplibregl.Map({
      container: place, style: styleOf(run.doc), bounds: boundsOf(run.doc.near), fitBoundsOptions: { padding: 30 }, attributionControl: false,
      maxPitch: 75, minZoom: 2, maxZoom: 15, fadeDuration: 0, renderWorldCopies: false, dragRotate: true, pitchWithRotate: true, keyboard: true,
      canvasContextAttributes: { antialias: false, preserveDrawingBuffer: false }, validateStyle: false, refreshExpiredTiles: false,
    } as maplibregl.MapOptions);
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), "bottom-left");
    this.map.getCanvas().setAttribute("aria-label", "Map of the raid. Arrow keys move it, plus and minus zoom.");
    this.#overlay = new MapLibreOverlay({
      interleaved: false, layers: [], useDevicePixels: Math.min(devicePixelRatio, 2), deviceProps: { webgl: { antialias: false } } as any, pickingRadius: 0,
      onError: (error: Error) => console.error(error),
    });
    this.map.addControl(this.#overlay as unknown as maplibregl.IControl);
    place.append(this.tip);
    this.ready = new Promise((done) => this.map.once("load", () => { this.#begin(); done(); }));
    this.map.on("click", (event) => this.#click(event));
    this.map.on("mousemove", (event) => this.#point(event.point));
    this.map.on("mouseout", () => { this.tip.hidden = true; });
    this.map.on("moveend", this.redraw);
    this.map.on("dragstart", () => { view.follow.value = false; });
  }

  #begin(): void {
    const { view, clock, run } = this;
    this.coverage = new CoverageView(this.map, run.doc.wide);
    const cover = (): void => this.coverage!.set(run.cover.value, view.height.value, view.only.value, view.shown.value.coverage, clock.t.value);
    if (run.moves.any) this.#ends.push(clock.t.watch(cover, false));
    this.#ends.push(
      clock.t.watch(this.redraw), run.news.watch(this.redraw), view.chosen.watch(this.redraw),
      view.follow.watch(this.redraw), view.height.watch(cover), view.only.watch(cover), run.cover.watch(cover),
      view.shown.watch(() => { this.#show(); cover(); this.redraw(); }),
      view.solid.watch((solid) => this.#dimension(solid)),
      run.relief.watch((relief) => {
        if (!relief) return;
        addRelief(this.map, run.id, relief, scheme.value);
        this.#show();
        this.#dimension(view.solid.value);
      }),
      scheme.watch(() => this.#recolour(), false),
    );
  }

  #recolour(): void {
    recolour(this.map);
    reshade(this.map, this.run.id, scheme.value);
    this.layers.forget();
    this.coverage?.paint();
    this.redraw();
  }

  #show(): void {
    const { shown } = this.view, set = (layer: string, on: boolean): void => {
      if (this.map.getLayer(layer)) this.map.setLayoutProperty(layer, "visibility", on ? "visible" : "none");
    };
    set("circles", shown.value.circles);
    set("circle-names", shown.value.circles);
    set("routes", shown.value.routes);
    set("relief", shown.value.relief);
  }

  #dimension(solid: boolean): void {
    this.scene.lift = solid ? EXAGGERATION : 0;
    if (this.map.getSource("heights")) {
      this.map.setTerrain(solid ? { source: "heights", exaggeration: EXAGGERATION } : null);
      this.map.setSky(solid ? { "sky-color": css("sky"), "horizon-color": css("halo"), "fog-color": css("halo"), "sky-horizon-blend": 0.6, "horizon-fog-blend": 0.7, "fog-ground-blend": 0.85 } : (undefined as any));
    }
    if (solid && this.map.getPitch() < 20) this.map.easeTo({ pitch: 58, duration: still() ? 0 : 700 });
    if (!solid && this.map.getPitch() > 0) this.map.easeTo({ pitch: 0, bearing: 0, duration: still() ? 0 : 500 });
    this.redraw();
  }

  /** Draws the moment of the clock. */
  draw(): void {
    const begin = performance.now(), { view, scene } = this;
    scene.at(this.clock.t.value);
    this.#name();
    if (view.follow.value && view.chosen.value !== null) {
      const spot = scene.of(view.chosen.value);
      if (spot) this.map.jumpTo({ center: [spot.lon, spot.lat] });
    }
    const viewport = this.viewport;
    this.#overlay.setProps({ layers: this.layers.at(scene, view.shown.value, view.chosen.value, !view.solid.value, viewport ? (p) => viewport.project(p) : null) });
    this.spent.push(performance.now() - begin);
    if (this.spent.length > 400) this.spent.splice(0, 200);
  }

  /** Names of the ground where their things are now, if something marches. */
  #name(): void {
    const { moves, doc } = this.run, key = moves.any ? moves.key(this.scene.t) : this.#named;
    if (key === this.#named) return;
    this.#named = key;
    setNames(this.map, doc, moves, this.scene.t);
  }

  #named = "";

  /** What projects to the screen, heights included; nothing before the first picture. */
  get viewport(): Viewport | undefined {
    const deck = (this.#overlay as any)._deck as Deck | undefined;
    return deck?.isInitialized ? deck.getViewports()[0] : undefined;
  }

  /** The layers that the last frame drew. */
  drawn(): Layer[] { return ((this.#overlay as any)._deck?.layerManager?.getLayers() ?? []) as Layer[]; }

  /** Place on the screen of a target, or null. */
  screen(target: number): [number, number] | null {
    const spot = this.scene.of(target), viewport = this.viewport;
    if (!spot || !viewport) return null;
    const p = this.scene.targets.pos, k = 3 * spot.index;
    const [x, y] = viewport.project([p[k]!, p[k + 1]!, p[k + 2]!]);
    return [x!, y!];
  }

  /** The target nearest to a point of the screen, if it is near. */
  pick(x: number, y: number): number | null {
    const viewport = this.viewport, { targets } = this.scene;
    let best: number | null = null, least = NEAR;
    for (let i = 0; viewport && i < targets.count; i++) {
      const [px, py] = viewport.project([targets.pos[3 * i]!, targets.pos[3 * i + 1]!, targets.pos[3 * i + 2]!]);
      const off = Math.hypot(px! - x, py! - y);
      if (off < least) { least = off; best = targets.ids[i]!; }
    }
    return best;
  }

  #click(event: maplibregl.MapMouseEvent): void {
    if (this.onClick?.(event.lngLat.lng, event.lngLat.lat, event)) return;
    const target = this.pick(event.point.x, event.point.y);
    if (target !== null) { this.view.chosen.value = target; return; }
    this.view.only.value = this.#radarAt(event.point.x, event.point.y);
  }

  /** A radar under a point of the screen: coverage is then shown for it alone. */
  #radarAt(x: number, y: number): number | null {
    let best: number | null = null, least = NEAR;
    this.run.doc.radars.forEach((radar, i) => {
      const [lon, lat] = this.run.moves.at("radar", i, this.scene.t, radar), p = this.map.project([lon, lat]), off = Math.hypot(p.x - x, p.y - y);
      if (off < least) { least = off; best = i; }
    });
    return this.map.getZoom() > 8 && best !== this.view.only.value ? best : null;
  }

  #point(point: { x: number; y: number }): void {
    const target = this.pick(point.x, point.y);
    this.map.getCanvas().style.cursor = target === null ? "" : "pointer";
    this.tip.hidden = target === null;
    if (target === null) return;
    const { name, title } = this.run.doc.targets[target]!, spot = this.scene.of(target);
    this.tip.replaceChildren(make("strong", {}, name), ` ${title}`, make("br"), spot ? `${Math.round(spot.agl)} m above ground, ${Math.round(spot.v)} m/s` : "");
    this.tip.style.transform = `translate(${point.x + 14}px, ${point.y + 14}px)`;
  }

  /** To the fight, or to everything. */
  fit(what: "near" | "wide"): void {
    this.view.follow.value = false;
    this.map.fitBounds(boundsOf(this.run.doc[what]), { padding: 30, duration: still() ? 0 : 600, pitch: this.map.getPitch(), bearing: this.map.getBearing() });
  }

  /** To a target, where it is now or first was. */
  goTo(target: number): void {
    const spot = this.scene.of(target);
    if (spot) this.map.easeTo({ center: [spot.lon, spot.lat], zoom: Math.max(this.map.getZoom(), 9), duration: still() ? 0 : 500 });
  }

  /** Moves another map along with this one. */
  lead(other: Stage): void {
    let busy = false;
    const pass = (from: MapLibre, to: MapLibre): void => {
      if (busy) return;
      busy = true;
      to.jumpTo({ center: from.getCenter(), zoom: from.getZoom(), bearing: from.getBearing(), pitch: from.getPitch() });
      busy = false;
    };
    this.map.on("move", () => pass(this.map, other.map));
    other.map.on("move", () => pass(other.map, this.map));
  }

  /** Resolves when the map has drawn everything that it has. */
  idle(): Promise<void> {
    return new Promise((done) => {
      if (this.map.loaded() && !this.map.isMoving()) this.map.triggerRepaint();
      this.map.once("idle", () => done());
    });
  }

  end(): void {
    for (const stop of this.#ends) stop();
    this.map.remove();
  }
}

/** Whether the reader wants nothing to move by itself. */
function still(): boolean { return matchMedia("(prefers-reduced-motion: reduce)").matches; }

function boundsOf([west, south, east, north]: Box): [[number, number], [number, number]] { return [[west, south], [east, north]]; }
