// The page of a study: what was varied, what came of it and how sure that is, and the run behind each point.

import { button, make } from "../core/dom";
import { duration, number } from "../core/format";
import type { Source } from "../data/source";
import { finished, post } from "../edit/draft";
import { type Bar, type End, figure, intervals, saturation, short, split, tornado } from "../ui/charts";
import { topbar } from "./run";

type Value = number | string | boolean | null;
type Row = Record<string, Value>;
interface RunOf { cell: number; run: number; value: number; seed: number; command: string }
interface Point { point: number; label: string; cells: { cell: number; draw: number; runs: number }[]; open: RunOf | null }
interface StudyDocument {
  title: string; note: string; opening: string; name: string; scenario: string; design: string; measure: string; confidence: number; shown: string[];
  factors: { name: string; path: string; range: string; levels: { level: string; sets: string[] }[] }[]; doubt: { draws: number } | null; common_dice: boolean;
  complete: boolean; stopped_by: string | null; digest: string; terrain: string; notes: string[]; units: Record<string, string>; meanings: Record<string, string>; causes: string[];
  points: Point[]; points_of: number; behind: (RunOf & { point: number; draw: number; which: string })[]; barred: string | null;
  measures: Row[]; shares: Row[]; pairs: Row[]; variance: Row[]; saturation: Row[]; kinks: Row[]; tornado: Row[]; indices: Row[];
}

const CAUSES: Record<string, string> = {
  unseen: "never seen in time", identity: "identity not known", reach: "out of reach, no sight, no time", channels: "all channels in use", rails: "no missile left",
  reload: "reloading", order: "waited for its turn or the reaction time", shot: "shot at, and missed",
};

const num = (value: Value | undefined): number => (typeof value === "number" ? value : NaN);
const said = (value: Value | undefined): string => (typeof value === "number" ? short(value) : value === null || value === undefined ? "–" : String(value));
const MANY = 24; // rows from which on a part of the page is folded away

const pair = (low: Value | undefined, high: Value | undefined): [number, number] | null => (typeof low === "number" && typeof high === "number" ? [low, high] : null);
const span = (low: Value | undefined, high: Value | undefined): string => (pair(low, high) ? `${said(low)} to ${said(high)}` : "–");

/** Opens runs: on the server they are made when they are asked for; in a report the command is shown that makes them. */
class Behind {
  readonly element = make("p", { class: "behind-state", role: "status", "aria-live": "polite" });
  #bar = make("progress", { max: 1, value: 0, "aria-label": "Progress of the run" });
  #busy = false;

  constructor(readonly doc: StudyDocument, readonly study: string | null) {}

  /** What a press does, null where there is nothing to open. */
  of(run: RunOf | null | undefined): (() => void) | null { return run ? () => void this.open(run) : null; }

  async open(run: { cell: number; run: number; seed?: number; command?: string }): Promise<void> {
    if (this.study === null || this.doc.barred) { this.#tell(run); return; }
    if (this.#busy) return;
    this.#busy = true;
    this.#say(make("span", {}, `Run ${run.run} is made again with its seed… `), this.#bar);
    try {
      const { run: there, job } = await post<{ run?: string; job?: string }>(`/api/study/${encodeURIComponent(this.study)}/run`, { cell: run.cell, run: run.run });
      const name = there ?? await finished(job!, (t, length) => { this.#bar.value = t / length; this.#bar.title = `${duration(t)} of ${duration(length)}`; });
      location.href = `/run/${encodeURI(name)}?study=${encodeURIComponent(this.study)}`;
    } catch (fault) {
      this.#say(make("span", { class: "not-ok" }, fault instanceof Error ? fault.message : String(fault)));
    }
    this.#busy = false;
  }

  #tell(run: { run: number; seed?: number; command?: string }): void {
    const command = run.command ?? "";
    const where = command.startsWith("skyreach run scenario.yaml ") ? ", given in the folder of the study," : "";
    this.#say(make("span", {}, `Run ${run.run}, seed ${run.seed}: this command${where} makes it; then skyreach view shows it. `), make("code", { tabindex: 0 }, command),
      button("Copy", () => {
      getSelection()?.selectAllChildren(this.element.querySelector("code")!);
      void navigator.clipboard?.writeText(command).catch(() => undefined); // what is selected can still be copied by hand
    }));
  }

  #say(...parts: HTMLElement[]): void { this.element.replaceChildren(...parts); this.element.hidden = false; }
}

/** A table that a keyboard can scroll; cells that are functions become buttons. */
function table(caption: string, head: string[], rows: (string | Node)[][]): HTMLElement {
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, make("table", { class: "numbers" }, make("caption", { class: "unseen" }, caption),
    make("thead", {}, make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", {}, ...rows.map(([first, ...rest]) => make("tr", {}, make("th", { scope: "row" }, first!), ...rest.map((cell) => make("td", {}, cell)))))));
}

/** The numbers of a chart, folded away under it. */
function numbers(caption: string, head: string[], rows: (string | Node)[][]): HTMLElement {
  return make("details", {}, make("summary", {}, "The numbers"), table(caption, head, rows));
}

class StudyView {
  readonly labels: Map<number, string>;
  readonly points: Map<number, Point>;
  readonly behind: Behind;

  constructor(readonly doc: StudyDocument, study: string | null) {
    this.labels = new Map(doc.points.map((point) => [point.point, point.label]));
    this.points = new Map(doc.points.map((point) => [point.point, point]));
    this.behind = new Behind(doc, study);
  }

  get sure(): string { return `${Number((100 * this.doc.confidence).toPrecision(4))} %`; }

  named(measure: string): string {
    const unit = this.doc.units[measure] ?? "";
    return `${this.doc.meanings[measure] ?? measure}${unit && unit !== "1" ? ` [${unit}]` : ""}`;
  }

  act(point: number): (() => void) | null { return this.behind.of(this.points.get(point)?.open); }

  /** What a press on a point opens, in words. */
  hint(point: number): string {
    const run = this.points.get(point)?.open;
    return run ? `; opens run ${run.run} with ${short(run.value)} ${this.doc.measure}` : "";
  }

  varied(): HTMLElement[] {
    const { doc } = this, rows: (string | Node)[][] = doc.factors.map((factor) => [factor.name, factor.path || "named levels",
      factor.levels.length ? make("div", {}, ...factor.levels.map((level) => make("details", {}, make("summary", {}, level.level), ...level.sets.map((text) => make("code", { class: "setting" }, text))))) : factor.range]);
    if (doc.doubt) rows.push(["doubt in the data", "catalogue", `${number(doc.doubt.draws)} draws between low, nominal and high`]);
    return [make("h2", {}, "What was varied"), rows.length ? table("Factors of the study", ["Factor", "What it sets", "Levels"], rows) : make("p", {}, "Nothing: one scenario, run many times."),
      make("p", { class: "fine" }, `Design: ${doc.design}. ${doc.common_dice ? "All points run on the same dice: a difference between them is not one of luck in the seeds." : "Each point has dice of its own."}`)];
  }

  /** The measure that is chosen, point by point. */
  points_(): HTMLElement[] {
    const { doc } = this, place = make("div", {}), pick = make("select", { id: "measure" }, ...doc.shown.map((name) => make("option", { value: name }, this.named(name))));
    const show = (): void => {
      const rows = doc.measures.filter((row) => row.measure === pick.value && row.mean !== null);
      const bars = rows.map((row): Bar => {
        const point = num(row.point), label = this.labels.get(point) ?? "";
        return { label, mark: num(row.mean), thick: pair(row.mean_low, row.mean_high), thin: pair(row.q05, row.q95), act: this.act(point),
          tip: `${label}: mean ${said(row.mean)}, ${this.sure} interval ${span(row.mean_low, row.mean_high)}${this.hint(point)}` };
      });
      const share = new Map(doc.shares.filter((row) => row.measure === pick.value).map((row) => [row.point, row]));
      const drawn = (): HTMLElement => figure("intervals", this.named(pick.value), intervals(bars, this.named(pick.value)));
      place.replaceChildren(!bars.length ? make("p", {}, "No run has a value.") : bars.length > MANY ? make("details", {}, make("summary", {}, `${bars.length} points`), drawn()) : drawn(),
        numbers(`${this.named(pick.value)} at each point`, ["Point", "Runs", "Mean", `${this.sure} interval`, "Bootstrap", "5, 50, 95 % of the runs", "Share with any", "Wilson"], rows.map((row) => {
          const any = share.get(row.point!);
          return [this.labels.get(num(row.point)) ?? "", number(num(row.n)), said(row.mean), span(row.mean_low, row.mean_high), span(row.boot_low, row.boot_high), [row.q05, row.q50, row.q95].map(said).join(", "),
            any ? `${(100 * num(any.share)).toFixed(1)} %` : "–", any && any.wilson_low !== null ? `${(100 * num(any.wilson_low)).toFixed(1)} to ${(100 * num(any.wilson_high)).toFixed(1)} %` : "–"];
        })));
    };
    pick.addEventListener("change", show);
    show();
    return [make("h2", {}, "Point by point"), make("p", {}, make("label", { for: "measure" }, "Measure "), pick), make("p", { class: "fine" }, `Dot: mean. Thick line: its ${this.sure} interval. Pale bar: 5 to 95 % of the runs. A press on a point opens the run that stands for it.`), place];
  }

  curve(): HTMLElement[] {
    const { doc } = this, z = normal(doc.confidence);
    if (!doc.saturation.length) return [];
    const names = doc.factors.map((factor) => factor.name), groups: Row[][] = [];
    for (const row of doc.saturation) {
      const last = groups[groups.length - 1];
      if (last && num(row.hostile) > num(last[last.length - 1]!.hostile)) last.push(row); else groups.push([row]);
    }
    const used = doc.causes.filter((cause) => groups.length === 1 && doc.saturation.some((row) => num(row[`leak_${cause}`]) > 0));
    const curves = groups.map((rows) => ({
      name: groups.length === 1 ? "" : names.filter((name) => rows.every((row) => row[name] === rows[0]![name])).map((name) => `${name} ${said(rows[0]![name])}`).join(", "),
      spots: rows.map((row) => ({ x: num(row.hostile), y: num(row.leakers), error: num(row.leakers_error), parts: Object.fromEntries(doc.causes.map((cause) => [cause, num(row[`leak_${cause}`])])), act: this.act(num(row.point)),
        tip: `${said(row.hostile)} hostile: ${said(row.leakers)} ± ${short(z * num(row.leakers_error))} leakers${this.hint(num(row.point))}` })),
    }));
    const kinks = doc.kinks.map((kink) => ({ x: num(kink.hostile), text: `${said(kink.slope_before)} → ${said(kink.slope_after)}: ${said(kink.cause)}` }));
    return [make("h2", {}, "Saturation"),
      make("p", {}, "Leakers against the size of the raid. ", groups.length === 1 ? "The areas say what the defence lacked in the last minute of each leaker; a dotted line marks where the curve bends by more than chance allows." : ""),
      figure("saturation", "Leakers against the size of the raid", saturation(curves, used, groups.length === 1 ? kinks : [], z)),
      make("p", { class: "cause-key" }, ...[...used].reverse().map((cause) => make("span", {}, make("i", { class: `key-${cause}` }), CAUSES[cause] ?? cause))),
      make("h3", {}, "Where it bends, and why"), doc.kinks.length ? make("ol", {}, ...doc.kinks.map((kink) => make("li", {},
        `At ${said(kink.hostile)} hostile targets${groups.length > 1 ? ` (${this.labels.get(num(kink.point))})` : ""} each further one brings ${num(kink.slope_before).toFixed(2)} leakers before and ${num(kink.slope_after).toFixed(2)} after (change ${num(kink.change).toFixed(2)}, standard error ${num(kink.change_error).toFixed(2)}); the largest part of the change, ${(100 * num(kink.share)).toFixed(0)} %: ${CAUSES[String(kink.cause)] ?? said(kink.cause)}.`))) : make("p", {}, "Nowhere by more than chance."),
      numbers("Saturation", ["Point", "Hostile", "Leakers", "± standard error", ...doc.causes.map((cause) => CAUSES[cause] ?? cause), "Rounds left"], doc.saturation.map((row) => [this.labels.get(num(row.point)) ?? "", said(row.hostile), said(row.leakers), said(row.leakers_error), ...doc.causes.map((cause) => said(row[`leak_${cause}`])), said(row.rounds_left)]))];
  }

  swings(): HTMLElement[] {
    const { doc } = this;
    const out: HTMLElement[] = [];
    if (doc.tornado.length) {
      const base = num(doc.tornado[0]!.base);
      const end = (row: Row, which: "low" | "high"): End => {
        const level = said(row[`${which}_level`]), at = num(row[`at_${which}`]), gap = pair(row[`at_${which}_low`], row[`at_${which}_high`]);
        const point = num(doc.measures.find((other) => other.measure === doc.measure && other[String(row.factor)] === row[`${which}_level`])?.point);
        return { value: at, level, interval: gap && [base + gap[0], base + gap[1]], act: this.act(point), tip: `${row.factor} ${level}: ${short(at)} against ${short(base)}${this.hint(point)}` };
      };
      out.push(make("h2", {}, "Tornado"), make("p", {}, `Each factor alone at its low end (plain) and at its high end (striped); the upright line is the scenario as it is. Thin line: ${this.sure} interval of the difference to it.`),
        figure("tornado", "Tornado", tornado(doc.tornado.map((row) => ({ factor: String(row.factor), ends: [end(row, "low"), end(row, "high")] as [End, End] })), base, this.named(doc.measure))),
        numbers("Tornado", ["Factor", "Low end", "There", "High end", "There", "Swing", "Interval"], doc.tornado.map((row) => [said(row.factor), said(row.low_level), said(row.at_low), said(row.high_level), said(row.at_high), said(row.swing), span(row.swing_low, row.swing_high)])));
    }
    if (doc.indices.length) {
      const bars = doc.indices.flatMap((row) => (["first", "total"] as const).map((kind): Bar => ({ label: `${row.factor}: ${kind === "first" ? "alone" : "with interactions"}`, mark: num(row[kind]), thick: pair(row[`${kind}_low`], row[`${kind}_high`]), thin: null, act: null, tip: `${row.factor}, ${kind}: ${said(row[kind])}` })));
      out.push(make("h2", {}, "Sensitivity"), make("p", {}, "Share of the variance that each factor makes: alone (first-order Sobol index), and with its interactions (total)."), figure("indices", "Sobol indices", intervals(bars, "share of the variance")),
        numbers("Sobol indices", ["Factor", "First", "Interval", "Total", "Interval"], doc.indices.map((row) => [said(row.factor), said(row.first), span(row.first_low, row.first_high), said(row.total), span(row.total_low, row.total_high)])));
    }
    const variance = doc.variance.filter((row) => row.measure === doc.measure && row.doubt_share !== null);
    if (variance.length) {
      out.push(make("h2", {}, "Doubt against chance"), make("p", {}, `How much of the variance of a run (${doc.measure}) comes from doubt in the data (plain), how much from chance (striped).`),
        figure("variance", "Doubt against chance", split(variance.map((row) => ({ label: this.labels.get(num(row.point)) ?? "", share: num(row.doubt_share) })))),
        numbers("Doubt against chance", ["Point", "Draws", "Doubt", "Chance"], variance.map((row) => [this.labels.get(num(row.point)) ?? "", said(row.draws), `${(100 * num(row.doubt_share)).toFixed(1)} %`, `${(100 - 100 * num(row.doubt_share)).toFixed(1)} %`])));
    }
    const others = (row: Row): string => doc.factors.filter(({ name }) => name !== row.factor && row[name] !== undefined && row[name] !== null).map(({ name }) => `${name} ${said(row[name])}`).join(", ") || "–";
    const pairs = doc.pairs.filter((row) => row.difference !== null && [doc.measure, "leakers", "assets_lost", "shots"].includes(String(row.measure)));
    if (pairs.length) {
      out.push(make("h2", {}, "Differences"), table("Differences", ["Factor", "Level", "Against", ...(doc.factors.length > 1 ? ["At"] : []), "Measure", "Difference", `${this.sure} interval`, "By"], pairs.map((row) => [
        said(row.factor), said(row.level), said(row.against), ...(doc.factors.length > 1 ? [others(row)] : []), said(row.measure), `${num(row.difference) > 0 ? "+" : ""}${said(row.difference)}`, span(row.low, row.high), said(row.by)])));
    }
    return out;
  }

  runs(): HTMLElement[] {
    const { doc } = this, served = this.behind.study !== null && !doc.barred;
    const open = (run: RunOf): Node => button(`${short(run.value)} (seed ${run.seed})`, this.behind.of(run)!, { "aria-label": `Open run ${run.run} with ${short(run.value)} ${doc.measure}` });
    const groups = new Map<string, Record<string, RunOf>>();
    for (const run of doc.behind) {
      const key = `${run.point} ${run.draw}`;
      groups.set(key, { ...groups.get(key), [run.which]: run });
    }
    const rows = [...groups].map(([key, runs]) => {
      const [point, draw] = key.split(" ").map(Number), label = this.labels.get(point!) ?? "";
      return [doc.doubt ? `${label}, draw ${draw}` : label, ...["least", "middle", "most"].map((which) => (runs[which] ? open(runs[which]!) : "–"))];
    });
    const out: HTMLElement[] = [make("h2", {}, "The runs behind"), make("p", {}, `At each point the first run with the least, the middle and the most of ${doc.measure}. ${served ? "A press makes it again with its seed, and opens it." : "A press shows the command that makes it."}`)];
    if (doc.barred) out.push(make("p", { class: "warning" }, `This skyreach cannot make the runs again: ${doc.barred}`));
    out.push(rows.length > MANY ? make("details", {}, make("summary", {}, `${rows.length} rows`), table("Runs behind the points", ["Point", "Least", "Middle", "Most"], rows)) : table("Runs behind the points", ["Point", "Least", "Middle", "Most"], rows));
    if (served) out.push(this.any());
    return out;
  }

  /** Any run of any point by its number. */
  any(): HTMLElement {
    const cells = this.doc.points.flatMap((point) => point.cells.map((cell) => ({ ...cell, label: this.doc.doubt ? `${point.label}, draw ${cell.draw}` : point.label })));
    const pick = make("select", { id: "any-cell" }, ...cells.map((cell) => make("option", { value: cell.cell }, cell.label))), which = make("input", { type: "number", id: "any-run", min: 0, value: 0 });
    const limit = (): void => { which.max = String((cells.find((cell) => String(cell.cell) === pick.value)?.runs ?? 1) - 1); };
    pick.addEventListener("change", limit);
    limit();
    const form = make("form", { class: "any" }, make("label", { for: "any-cell" }, "Any other run: at "), pick, make("label", { for: "any-run" }, " number "), which, make("button", { type: "submit" }, "Open"));
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.behind.open({ cell: Number(pick.value), run: Number(which.value) }); });
    return form;
  }
}

/** Half width of an interval of this confidence in standard errors (bisection of the normal distribution). */
function normal(confidence: number): number {
  const inside = (z: number): number => {
    let sum = 0;
    for (let i = 0; i < 400; i++) sum += Math.exp(-((((i + 0.5) * z) / 400) ** 2) / 2);
    return (2 * sum * z) / 400 / Math.sqrt(2 * Math.PI);
  };
  let [low, high] = [0, 8];
  for (let i = 0; i < 50; i++) { const middle = (low + high) / 2; if (inside(middle) < confidence) low = middle; else high = middle; }
  return low;
}

/** The main measure at its first, least and greatest point. */
function tiles(view: StudyView): HTMLElement {
  const { doc } = view, rows = doc.measures.filter((row) => row.measure === doc.measure && row.mean !== null), sorted = [...rows].sort((a, b) => num(a.mean) - num(b.mean));
  const shown = rows.length < 4 ? rows : [sorted[0]!, sorted[sorted.length - 1]!];
  return make("dl", { class: "tiles" }, ...shown.map((row) => make("div", { class: "tile" }, make("dt", {}, `${doc.measure} a run, ${view.labels.get(num(row.point)) ?? ""}`),
    make("dd", { class: "figure" }, said(row.mean)), make("dd", { class: "note" }, `${view.sure} interval ${span(row.mean_low, row.mean_high)}; ${number(num(row.n))} runs`))));
}

export async function studyPage(place: HTMLElement, source: Source, links: { href: string; text: string }[], study: string | null): Promise<void> {
  const doc = await source.json<StudyDocument>("document"), view = new StudyView(doc, study);
  document.title = `${doc.title} · skyreach`;
  view.behind.element.hidden = true;
  const rest = doc.points_of - doc.points.length;
  place.replaceChildren(topbar(doc.title, doc.opening, links), make("main", { class: "sheet study" },
    make("p", { class: "lead" }, doc.opening), doc.note ? make("p", {}, doc.note) : null, doc.complete ? null : make("p", { class: "warning", role: "status" }, "This study is not finished: these are the answers of the runs so far. skyreach study resume goes on."),
    tiles(view), rest > 0 ? make("p", { class: "warning" }, `${number(rest)} further points are not shown here; the tables of the study have them.`) : null,
    ...view.curve(), ...(doc.indices.length || doc.tornado.length ? [...view.swings(), ...view.points_()] : [...view.points_(), ...view.swings()]), ...view.runs(), ...view.varied(),
    make("h2", {}, "Where this is from"), make("ul", { class: "plain" }, ...doc.notes.map((text) => make("li", {}, text)), make("li", {}, `Terrain: ${doc.terrain}`), make("li", {}, "Digest ", make("code", {}, doc.digest)))),
    view.behind.element);
}
