// The table of targets: sorted by a heading, filtered, searched; a row chooses its target on the map.

import { make, onceAFrame } from "../core/dom";
import { number } from "../core/format";
import type { RunModel } from "../data/run";
import type { Target } from "../data/types";
import type { View } from "../map/stage";
import { codeOfTarget, symbolImage } from "../map/symbols";
import { outcome } from "./outcome";

interface Column { name: string; key: (t: Target) => number | string; cell: (t: Target) => Node | string; wide?: boolean }
const MOST = 250; // rows shown at once

export class Targets {
  readonly element = make("div", { class: "targets-panel" });
  #table = make("table", { class: "targets" });
  #sort = -1;
  #down = false;
  #filter = "all";
  #search = "";
  #columns: Column[];
  #more = make("p", { class: "fine" });

  constructor(readonly run: RunModel, readonly view: View) {
    const clock = (t: number | null): string => (t === null ? "–" : run.clock(t));
    this.#columns = [
      { name: "Target", key: (t) => t.name, cell: (t) => this.#name(t) },
      { name: "First seen", key: (t) => t.seen ?? Infinity, cell: (t) => make("span", {}, t.seen === null ? (t.start === null ? "–" : "never") : clock(t.seen), make("small", {}, t.seen_km === null ? "" : ` ${number(t.seen_km)} km`)) },
      { name: "Shots", key: (t) => t.shots.length, cell: (t) => String(t.shots.length) },
      { name: "Outcome", key: (t) => outcome(t).word, cell: (t) => make("span", {}, make("span", { class: `badge ${outcome(t).kind}` }, outcome(t).word), make("small", {}, t.end === null || t.start === null ? "" : ` ${clock(t.end)}`)) },
    ];
    const search = make("input", { type: "search", placeholder: "Find a target", "aria-label": "Find a target" });
    search.addEventListener("input", () => { this.#search = search.value.toLowerCase(); this.#show(); });
    this.element.append(this.#filters(), search, make("div", { class: "scroll" }, this.#table), this.#more);
    view.chosen.watch(onceAFrame(() => this.#mark()));
    this.#show();
  }

  #filters(): HTMLElement {
    const { targets } = this.run.doc, tests: Record<string, [string, (t: Target) => boolean]> = {
      all: ["All", () => true], hostile: ["Hostile", (t) => t.side !== "neutral"], leaked: ["Got through", (t) => t.leaked], civil: ["Civil", (t) => t.side === "neutral"],
    };
    this.#test = (t) => tests[this.#filter]![1](t);
    const set = make("fieldset", { class: "choice" }, make("legend", { class: "unseen" }, "Show"));
    for (const [key, [word, test]] of Object.entries(tests)) {
      const input = make("input", { type: "radio", name: `filter-${this.run.id}`, value: key, checked: key === "all" });
      input.addEventListener("change", () => { this.#filter = key; this.#show(); });
      set.append(make("label", {}, input, make("span", {}, `${word} ${targets.filter(test).length}`)));
    }
    return set;
  }

  #test: (t: Target) => boolean = () => true;

  #name(target: Target): HTMLElement {
    return make("button", { type: "button", class: "name" }, symbolImage(codeOfTarget(target), 15), make("span", {}, target.name, make("small", {}, target.title)));
  }

  #show(): void {
    const { targets } = this.run.doc, found = targets.map((target, i) => ({ target, i })).filter(({ target }) => this.#test(target) && (!this.#search || `${target.name} ${target.title}`.toLowerCase().includes(this.#search)));
    if (this.#sort >= 0) {
      const { key } = this.#columns[this.#sort]!, sign = this.#down ? -1 : 1;
      const order = (a: number | string, b: number | string): number => (typeof a === "string" ? a.localeCompare(String(b), "en", { numeric: true }) : a === b ? 0 : a < (b as number) ? -1 : 1);
      found.sort((a, b) => sign * order(key(a.target), key(b.target)) || a.i - b.i);
    }
    const rows = found.slice(0, MOST).map(({ target, i }) => this.#row(target, i));
    this.#table.replaceChildren(this.#head(), make("tbody", {}, ...(rows.length ? rows : [make("tr", {}, make("td", { colspan: this.#columns.length }, "None."))])));
    this.#more.textContent = found.length > MOST ? `${found.length - MOST} more: narrow the search.` : "";
    this.#mark();
  }

  #head(): HTMLElement {
    const cells = this.#columns.map((column, i) => {
      const sort = make("button", { type: "button" }, column.name);
      sort.addEventListener("click", () => {
        this.#down = this.#sort === i && !this.#down;
        this.#sort = i;
        this.#show();
        (this.#table.querySelectorAll("thead button")[i] as HTMLElement).focus();
      });
      return make("th", { scope: "col", "aria-sort": this.#sort === i ? (this.#down ? "descending" : "ascending") : null }, sort);
    });
    return make("thead", {}, make("tr", {}, ...cells));
  }

  #row(target: Target, i: number): HTMLElement {
    const row = make("tr", { "data-target": i }, ...this.#columns.map((column, k) => make(k ? "td" : "th", k ? {} : { scope: "row" }, column.cell(target))));
    row.addEventListener("click", () => { this.view.chosen.value = i; });
    return row;
  }

  #mark(): void {
    for (const row of this.#table.querySelectorAll<HTMLElement>("tr[data-target]")) {
      const on = Number(row.dataset.target) === this.view.chosen.value;
      row.classList.toggle("chosen-row", on);
      row.querySelector("button")?.setAttribute("aria-pressed", String(on));
    }
  }
}
