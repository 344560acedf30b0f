// What lies in the folder that is shown: studies and runs to open, two of them to compare, scenarios to edit.

import { button, make } from "../core/dom";
import { duration, number } from "../core/format";
import { reasonOf } from "../data/source";
import { topbar } from "./run";

export interface Row {
  name: string; title: string; seed: number; duration: number;
  hostile: number | null; killed: number | null; leakers: number | null; missiles_fired: number | null;
}

/** An answer of the local server; what it says went wrong otherwise. */
export async function ask<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await reasonOf(answer));
  return answer.json() as Promise<T>;
}

export interface StudyRow { name: string; title: string; scenario: string; complete: boolean; runs: number; points: number; measure: string }

/** The studies of the folder, by name. */
function studiesOf(studies: StudyRow[]): HTMLElement {
  return make("div", { class: "scroll" }, make("table", { class: "numbers studies" },
    make("thead", {}, make("tr", {}, ...["Study", "Scenario", "Runs", "Points", "About", "State"].map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", {}, ...studies.map((study) => make("tr", {},
      make("th", { scope: "row" }, make("a", { href: `/study/${encodeURI(study.name)}` }, study.title), make("small", {}, study.name)),
      ...[study.scenario, number(study.runs), number(study.points), study.measure, study.complete ? "finished" : "not finished"].map((text) => make("td", {}, text)))))));
}

export async function folderPage(place: HTMLElement, folder: string, scenarios: string[]): Promise<void> {
  const { runs, studies } = await ask<{ runs: Row[]; studies: StudyRow[] }>("/api/list");
  document.title = `${folder} · skyreach`;
  const picked = new Set<string>(), compare = button("Compare the two", () => {
    const [a, b] = [...picked];
    location.href = `/compare?a=${encodeURIComponent(a!)}&b=${encodeURIComponent(b!)}`;
  }, { disabled: true, id: "compare" });
  const cell = (value: number | null): string => (value === null ? "–" : number(value));
  const table = make("table", { class: "numbers" },
    make("thead", {}, make("tr", {}, ...["", "Run", "Seed", "Length", "Threats", "Shot down", "Got through", "Missiles", ""].map((word) => make("th", { scope: "col" }, word)))),
    make("tbody", {}, ...runs.map((run) => {
      const box = make("input", { type: "checkbox", "aria-label": `Compare ${run.name}` });
      box.addEventListener("change", () => {
        if (box.checked) picked.add(run.name); else picked.delete(run.name);
        compare.disabled = picked.size !== 2;
      });
      return make("tr", {}, make("td", {}, box), make("th", { scope: "row" }, make("a", { href: `/run/${encodeURI(run.name)}` }, run.title), make("small", {}, run.name)),
        make("td", {}, String(run.seed)), make("td", {}, duration(run.duration)), make("td", {}, cell(run.hostile)), make("td", {}, cell(run.killed)),
        make("td", {}, cell(run.leakers)), make("td", {}, cell(run.missiles_fired)), make("td", {}, make("a", { href: `/edit?run=${encodeURIComponent(run.name)}` }, "Edit")));
    })));
  place.replaceChildren(topbar(folder, "Runs and studies in this folder", []), make("main", { class: "sheet" },
    ...(studies.length ? [make("h2", {}, "Studies"), studiesOf(studies)] : []),
    make("h2", {}, "Runs"), runs.length ? make("div", { class: "scroll" }, table) : make("p", {}, "No complete run in this folder yet."), make("p", {}, compare),
    make("h2", {}, "Begin with a scenario"), make("ul", {}, ...scenarios.map((name) => make("li", {}, make("a", { href: `/edit?scenario=${encodeURIComponent(name)}` }, name))))));
}
