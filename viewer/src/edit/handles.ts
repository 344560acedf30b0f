// Things on the map that can be taken and moved, by hand or with the arrow keys.

import { Marker, type Map as MapLibre } from "maplibre-gl";
import { make } from "../core/dom";
import { codeOfSite, symbolImage } from "../map/symbols";
import type { Route, Thing } from "./draft";

const NUDGE = 8; // pixels that an arrow key moves

export interface Hands {
  choose: (thing: Thing) => void;
  moving: (thing: Thing, lat: number, lon: number) => void;
  moved: () => void;
}

function handle(map: MapLibre, element: HTMLElement, lon: number, lat: number, moving: (lat: number, lon: number) => void, moved: () => void): Marker {
  const marker = new Marker({ element, draggable: true }).setLngLat([lon, lat]).addTo(map);
  marker.on("drag", () => { const at = marker.getLngLat(); moving(at.lat, at.lng); });
  marker.on("dragend", moved);
  element.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const p = map.project(marker.getLngLat()), at = map.unproject([p.x + NUDGE * way[0]!, p.y + NUDGE * way[1]!]);
    marker.setLngLat(at);
    moving(at.lat, at.lng);
    moved();
  });
  return marker;
}

export class Handles {
  #markers: Marker[] = [];
  #points: Marker[] = [];
  #by = new Map<string, HTMLElement>();

  constructor(readonly map: MapLibre, readonly hands: Hands) {}

  show(things: Thing[], chosen: string | null): void {
    for (const marker of this.#markers) marker.remove();
    this.#by.clear();
    this.#markers = things.map((thing) => {
      const key = JSON.stringify(thing.path), kind = thing.kind === "launchers" ? "fire unit" : thing.kind;
      const picture = thing.kind === "site" ? make("i", { class: "pin" }) : symbolImage(codeOfSite(kind, "blue"), thing.kind === "radar" ? 12 : 15);
      const element = make("button", { type: "button", class: `handle ${key === chosen ? "chosen" : ""}`, title: thing.name, "aria-label": `${thing.name}: arrow keys move it`, "data-path": key }, picture);
      element.addEventListener("click", (event) => { event.stopPropagation(); this.hands.choose(thing); });
      element.addEventListener("focus", () => this.hands.choose(thing));
      this.#by.set(key, element);
      return handle(this.map, element, thing.lon, thing.lat, (lat, lon) => this.hands.moving(thing, lat, lon), this.hands.moved);
    });
  }

  mark(chosen: string | null): void {
    for (const [key, element] of this.#by) element.classList.toggle("chosen", key === chosen);
  }

  /** Waypoints of the route that is chosen. */
  route(route: Route | null, moving: (index: number, lat: number, lon: number) => void, moved: () => void): void {
    for (const marker of this.#points) marker.remove();
    this.#points = (route?.points ?? []).map(([lat, lon], i) => {
      const element = make("button", { type: "button", class: "waypoint", "aria-label": `Waypoint ${i + 1}: arrow keys move it` }, String(i + 1));
      return handle(this.map, element, lon, lat, (la, lo) => moving(i, la, lo), moved);
    });
  }
}
