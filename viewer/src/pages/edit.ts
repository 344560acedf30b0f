// The editor: place and move, draw routes, set what is carried and how it fights; see coverage change, check, save, run.

import { button, download, make, onceAFrame } from "../core/dom";
import { duration } from "../core/format";
import { Clock } from "../core/clock";
import { RunModel } from "../data/run";
import { ServedSource } from "../data/source";
import type { RunDocument } from "../data/types";
import { choiceField, type Context, flagField, numberField, textField } from "../edit/form";
import { type Choices, type Data, Draft, finished, get, type Layout, type Path, post, type Route, type Thing } from "../edit/draft";
import { Handles } from "../edit/handles";
import { setLines } from "../map/basemap";
import { Stage, View } from "../map/stage";
import { mapButtons } from "../ui/controls";
import { Heights } from "../ui/heights";
import { Tabs } from "../ui/tabs";
import { ask } from "./folder";
import { type Handle, painted, topbar } from "./run";

type EditDocument = RunDocument & { data: Data; layout: Layout };
const same = (a: Path, b: Path): boolean => JSON.stringify(a) === JSON.stringify(b);

export async function editPage(place: HTMLElement, kind: string, name: string, drawn: () => void): Promise<Handle> {
  const source = new ServedSource(`/api/begin/${kind}/${encodeURIComponent(name)}`);
  const [run, choices] = await Promise.all([RunModel.load("draft", source), ask<Choices>("/api/choices")]);
  return new EditPage(place, run, choices, name).begin(drawn);
}

class EditPage {
  readonly doc: EditDocument;
  readonly draft: Draft;
  readonly view = new View();
  readonly clock: Clock;
  readonly context: Context;
  stage!: Stage;
  handles!: Handles;
  #chosen: Path | null = null;
  #drawing: Path | null = null;
  #tabs = new Tabs();
  #status = make("p", { class: "check", role: "status" });
  #inspector = make("section", { class: "inspector" });
  #progress = make("progress", { max: 1, value: 0, hidden: true, "aria-label": "Run" });
  readonly #live = onceAFrame(() => this.#moving());

  constructor(readonly place: HTMLElement, readonly run: RunModel, readonly choices: Choices, name: string) {
    this.doc = run.doc as EditDocument;
    this.draft = new Draft(this.doc.data, this.doc.layout);
    this.clock = new Clock(this.doc.duration);
    document.title = `Edit ${name} · skyreach`;
    this.context = {
      data: () => this.draft.data,
      change: (path, value) => { this.draft.keep(); this.draft.set(path, value); void this.changed(); },
      problem: (path) => this.draft.answer.value?.problems.find((p) => same(p.path, path))?.text ?? null,
    };
  }

  async begin(drawn: () => void): Promise<Handle> {
    const ground = make("div", { class: "map" }), area = make("section", { class: "stage", "aria-label": "Map" }, ground), panel = make("aside", { class: "panel", id: "panel" });
    const bar = make("footer", { class: "timebar editbar" },
      button("Undo", () => { if (this.draft.undo()) void this.changed(); }), this.#status, this.#progress,
      button("Save YAML", () => void this.save(), { id: "save", title: "Comments of the file it came from are not kept" }), button("Run", () => void this.start(), { id: "run", class: "main" }));
    this.place.replaceChildren(make("a", { class: "skip", href: "#panel" }, "Skip the map"), topbar(`Edit: ${this.doc.title}`, "Drag things, or choose one and use the arrow keys", [{ href: "/", text: "All runs" }]),
      make("main", { class: "work" }, area, bar, panel));
    await this.run.ground();
    this.stage = new Stage(ground, this.run, this.clock, this.view);
    const heights = new Heights(this.run, this.view, this.clock);
    area.append(mapButtons(this.stage, this.view), heights.element);
    this.#tabs.add("defence", "Defence", () => this.#defence());
    this.#tabs.add("raid", "Raid", () => this.#raid());
    this.#tabs.add("rules", "Rules", () => this.#rules());
    this.#tabs.add("yaml", "YAML", () => make("div", {}, make("p", { class: "fine" }, "As Save YAML writes it. Comments of the file that it came from are not kept: a run holds its scenario without them."), make("pre", { class: "yaml" }, make("code", {}, this.draft.answer.value?.yaml ?? this.doc.yaml))));
    panel.append(this.#inspector, this.#tabs.element);
    await painted();
    drawn();
    await this.stage.ready;
    this.handles = new Handles(this.stage.map, {
      choose: (thing) => this.choose(thing.path),
      moving: (thing, lat, lon) => { this.draft.move(thing, lat, lon); this.#live(); },
      moved: () => void this.changed(),
    });
    this.stage.onClick = (lon, lat) => this.#click(lon, lat);
    this.draft.cover.watch((cover) => { this.run.cover.value = cover; });
    this.draft.answer.watch(() => this.#answered());
    this.#tabs.show("defence");
    await this.draft.check();
    void this.draft.covered(null);
    await new Promise<void>((done) => { const stop = this.draft.cover.watch((cover) => { if (cover) { queueMicrotask(() => stop()); done(); } }); if (!this.#things().some((t) => t.kind === "radar" || t.kind === "fire unit")) done(); });
    return { runs: [], clock: this.clock, view: this.view, stages: [this.stage], tabs: this.#tabs, heights, draft: this.draft, edit: this };
  }

  #things(): Thing[] { return this.draft.answer.value?.layout?.things ?? []; }
  #routes(): Route[] { return this.draft.answer.value?.layout?.routes ?? []; }

  /** While something is being moved: coverage on the coarser grid, routes as they are. */
  #moving(): void { void this.draft.covered(this.#rung()); }

  /** The rung of the height that is looked at. */
  #rung(): number { return this.doc.heights.findIndex((h) => h >= this.view.height.value); }

  /** After a change: check, lay out anew, coverage on the fine grid. */
  async changed(): Promise<void> {
    const quick = this.draft.covered(this.#rung());
    await Promise.all([quick, this.draft.check()]);
    this.#tabs.show(this.#tabs.chosen);
    void this.draft.covered(null);
  }

  #answered(): void {
    const answer = this.draft.answer.value!;
    this.#status.replaceChildren(...(answer.ok ? [make("span", { class: "ok" }, "In order")] : [make("span", { class: "not-ok" }, answer.problems.map((p) => p.text).join(" · "))]));
    (document.getElementById("run") as HTMLButtonElement).disabled = !answer.ok;
    this.handles.show(this.#things(), JSON.stringify(this.#chosen));
    this.#lines();
    this.#inspect();
  }

  #lines(): void {
    const lines = this.#routes().map((route) => ({ side: route.side, line: [...route.points, ...(route.aim ? [route.aim] : [])].map(([lat, lon]) => [lon, lat]) }));
    setLines(this.stage.map, "routes", lines.filter(({ line }) => line.length > 1));
    const route = this.#routes().find((r) => this.#chosen && same(r.path, this.#chosen)) ?? null;
    this.handles.route(route, (i, lat, lon) => {
      const at: Path = [...route!.path, "route", i], old = get(this.draft.data, at);
      const { at: _place, ...rest } = old;
      this.draft.set(at, { ...rest, lat: Number(lat.toFixed(5)), lon: Number(lon.toFixed(5)) });
    }, () => void this.changed());
  }

  choose(path: Path | null): void {
    if (this.#chosen && path && same(this.#chosen, path)) return;
    this.#chosen = path;
    this.handles.mark(JSON.stringify(path));
    this.#lines();
    this.#inspect();
  }

  /** A click on the map: another waypoint of the route that is being drawn. */
  #click(lon: number, lat: number): boolean {
    if (!this.#drawing) { this.choose(null); return true; }
    const route = get(this.draft.data, [...this.#drawing, "route"]) as Data[], last = route[route.length - 1];
    this.draft.keep();
    route.push({ lat: Number(lat.toFixed(5)), lon: Number(lon.toFixed(5)), height_m: last?.height_m ?? 300, ref: last?.ref ?? "agl" });
    void this.changed();
    return true;
  }

  // --- panel: what is chosen

  #inspect(): void {
    const path = this.#chosen, value = path ? get(this.draft.data, path) : undefined;
    this.#inspector.hidden = !path || value === undefined;
    if (!path || value === undefined) { this.#inspector.replaceChildren(); return; }
    const thing = this.#things().find((t) => same(t.path, path)), route = this.#routes().find((r) => same(r.path, path));
    this.#inspector.replaceChildren(make("header", {}, make("h2", {}, thing?.name ?? value.name ?? ""), button("Remove", () => this.#remove(path), { class: "remove" }), button("Done", () => { this.#drawing = null; this.choose(null); })),
      ...(route ? this.#routeForm(path, value) : thing ? this.#thingForm(thing, value) : []));
  }

  #systems(kind: string): [string, string][] { return (this.choices.systems[kind] ?? []).map(({ key, title }) => [key, title]); }

  #thingForm(thing: Thing, value: Data): HTMLElement[] {
    const { path } = thing, c = this.context, out: HTMLElement[] = [];
    if ("name" in value && thing.kind !== "site") out.push(textField(c, "Name", [...path, "name"]));
    if (thing.kind in this.choices.systems) out.push(choiceField(c, "System", [...path, "system"], this.#systems(thing.kind)));
    if (thing.kind === "radar") {
      const masts = this.choices.masts[value.system] ?? ["none"];
      if (masts.length > 1) out.push(choiceField(c, "Mast", [...path, "mast"], masts.filter((m) => m !== "none").map((m) => [m, m.toUpperCase()]), "none"));
    }
    if (thing.kind === "radar" || thing.kind === "fire unit") out.push(numberField(c, "Looks towards, degrees", [...path, "axis_deg"], { min: 0, max: 360, missing: 0 }));
    if (thing.kind === "launchers") {
      out.push(numberField(c, "Launchers", [...path, "count"], { min: 1, max: 64, step: 1, missing: 1 }), make("p", { class: "fine" }, "Missiles on each:"));
      for (const [missile, most] of Object.entries(this.choices.loads[value.system] ?? {})) out.push(numberField(c, missile, [...path, "load", missile], { min: 0, max: most, step: 1, missing: `none; up to ${most}` }));
    }
    if (thing.kind === "asset") out.push(numberField(c, "Value", [...path, "value"], { min: 0 }), numberField(c, "Hits that it stands", [...path, "points"], { min: 1, step: 1, missing: 1 }));
    const coordinate = (word: string, key: "lat" | "lon"): HTMLElement => {
      const input = make("input", { type: "number", step: "any", value: thing[key].toFixed(5) });
      input.addEventListener("change", () => { this.draft.keep(); this.draft.move(thing, key === "lat" ? Number(input.value) : thing.lat, key === "lon" ? Number(input.value) : thing.lon); void this.changed(); });
      return make("label", { class: "field" }, make("span", {}, word), input);
    };
    out.push(coordinate("Latitude", "lat"), coordinate("Longitude", "lon"));
    return [make("div", { class: "fields" }, ...out)];
  }

  #routeForm(path: Path, value: Data): HTMLElement[] {
    const c = this.context, assets = (this.draft.data.assets ?? []) as Data[], route = (value.route ?? []) as Data[];
    const draw = button(this.#drawing ? "Stop drawing" : "Draw: add waypoints by clicking", () => { this.#drawing = this.#drawing ? null : path; this.#inspect(); }, { "aria-pressed": String(Boolean(this.#drawing)), id: "draw" });
    const rows = route.map((_, i) => make("tr", {}, make("th", { scope: "row" }, String(i + 1)),
      make("td", {}, numberField(c, `Height of waypoint ${i + 1}`, [...path, "route", i, "height_m"])),
      make("td", {}, choiceField(c, "above", [...path, "route", i, "ref"], [["agl", "ground"], ["msl", "sea"]])),
      make("td", {}, button("×", () => c.change([...path, "route", i], undefined), { "aria-label": `Remove waypoint ${i + 1}` }))));
    return [make("div", { class: "fields" }, textField(c, "Name", [...path, "name"]), choiceField(c, "System", [...path, "system"], this.#systems("raid")),
      numberField(c, "Number", [...path, "count"], { min: 1, max: 1000, step: 1, missing: 1 }), numberField(c, "Seconds between", [...path, "spacing_s"], { min: 0, missing: 0 }),
      ...(value.released_by || value.time_on_target_s ? [] : [numberField(c, "Starts at, s", [...path, "start_s"], { min: 0, missing: 0 })]),
      ...(path[0] === "raid" ? [choiceField(c, "Aims at", [...path, "aim"], assets.map((a) => [a.name, a.name]), "nothing")] : [])),
      draw, make("table", { class: "waypoints" }, make("tbody", {}, ...rows))];
  }

  #remove(path: Path): void { this.choose(null); this.#drawing = null; this.context.change(path, undefined); }

  // --- panel: lists

  #row(path: Path, name: string, note: string): HTMLElement {
    const row = make("button", { type: "button", class: "item", "data-path": JSON.stringify(path) }, make("strong", {}, name), make("small", {}, note));
    row.addEventListener("click", () => {
      this.choose(path);
      const thing = this.#things().find((t) => same(t.path, path));
      if (thing) this.stage.map.easeTo({ center: [thing.lon, thing.lat], duration: 0 });
    });
    return make("li", {}, row);
  }

  #formations(): { path: Path; name: string }[] {
    const out: { path: Path; name: string }[] = [], walk = (units: Data[], path: Path): void => units.forEach((unit, i) => { out.push({ path: [...path, i], name: unit.name }); walk(unit.units ?? [], [...path, i, "units"]); });
    walk(this.draft.data.formations ?? [], ["formations"]);
    return out;
  }

  #defence(): HTMLElement {
    const things = this.#things(), title = (system?: string): string => Object.values(this.choices.systems).flat().find(({ key }) => key === system)?.title ?? "";
    const unit = make("select", { "aria-label": "Formation for what is added" }, ...this.#formations().map(({ path, name }) => make("option", { value: JSON.stringify(path) }, name)));
    const add = (kind: string): void => { const to = unit.value ? (JSON.parse(unit.value) as Path) : null; this.#add(kind, to); };
    return make("div", {}, make("p", { class: "fine" }, "Choose something here or on the map. A named site carries along everything that stands at it."),
      make("ul", { class: "items" }, ...things.map((thing) => this.#row(thing.path, thing.name, `${thing.kind} ${title(thing.system)}`))),
      make("h3", {}, "Add at the middle of the map"), make("p", { class: "adds" }, unit, ...["radar", "launchers", "fire unit", "asset"].map((kind) => button(kind === "fire unit" ? "Point defence" : kind.charAt(0).toUpperCase() + kind.slice(1), () => add(kind), { "data-add": kind }))));
  }

  #add(kind: string, unit: Path | null): void {
    const { lat, lng } = this.stage.map.getCenter(), at = { lat: Number(lat.toFixed(5)), lon: Number(lng.toFixed(5)) }, first = this.choices.systems[kind]?.[0]?.key;
    const names = new Set(JSON.stringify(this.draft.data).match(/"[^"]*"/g)), fresh = (word: string): string => { let n = 1; while (names.has(`"${word}-${n}"`)) n++; return `${word}-${n}`; };
    const key = { radar: "radars", launchers: "launchers", "fire unit": "point_defence", asset: "assets" }[kind]!;
    const holder: Path = kind === "asset" ? ["assets"] : [...(unit ?? []), key];
    if (kind !== "asset" && !unit) return;
    const load = kind === "launchers" ? Object.entries(this.choices.loads[first!] ?? {})[0] : undefined;
    const item: Data = kind === "asset" ? { name: fresh("asset"), at, value: 5 } : kind === "launchers" ? { system: first, count: 1, load: { [load![0]]: load![1] }, at } : { name: fresh(kind === "radar" ? "radar" : "defence"), system: first, at };
    this.draft.keep();
    if (!get(this.draft.data, holder)) this.draft.set(holder, []);
    const list = get(this.draft.data, holder) as Data[];
    list.push(item);
    void this.changed().then(() => this.choose([...holder, list.length - 1]));
  }

  #raid(): HTMLElement {
    const systems = this.choices.systems.raid ?? [];
    const items = this.#routes().map((route) => { const value = get(this.draft.data, route.path); return this.#row(route.path, route.name, `${value?.count ?? 1} × ${systems.find(({ key }) => key === value?.system)?.title ?? value?.system}`); });
    return make("div", {}, make("ul", { class: "items" }, ...items), button("New route", () => this.#newRoute(), { id: "new-route" }),
      this.#drawing ? make("p", { class: "fine" }, "Click on the map to add waypoints.") : null);
  }

  #newRoute(): void {
    const { lat, lng } = this.stage.map.getCenter(), bounds = this.stage.map.getBounds(), raid = (this.draft.data.raid ??= []) as Data[], systems = this.choices.systems.raid ?? [];
    let n = raid.length + 1;
    while (raid.some((item) => item.name === `route-${n}`)) n++;
    this.draft.keep();
    const aim = (this.draft.data.assets as Data[] | undefined)?.[0]?.name;
    raid.push({ name: `route-${n}`, system: (systems.find(({ key }) => /shahed/.test(key)) ?? systems[0])?.key, count: 1, start_s: 0, ...(aim ? { aim } : {}),
      route: [{ lat: Number((lat - 0.3 * (lat - bounds.getSouth())).toFixed(5)), lon: Number((lng - 0.5 * (lng - bounds.getWest())).toFixed(5)), height_m: 300, ref: "agl" }, { lat: Number(lat.toFixed(5)), lon: Number(lng.toFixed(5)), height_m: 300, ref: "agl" }] });
    void this.changed().then(() => { this.#drawing = ["raid", raid.length - 1]; this.choose(this.#drawing); this.#inspect(); });
  }

  #rules(): HTMLElement {
    const c = this.context;
    if (!this.draft.data.doctrine) this.draft.data.doctrine = {};
    return make("div", { class: "fields" }, textField(c, "Title", ["title"]), numberField(c, "Seed of all dice", ["seed"], { min: 0, step: 1, missing: 1 }), numberField(c, "Length of the run, s", ["duration_s"], { min: 1 }),
      make("h3", {}, "Doctrine"),
      choiceField(c, "Weapons", ["doctrine", "weapons"], [["free", "free: all that is not known as friend"], ["tight", "tight: what is known as hostile"], ["hold", "hold: no fire"]]),
      numberField(c, "Missiles in a salvo", ["doctrine", "salvo"], { min: 1, max: 4, step: 1, missing: 2 }), numberField(c, "Share of the reach to use", ["doctrine", "max_range_share"], { min: 0, max: 1, missing: 1 }),
      flagField(c, "Look before shooting again", ["doctrine", "shoot_look_shoot"], true), flagField(c, "Cheapest adequate missile first", ["doctrine", "economy"], true));
  }

  // --- what leaves the page

  async save(): Promise<void> {
    const answer = await this.draft.check();
    if (answer.yaml) download(`${this.draft.data.name ?? "scenario"}.yaml`, answer.yaml, "application/yaml");
  }

  /** Runs the draft and, when it has ended, opens it and plays. */
  async start(): Promise<void> {
    const run = document.getElementById("run") as HTMLButtonElement;
    run.disabled = true;
    this.#progress.hidden = false;
    try {
      const { job } = await post<{ job: string }>("/api/draft/run", { data: this.draft.data });
      const run = await finished(job, (t, length) => {
        this.#progress.value = t / length;
        this.#status.textContent = `running: ${duration(t)} of ${duration(length)}`;
      });
      location.href = `/run/${encodeURI(run)}?play`;
    } catch (fault) {
      this.#status.replaceChildren(make("span", { class: "not-ok" }, fault instanceof Error ? fault.message : String(fault)));
      run.disabled = false;
      this.#progress.hidden = true;
    }
  }
}
