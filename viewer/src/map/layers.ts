// What is drawn over the map: one layer for each kind of thing, fed with arrays so that a frame costs little.

import { IconLayer, LineLayer, ScatterplotLayer, TextLayer } from "@deck.gl/layers";
import type { Layer } from "@deck.gl/core";
import { rgb } from "../core/theme";
import type { Samples } from "../data/samples";
import type { RunModel } from "../data/run";
import type { Group } from "../data/moves";
import { Atlas, codeOfSite, codeOfTarget } from "./symbols";
import { type Label, place } from "./labels";
import { Flock, Scene } from "./scene";
import { BlinkLayer, EllipseLayer, TrailLayer } from "./trail";

export type Shown = Record<LayerName, boolean>;
export type LayerName = keyof typeof LAYER_WORDS;
export const LAYER_WORDS = {
  coverage: "Area seen and engageable", circles: "Advertised circle", routes: "Planned routes", trails: "Paths flown", courses: "Courses",
  tracks: "Tracks of the defence, with their error", plots: "Plots of the radars", missiles: "Missiles and their targets",
  strobes: "Jamming strobes", marks: "Shots, kills and arrivals", names: "Names of targets", relief: "Relief",
};

type Paint = [number, number, number, number];
const tinted = (name: string, alpha = 255): Paint => [...rgb(name), alpha] as Paint;
const SIDE: Record<string, string> = { blue: "defence", red: "hostile", neutral: "neutral" };
const WITHIN = Math.sqrt(-2 * Math.log(0.05)); // standard deviations of the ellipse that holds 95 %
const STROBE = 15; // s for which a strobe stays on the map
const NAMED = 60; // targets whose names are drawn at once, at the most

/** Colours by side, looked up once per scheme. */
class Paints {
  readonly defence = tinted("defence"); readonly hostile = tinted("hostile"); readonly neutral = tinted("neutral"); readonly ink = tinted("map-ink");
  readonly halo = tinted("halo"); readonly chosen = tinted("chosen"); readonly plot = tinted("plot", 210); readonly missile = tinted("missile");
  of(side: string): Paint { return this[(SIDE[side] ?? "ink") as "defence"]; }
}

/** Colours of everything that has one, as bytes by index. */
function coloured(n: number, paint: (i: number) => Paint): Uint8Array {
  const out = new Uint8Array(4 * n);
  for (let i = 0; i < n; i++) out.set(paint(i), 4 * i);
  return out;
}

type Project = (position: [number, number, number]) => number[];

interface GroundThing { group: Group; row: number; position: [number, number]; ground: number; code: string; size: number; end: number }

interface Segments { length: number; attributes: Record<string, { value: Float32Array | Uint8Array; size: number; normalized?: boolean; type?: string }> }

/** Paths as segments with times; `keep` tells which entity, `paint` in which colour. */
function segments(samples: Samples, lift: number, paint: (id: number) => Paint, until: (id: number) => number): Segments {
  const { lon, lat, h, t } = samples.columns;
  let n = 0;
  for (let s = 0; s < samples.ids.length; s++) n += Math.max(0, samples.start[s + 1]! - samples.start[s]! - 1);
  const from = new Float32Array(3 * n), to = new Float32Array(3 * n), times = new Float32Array(2 * n), colours = new Uint8Array(4 * n);
  let k = 0;
  for (let s = 0; s < samples.ids.length; s++) {
    const id = samples.ids[s]!, colour = paint(id), end = until(id);
    for (let i = samples.start[s]!; i < samples.start[s + 1]! - 1; i++) {
      if (t![i]! >= end) break;
      from.set([lon![i]!, lat![i]!, h![i]! * lift], 3 * k);
      to.set([lon![i + 1]!, lat![i + 1]!, h![i + 1]! * lift], 3 * k);
      times.set([t![i]!, t![i + 1]!], 2 * k);
      colours.set(colour, 4 * k);
      k++;
    }
  }
  return {
    length: k,
    attributes: {
      getSourcePosition: { value: from, size: 3 }, getTargetPosition: { value: to, size: 3 }, getTimes: { value: times, size: 2 },
      getColor: { value: colours, size: 4, normalized: true },
    },
  };
}

/** Nothing but places has changed, or everything: what deck.gl asks before it calls accessors again. */
function diff(flock: Flock): { data: any; _dataDiff: any } {
  return { data: { length: flock.count, version: flock.version }, _dataDiff: (now: any, before: any) => (now.version === before?.version ? [] : [{ startRow: 0, endRow: now.length }]) };
}

/** Keeps what only changes with the run, the window or the scheme. */
export class Layers {
  readonly atlas: Atlas;
  #paints = new Paints();
  /** Symbol code of each target. */
  readonly codes: string[];
  #trail: Segments | null = null;
  #flights: { samples: Samples; data: Segments } | null = null;
  #plots: { samples: Samples; data: any } | null = null;
  /** Everything on the ground, with symbol, size in pixels and the time at which it is lost. */
  readonly sites: GroundThing[];
  #identityPaints: Paint[] = [];
  #overview: Samples | null = null;
  #lift = 0;

  constructor(readonly run: RunModel) {
    const { targets, sites, radars } = run.doc;
    this.codes = targets.map(codeOfTarget);
    this.sites = [
      ...radars.map((r, row) => ({ group: "radar" as const, row, position: [r.lon, r.lat] as [number, number], ground: r.h, code: codeOfSite("radar", r.side), size: 15, end: Infinity })),
      ...sites.map((s, i) => ({ group: "site" as const, row: i, position: [s.lon, s.lat] as [number, number], ground: s.h, code: codeOfSite(s.kind, s.side), size: s.kind === "command post" ? 30 : 22, end: this.#lost(i) })),
    ];
    this.atlas = new Atlas([...this.codes, ...this.sites.map((s) => s.code)]);
    this.forget();
  }

  /** Colours anew: the scheme has changed. */
  forget(): void {
    this.#paints = new Paints();
    this.#identityPaints = this.run.doc.identities.map((word) =>
      word === "hostile" ? this.#paints.hostile : word === "civil" || word === "neutral" ? this.#paints.neutral : word === "friend" ? this.#paints.defence : this.#paints.ink);
    this.#trail = null;
    this.#flights = null;
    this.#plots = null;
  }

  #lost(site: number): number {
    const mark = this.run.doc.marks.find(([, what, , b]) => what === "site lost" && b === site);
    return mark ? mark[0] : Infinity;
  }

  /** All layers at the moment of the scene, bottom first. */
  at(scene: Scene, shown: Shown, chosen: number | null, flat: boolean, project: Project | null): Layer[] {
    if (scene.lift !== this.#lift || this.run.overview !== this.#overview) {
      this.#trail = null; this.#flights = null; this.#plots = null;
      this.#lift = scene.lift;
      this.#overview = this.run.overview;
    }
    const out: (Layer | null)[] = [
      shown.trails ? this.#trails(scene) : null,
      shown.plots ? this.#plotted(scene) : null,
      shown.strobes ? this.#strobes(scene) : null,
      flat ? null : this.#stems(scene),
      ...(this.run.moves.any ? [this.#roads(), this.#stays(scene)] : []),
      this.#ground(scene),
      shown.missiles ? this.#links(scene) : null,
      shown.courses ? this.#courses(scene.targets, "courses") : null,
      shown.tracks ? this.#tracked(scene) : null,
      shown.missiles ? this.#flown(scene) : null,
      shown.missiles ? this.#missiles(scene) : null,
      this.#ring(scene, chosen),
      this.#targets(scene),
      shown.marks ? this.#marks(scene) : null,
      shown.names ? this.#names(scene, chosen, project) : null,
    ];
    return out.filter((layer): layer is Layer => layer !== null);
  }

  #trails(scene: Scene): Layer {
    const targets = this.run.doc.targets;
    this.#trail ??= segments(this.run.overview, scene.lift, (id) => this.#paints.of(targets[id]?.side ?? ""), () => Infinity);
    return new TrailLayer({ id: "trails", data: this.#trail as any, now: scene.t, trail: 150, rest: 0.3, getWidth: 1.8, widthUnits: "pixels" });
  }

  #flown(scene: Scene): Layer | null {
    const flights = scene.samples?.flights;
    if (!flights) return null;
    if (this.#flights?.samples !== flights) this.#flights = { samples: flights, data: segments(flights, scene.lift, () => this.#paints.missile, () => Infinity) };
    return new TrailLayer({ id: "smoke", data: this.#flights.data as any, now: scene.t, trail: 45, rest: 0, getWidth: 2, widthUnits: "pixels" });
  }

  #plotted(scene: Scene): Layer | null {
    const plots = this.run.window(scene.t)?.plots;
    if (!plots) return null;
    if (this.#plots?.samples !== plots) {
      const { lon, lat, h, t } = plots.columns, n = plots.rows, pos = new Float32Array(3 * n), times = new Float32Array(n);
      for (let i = 0; i < n; i++) { pos[3 * i] = lon![i]!; pos[3 * i + 1] = lat![i]!; pos[3 * i + 2] = h![i]! * scene.lift; times[i] = t![i]!; }
      this.#plots = { samples: plots, data: { length: n, attributes: { getPosition: { value: pos, size: 3 }, getTimes: { value: times, size: 1 } } } };
    }
    return new BlinkLayer({ id: "plots", data: this.#plots.data, now: scene.t, trail: 14, rest: 0, getRadius: 1.7, radiusUnits: "pixels", getFillColor: this.#paints.plot });
  }

  /** Lines from radars along the jamming that they saw last: by the table of strobes of a run, else by its events. */
  #strobes(scene: Scene): Layer | null {
    const lines: { from: number[]; to: number[]; age: number }[] = [], { radars, strobes } = this.run.doc, table = this.run.window(scene.t)?.strobes;
    const add = (index: number, east: number, north: number, age: number): void => {
      const radar = radars[index], length = Math.hypot(east, north);
      if (!radar || age < 0 || age > STROBE || !length) return;
      const reach = Math.min(radar.range_km, 300) / 111.3 / length, [lon, lat, h] = this.run.moves.at("radar", index, scene.t - age, radar);
      lines.push({ from: [lon, lat, h * scene.lift], to: [lon + (reach * east) / Math.cos(lat * Math.PI / 180), lat + reach * north, h * scene.lift], age });
    };
    if (table) {
      const { t, az, id } = table.columns;
      for (let i = 0; i < table.rows; i++) add(id![i]!, Math.sin(az![i]! * Math.PI / 180), Math.cos(az![i]! * Math.PI / 180), scene.t - t![i]!);
    }
    for (const [t, index, target] of strobes) {
      if (t > scene.t) break;
      const spot = scene.t - t <= STROBE ? scene.of(target) : null, radar = radars[index];
      if (!spot || !radar) continue;
      const [lon, lat] = this.run.moves.at("radar", index, t, radar);
      add(index, (spot.lon - lon) * Math.cos(lat * Math.PI / 180), spot.lat - lat, scene.t - t);
    }
    if (!lines.length) return null;
    return new LineLayer({ id: "strobes", data: lines, getSourcePosition: (d: any) => d.from, getTargetPosition: (d: any) => d.to, getWidth: 2.5, getColor: (d: any) => [...rgb("advertised"), 200 * (1 - d.age / STROBE)] as Paint });
  }

  #stems(scene: Scene): Layer {
    const f = scene.targets;
    return new LineLayer({ id: "stems", data: { length: f.count, attributes: { getSourcePosition: { value: f.pos, size: 3 }, getTargetPosition: { value: f.ground, size: 3 } } } as any, getColor: [...rgb("map-ink"), 110] as Paint, getWidth: 1 });
  }

  #courses(f: Flock, id: string): Layer {
    const { data, _dataDiff } = diff(f);
    data.attributes = { getSourcePosition: { value: f.pos, size: 3 }, getTargetPosition: { value: f.ahead, size: 3 } };
    return new LineLayer({
      id, data, _dataDiff,
      getColor: (_: unknown, { index }: any) => this.#paints.of(this.run.doc.targets[f.ids[index]!]!.side), getWidth: 1.6,
    });
  }

  /** Where something on the ground is at t: [lon, lat]. */
  spot({ group, row, position, ground }: GroundThing, t: number): [number, number] {
    const [lon, lat] = this.run.moves.at(group, row, t, { lon: position[0], lat: position[1], h: ground });
    return [lon, lat];
  }

  /** The roads of units that march. */
  #roads(): Layer {
    const ways = this.run.moves.all.filter(({ group }) => group === "site");
    this.#paths ??= ways.flatMap(({ path }) => path.slice(1).map((to, i) => ({ from: path[i]!.slice(1, 3), to: to.slice(1, 3) })));
    return new LineLayer({ id: "roads", data: this.#paths, getSourcePosition: (d: any) => d.from, getTargetPosition: (d: any) => d.to, getColor: [...rgb("defence"), 110] as Paint, getWidth: 1.4 });
  }

  #paths: { from: number[]; to: number[] }[] | null = null;

  /** Faint symbols in the positions in which units stand at another time. */
  #stays(scene: Scene): Layer {
    const data = this.run.moves.empty(scene.t), site = new Map(this.sites.filter(({ group }) => group === "site").map((thing) => [thing.row, thing]));
    return new IconLayer({
      id: "stays", data, iconAtlas: this.atlas.canvas as any, iconMapping: this.atlas.icons, getIcon: (d: any) => site.get(d.unit)!.code,
      getSize: (d: any) => site.get(d.unit)!.size, getPosition: (d: any) => [d.stay.lon, d.stay.lat, d.stay.h * scene.lift], getColor: [0, 0, 0, 80],
      updateTriggers: { getPosition: scene.lift },
    });
  }

  #ground(scene: Scene): Layer {
    const { moves } = this.run, { lift, t } = scene;
    const where = (d: GroundThing): [number, number, number] => {
      const [lon, lat, h] = moves.at(d.group, d.row, t, { lon: d.position[0], lat: d.position[1], h: d.ground });
      return [lon, lat, h * lift];
    };
    return new IconLayer({
      id: "ground", data: this.sites, iconAtlas: this.atlas.canvas as any, iconMapping: this.atlas.icons, getIcon: (d: any) => d.code, getSize: (d: any) => d.size,
      getPosition: where as any, getColor: (d: any) => [0, 0, 0, scene.t >= d.end ? 90 : 255],
      updateTriggers: { getPosition: moves.any ? `${lift} ${moves.key(t)}` : lift, getColor: this.sites.filter((s) => scene.t >= s.end).length },
    });
  }

  #targets(scene: Scene): Layer {
    const f = scene.targets, { data, _dataDiff } = diff(f);
    data.attributes = { getPosition: { value: f.pos, size: 3 } };
    return new IconLayer({
      id: "targets", data, _dataDiff, iconAtlas: this.atlas.canvas as any, iconMapping: this.atlas.icons,
      getIcon: (_: unknown, { index }: any) => this.codes[f.ids[index]!]!, getSize: f.count > 300 ? 18 : 24,
    });
  }

  #tracked(scene: Scene): Layer | null {
    const tracks = scene.samples?.tracks, f = scene.tracks;
    if (!tracks || !f.count) return null;
    const { major, minor, axis, identity } = tracks.columns, n = f.count;
    const sigma = major ? null : tracks.columns.sigma!; // a column is summed up when it is asked for: not without need
    const radius = new Float32Array(n), shape = new Float32Array(2 * n);
    const colours = coloured(n, (i) => this.#identityPaints[identity ? identity[f.rows[i]!]! : 0] ?? this.#paints.ink);
    for (let i = 0; i < n; i++) {
      const row = f.rows[i]!, wide = major ? major[row]! : 0;
      radius[i] = sigma ? sigma[row]! : WITHIN * wide;
      shape[2 * i] = wide > 0 ? Math.max(minor![row]! / wide, 0.05) : 1;
      shape[2 * i + 1] = wide > 0 ? axis![row]! * Math.PI / 180 : 0;
    }
    return new EllipseLayer({
      id: "tracks", data: { length: n, attributes: { getPosition: { value: f.pos, size: 3 }, getRadius: { value: radius, size: 1 }, getShape: { value: shape, size: 2 }, getLineColor: { value: colours, size: 4, normalized: true } } } as any,
      filled: false, stroked: true, radiusMinPixels: 13, lineWidthUnits: "pixels", getLineWidth: 1.6, billboard: false,
    });
  }

  #missiles(scene: Scene): Layer {
    const f = scene.missiles;
    return new ScatterplotLayer({
      id: "missiles", data: { length: f.count, attributes: { getPosition: { value: f.pos, size: 3 } } } as any, radiusUnits: "pixels", getRadius: 3.6,
      getFillColor: this.#paints.missile, stroked: true, getLineColor: this.#paints.halo, lineWidthUnits: "pixels", getLineWidth: 1.2, billboard: true,
    });
  }

  /** Each missile in flight to its target. */
  #links(scene: Scene): Layer {
    const f = scene.missiles, targets = scene.targets, at = new Map<number, number>(), to = new Float32Array(3 * f.count);
    for (let i = 0; i < targets.count; i++) at.set(targets.ids[i]!, i);
    for (let i = 0; i < f.count; i++) {
      const k = at.get(this.run.doc.shots[f.ids[i]!]?.target ?? -1);
      const from = k === undefined ? f.pos : targets.pos, j = 3 * (k ?? i);
      to[3 * i] = from[j]!; to[3 * i + 1] = from[j + 1]!; to[3 * i + 2] = from[j + 2]!;
    }
    return new LineLayer({ id: "links", data: { length: f.count, attributes: { getSourcePosition: { value: f.pos, size: 3 }, getTargetPosition: { value: to, size: 3 } } } as any, getColor: [...rgb("missile"), 90] as Paint, getWidth: 1 });
  }

  #ring(scene: Scene, chosen: number | null): Layer | null {
    const spot = chosen === null ? null : scene.of(chosen);
    if (!spot) return null;
    const p = scene.targets.pos, k = 3 * spot.index;
    return new ScatterplotLayer({
      id: "ring", data: [{}], getPosition: [p[k]!, p[k + 1]!, p[k + 2]!] as any, updateTriggers: { getPosition: scene.t }, radiusUnits: "pixels", getRadius: 19, filled: false, stroked: true,
      getLineColor: this.#paints.chosen, lineWidthUnits: "pixels", getLineWidth: 3, billboard: true,
    });
  }

  /** Where something was shot down, fuzed or got through, from that moment on; fresh marks are larger. */
  #marks(scene: Scene): Layer {
    const { marks } = this.run.doc, t = scene.t;
    let passed = 0;
    while (passed < marks.length && marks[passed]![0] <= t) passed++;
    let fresh = passed;
    while (fresh > 0 && t - marks[fresh - 1]![0] < 4) fresh--;
    const key = `${passed} ${fresh} ${scene.lift} ${this.run.news.value}`;
    if (this.#marked.key !== key) {
      const data = marks.slice(0, passed).map(([at, what, target], i) => ({ what, position: target < 0 ? null : this.#where(target, at, scene.lift), fresh: i >= fresh }));
      this.#marked = { key, data: data.filter(({ what, position, fresh: now }) => position && (what === "kill" || what === "arrival" || (what === "fuze" && now))) };
    }
    return new IconLayer({
      id: "marks", data: this.#marked.data, iconAtlas: this.atlas.canvas as any, iconMapping: this.atlas.icons, getIcon: (d: any) => d.what,
      getPosition: (d: any) => d.position, getSize: (d: any) => (d.fresh ? 34 : 19),
      getColor: (d: any) => (d.what === "arrival" ? this.#paints.hostile : d.what === "kill" ? this.#paints.defence : this.#paints.missile),
    });
  }

  #marked: { key: string; data: { what: string; position: number[] | null; fresh: boolean }[] } = { key: "", data: [] };
  #spots = new Map<string, number[] | null>();

  #where(target: number, t: number, lift: number): number[] | null {
    const key = `${target} ${t} ${lift}`;
    if (!this.#spots.has(key)) {
      const s = this.run.overview, slot = s.slot.get(target);
      if (slot === undefined) return null;
      const { lon, lat, h, t: time } = s.columns, last = s.start[slot + 1]! - 1;
      let i = s.start[slot]!;
      while (i < last && time![i + 1]! < t) i++;
      const j = Math.min(i + 1, last), f = j > i ? Math.min(Math.max((t - time![i]!) / (time![j]! - time![i]!), 0), 1) : 0;
      this.#spots.set(key, [lon![i]! + f * (lon![j]! - lon![i]!), lat![i]! + f * (lat![j]! - lat![i]!), (h![i]! + f * (h![j]! - h![i]!)) * lift]);
    }
    return this.#spots.get(key) ?? null;
  }

  /** Names and heights of targets, where there is room; `project` gives the place on the screen. */
  #names(scene: Scene, chosen: number | null, project: Project | null): Layer | null {
    const f = scene.targets, c = (scene.samples?.truth ?? this.run.overview).columns, which: number[] = [];
    if (f.count <= NAMED) for (let i = 0; i < f.count; i++) which.push(i);
    else if (chosen !== null) { const spot = scene.of(chosen); if (spot) which.push(spot.index); }
    const labels = which.map((i): Label => {
      const { name, side } = this.run.doc.targets[f.ids[i]!]!, k = 3 * i, [x, y] = project?.([f.pos[k]!, f.pos[k + 1]!, f.pos[k + 2]!]) ?? [1e5 * i, 0];
      return { x: x!, y: y!, text: `${name}  ${Math.round(c.agl![f.rows[i]!]!)} m`, rank: f.ids[i] === chosen ? 3 : side === "red" ? 2 : 1 };
    });
    const data = place(labels, labels.map(({ x, y }) => [x - 9, y - 9, x + 9, y + 9])).map(({ index, dx, dy, anchor }) => {
      const k = 3 * which[index]!;
      return { position: [f.pos[k]!, f.pos[k + 1]!, f.pos[k + 2]!], text: labels[index]!.text, offset: [dx, dy], anchor };
    });
    return new TextLayer({
      id: "names", data, getText: (d: any) => d.text, getPosition: (d: any) => d.position, getSize: 12, getColor: this.#paints.ink, getPixelOffset: (d: any) => d.offset, getTextAnchor: (d: any) => d.anchor,
      fontFamily: "system-ui, sans-serif", fontWeight: 600, characterSet: this.#characters(), fontSettings: { sdf: true, buffer: 8, radius: 8, smoothing: 0.2 }, outlineWidth: 3, outlineColor: this.#paints.halo,
    });
  }

  #set: string[] | null = null;
  #characters(): string[] {
    this.#set ??= [...new Set([..."0123456789 m-", ...this.run.doc.targets.flatMap((t) => [...t.name])])];
    return this.#set;
  }
}
