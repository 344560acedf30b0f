// Begins: reads which page is wanted, draws it, says when it is ready.

import "maplibre-gl/dist/maplibre-gl.css";
import "./style.css";
import { make } from "./core/dom";
import { EmbeddedSource, ServedSource, type Source } from "./data/source";
import { comparePage } from "./pages/compare";
import { editPage } from "./pages/edit";
import { folderPage } from "./pages/folder";
import { complete, type Handle, runPage } from "./pages/run";
import { studyPage } from "./pages/study";

/** What the Python side says the page is. */
export type Boot =
  | { page: "report" }
  | { page: "study-report" }
  | { page: "study"; study: string; links: { href: string; text: string }[] }
  | { page: "run"; run: string; links: { href: string; text: string }[] }
  | { page: "compare"; runs: [string, string] }
  | { page: "edit"; kind: string; name: string }
  | { page: "folder"; folder: string; scenarios: string[] };

declare global {
  interface Window { skyreach?: Handle }
}

const served = (run: string): Source => new ServedSource(`/api/run/${encodeURIComponent(run)}`);

/** Draws the page that is wanted; null for one without a map. */
async function draw(boot: Boot, place: HTMLElement, drawn: () => void): Promise<Handle | null> {
  switch (boot.page) {
    case "report": return runPage(place, "run", new EmbeddedSource(), [], drawn);
    case "run": return runPage(place, "run", served(boot.run), boot.links, drawn);
    case "compare": return comparePage(place, boot.runs, [served(boot.runs[0]), served(boot.runs[1])], drawn);
    case "edit": return editPage(place, boot.kind, boot.name, drawn);
    case "study": await studyPage(place, new ServedSource(`/api/study/${encodeURIComponent(boot.study)}`), boot.links, boot.study); return null;
    case "study-report": await studyPage(place, new EmbeddedSource(), [], null); return null;
    case "folder": await folderPage(place, boot.folder, boot.scenarios); return null;
  }
}

async function begin(): Promise<void> {
  const boot = JSON.parse(document.getElementById("boot")!.textContent!) as Boot, place = document.getElementById("app")!;
  const handle = await draw(boot, place, () => mark("drawn"));
  if (handle) {
    window.skyreach = handle;
    await complete(handle);
  }
  mark("ready");
}

/** For tests, and for those who measure: when the first picture stood, when everything did. */
function mark(what: string): void {
  document.documentElement.dataset[what] = String(Math.round(performance.now()));
}

begin().catch((fault: unknown) => {
  console.error(fault);
  document.getElementById("app")!.replaceChildren(make("p", { class: "warning", role: "alert" }, `This page could not be drawn: ${fault instanceof Error ? fault.message : String(fault)}`));
  document.documentElement.dataset.failed = "yes";
});
