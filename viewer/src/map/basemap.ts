// The map under the fight: land, relief of the terrain in use, coast, borders, places. Nothing is loaded from outside.

import * as maplibregl from "maplibre-gl";
import { type GeoJSONSource, type LayerSpecification, type Map as MapLibre, type StyleSpecification } from "maplibre-gl";
import { feature, mesh } from "topojson-client";
import world from "world-atlas/countries-110m.json";
import cities from "../data/places.json";
import { css, rgb, type Scheme } from "../core/theme";
import { latOf, lonOf, type Relief } from "../data/relief";
import { Moves } from "../data/moves";
import type { Radar, RunDocument, Site } from "../data/types";

const TILE = 256;
const reliefs = new Map<string, Relief>();
let registered = false;

type Topology = Parameters<typeof mesh>[0];
const topology = world as unknown as Topology;

/** Lets tiles be asked for by the addresses shade:// (picture) and heights:// (terrain); called once. */
function register(): void {
  if (registered) return;
  registered = true;
  const tile = (paint: (relief: Relief, z: number, x: number, y: number) => ImageData) =>
    async ({ url }: { url: string }): Promise<{ data: ImageBitmap }> => {
      const [id, , z, x, y] = url.split("://")[1]!.split("/");
      return { data: await createImageBitmap(paint(reliefs.get(id!)!, Number(z), Number(x), Number(y))) };
    };
  maplibregl.addProtocol("shade", tile(shaded));
  maplibregl.addProtocol("heights", tile(encoded));
}

const TINTS = ["land-0", "land-1", "land-2", "land-3", "land-4"], LEVELS = [0, 400, 1000, 1800, 3200];

/** Colour by height and light from the north-west, for a grid of the Mercator square with `step` between its points. */
export function shade(relief: Relief, x0: number, y0: number, step: number, width: number, height: number): ImageData {
  const image = new ImageData(width, height), out = image.data, n = width + 2, h = new Float32Array(n * (height + 2));
  for (let i = 0; i < height + 2; i++) {
    for (let j = 0; j < n; j++) h[i * n + j] = relief.height(x0 + (j - 0.5) * step, y0 + (i - 0.5) * step);
  }
  const sea = rgb("sea"), tints = TINTS.map(rgb), metres = 40075016 * step * Math.cos(latOf(y0 + 0.5 * step * height) * Math.PI / 180);
  const exaggeration = 2.2 * Math.max(1, (metres / 300) ** 0.55) / (2 * metres); // a wide map would look flat at true slopes
  const strength = Number(getComputedStyle(document.documentElement).getPropertyValue("--shade") || 0.5);
  for (let i = 0, k = 0; i < height; i++) {
    for (let j = 0; j < width; j++, k += 4) {
      const c = (i + 1) * n + j + 1, up = h[c]!, water = up === 0;
      const east = (h[c + 1]! - h[c - 1]!) * exaggeration, south = (h[c + n]! - h[c - n]!) * exaggeration;
      const light = (0.7071 + 0.5 * east + 0.5 * south) / Math.sqrt(1 + east * east + south * south);
      let level = 0;
      while (level < LEVELS.length - 2 && up > LEVELS[level + 1]!) level++;
      const share = Math.min(Math.max((up - LEVELS[level]!) / (LEVELS[level + 1]! - LEVELS[level]!), 0), 1);
      const shine = water ? 1 : 1 + strength * (light / 0.7071 - 1);
      for (let b = 0; b < 3; b++) {
        const tint = water ? sea[b]! : tints[level]![b]! + share * (tints[level + 1]![b]! - tints[level]![b]!);
        out[k + b] = Math.min(255, Math.max(0, tint * shine));
      }
      out[k + 3] = 255;
    }
  }
  return image;
}

function shaded(relief: Relief, z: number, x: number, y: number): ImageData {
  const n = 2 ** z;
  if (!relief.touches(x / n, y / n, (x + 1) / n, (y + 1) / n)) return new ImageData(TILE, TILE);
  return shade(relief, x / n, y / n, 1 / (TILE * n), TILE, TILE);
}

/** Heights as the map engine reads them (Terrarium encoding: red * 256 + green + blue / 256 - 32768). */
function encoded(relief: Relief, z: number, x: number, y: number): ImageData {
  const image = new ImageData(TILE, TILE), step = 1 / (TILE * 2 ** z), out = image.data;
  for (let i = 0, k = 0; i < TILE; i++) {
    for (let j = 0; j < TILE; j++, k += 4) {
      const v = relief.height(x / 2 ** z + (j + 0.5) * step, y / 2 ** z + (i + 0.5) * step) + 32768;
      out[k] = v >> 8; out[k + 1] = v & 255; out[k + 2] = (v % 1) * 256; out[k + 3] = 255;
    }
  }
  return image;
}

type Feature = GeoJSON.Feature<GeoJSON.Geometry, Record<string, string | number>>;
const collection = (features: Feature[]): GeoJSON.FeatureCollection => ({ type: "FeatureCollection", features });
const lineOf = (line: number[][], properties: Record<string, string | number> = {}): Feature => ({ type: "Feature", properties, geometry: { type: "LineString", coordinates: line } });
const pointOf = (lon: number, lat: number, properties: Record<string, string | number>): Feature => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } });

/** Places with names: those of the run, then large cities that are not among them. */
function places(run: RunDocument): Feature[] {
  const own = run.places.map((place) => pointOf(place.lon, place.lat, { name: place.name, rank: 1 }));
  const far = (cities as [string, number, number][]).filter(([name, lon, lat]) =>
    !run.places.some((p) => p.name === name || Math.hypot((p.lon - lon) * Math.cos(lat * Math.PI / 180), p.lat - lat) < 0.06));
  return [...far.map(([name, lon, lat]) => pointOf(lon, lat, { name, rank: 0 })), ...own];
}

/** The style, with the data of a run; relief comes later (addRelief). */
export function styleOf(run: RunDocument): StyleSpecification {
  const land = feature(topology, (topology as any).objects.land) as unknown as GeoJSON.Feature;
  const borders = mesh(topology, (topology as any).objects.countries, (a, b) => a !== b) as GeoJSON.Geometry;
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: land as GeoJSON.GeoJSON },
      borders: { type: "geojson", data: { type: "Feature", properties: {}, geometry: borders } },
      lines: { type: "geojson", data: collection([...run.lines.coast.map((l) => lineOf(l, { kind: "coast" })), ...run.lines.border.map((l) => lineOf(l, { kind: "border" }))]) },
      circles: { type: "geojson", data: collection(run.circles.map((c) => lineOf(c.line, { name: `advertised: ${c.radius_km} km` }))) },
      routes: { type: "geojson", data: collection(run.routes.map((r) => lineOf(r.line, { side: r.side }))) },
      places: { type: "geojson", data: collection(places(run)) },
      sites: { type: "geojson", data: collection(siteNames(run, Moves.of(run), 0)) },
    },
    layers: layersOf(),
  };
}

/** Names of what stands where it stands at t, then of the positions that units march to and are not in. */
function siteNames(run: RunDocument, moves: Moves, t: number): Feature[] {
  const ranks: Record<string, number> = { "command post": 0, "fire unit": 1, asset: 2 };
  const place = (group: "site" | "radar", row: number, still: Site | Radar): [number, number] => {
    const [lon, lat] = moves.at(group, row, t, still);
    return [lon, lat];
  };
  return [
    ...run.sites.map((s, i) => pointOf(...place("site", i, s), { name: s.name, rank: (ranks[s.kind] ?? 3) - Math.min(s.target_channels, 9) / 10 })),
    ...run.radars.map((r, i) => pointOf(...place("radar", i, r), { name: r.name, rank: 4 })),
    ...moves.empty(t).map(({ unit, stay }) => pointOf(stay.lon, stay.lat, { name: `${run.sites[unit]!.name}: position ${stay.position}`, rank: 5, faint: 1 })),
  ];
}

function layersOf(): LayerSpecification[] {
  const text = { "text-font": ["sans"], "text-letter-spacing": 0.01, "text-padding": 3 } as const;
  const halo = { "text-color": css("map-ink"), "text-halo-color": css("halo", 0.9), "text-halo-width": 1.4 };
  return [
    { id: "sea", type: "background", paint: { "background-color": css("sea") } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": css("land-1"), "fill-antialias": false } },
    { id: "borders", type: "line", source: "borders", paint: { "line-color": css("border", 0.5), "line-width": 0.7 } },
    { id: "coast", type: "line", source: "lines", filter: ["==", ["get", "kind"], "coast"], paint: { "line-color": css("coast"), "line-width": 1 } },
    { id: "border", type: "line", source: "lines", filter: ["==", ["get", "kind"], "border"], paint: { "line-color": css("border"), "line-width": 1, "line-dasharray": [4, 2] } },
    { id: "routes", type: "line", source: "routes", paint: { "line-color": ["match", ["get", "side"], "red", css("hostile"), css("neutral")], "line-width": 1.1, "line-dasharray": [1.5, 3], "line-opacity": 0.8 } },
    { id: "circles", type: "line", source: "circles", paint: { "line-color": css("advertised"), "line-width": 2.4, "line-dasharray": [4, 2.5] } },
    { id: "circle-names", type: "symbol", source: "circles", layout: { ...text, "symbol-placement": "line", "text-field": ["get", "name"], "text-size": 12.5, "symbol-spacing": 420, "text-offset": [0, -0.9] }, paint: { ...halo, "text-color": css("advertised") } },
    { id: "places", type: "symbol", source: "places", layout: { ...text, "text-field": ["get", "name"], "text-size": ["match", ["get", "rank"], 1, 11.5, 13], "symbol-sort-key": ["get", "rank"], "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 0.6 }, paint: { ...halo, "text-color": css("map-ink", 0.78) } },
    { id: "site-names", type: "symbol", source: "sites", minzoom: 7.6, layout: { ...text, "text-field": ["get", "name"], "text-size": 11.5, "symbol-sort-key": ["get", "rank"], "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.5, "text-justify": "auto" }, paint: { ...halo, "text-color": css("defence"), "text-opacity": ["case", ["has", "faint"], 0.6, 1] } },
  ] as LayerSpecification[];
}

/** Colours again, after the scheme has changed. */
export function recolour(map: MapLibre): void {
  for (const layer of layersOf()) {
    if (!map.getLayer(layer.id)) continue;
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name as any, value);
  }
}

const shadeTiles = (id: string, scheme: Scheme): string[] => [`shade://${id}/${scheme}/{z}/{x}/{y}`];

/** Relief under the lines; heights for the third dimension. */
export function addRelief(map: MapLibre, id: string, relief: Relief, scheme: Scheme): void {
  register();
  reliefs.set(id, relief);
  const maxzoom = Math.min(relief.maxZoom, 11);
  map.addSource("relief", { type: "raster", tiles: shadeTiles(id, scheme), tileSize: TILE, maxzoom, minzoom: 2 });
  map.addLayer({ id: "relief", type: "raster", source: "relief", paint: { "raster-fade-duration": 0, "raster-resampling": "linear" } }, "borders");
  map.addSource("heights", { type: "raster-dem", tiles: [`heights://${id}/any/{z}/{x}/{y}`], tileSize: TILE, maxzoom, encoding: "terrarium" });
}

/** Relief in the colours of the other scheme. */
export function reshade(map: MapLibre, id: string, scheme: Scheme): void {
  (map.getSource("relief") as any)?.setTiles(shadeTiles(id, scheme));
}

/** Puts the names of the ground where their things are at t. */
export function setNames(map: MapLibre, run: RunDocument, moves: Moves, t: number): void {
  (map.getSource("sites") as GeoJSONSource | undefined)?.setData(collection(siteNames(run, moves, t)));
}

/** Draws other lines in the place of routes, for the editor. */
export function setLines(map: MapLibre, source: string, lines: { line: number[][]; side: string }[]): void {
  (map.getSource(source) as GeoJSONSource | undefined)?.setData(collection(lines.map((l) => lineOf(l.line, { side: l.side }))));
}

/** Corner points of a raster image in the order the map engine wants them. */
export function corners(x0: number, y0: number, x1: number, y1: number): [[number, number], [number, number], [number, number], [number, number]] {
  const west = lonOf(x0), east = lonOf(x1), north = latOf(y0), south = latOf(y1);
  return [[west, north], [east, north], [east, south], [west, south]];
}
