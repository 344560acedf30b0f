// A scenario while it is edited: plain data, changed by paths; the server checks it and says where everything stands.

import { Signal } from "../core/signal";
import { Cover, CoverLayer } from "../data/cover";
import { reasonOf } from "../data/source";
import type { CoverHead } from "../data/types";

export type Path = (string | number)[];
export type Data = Record<string, any>;

export interface Thing { path: Path; kind: string; name: string; system?: string; lat: number; lon: number; site: string | null }
export interface Route { path: Path; name: string; side: string; points: [number, number][]; aim: [number, number] | null }
export interface Layout { things: Thing[]; routes: Route[] }
export interface Answer { ok: boolean; problems: { path: Path; text: string }[]; yaml: string | null; layout: Layout | null }

export interface Choices {
  systems: Record<string, { key: string; title: string }[]>;
  loads: Record<string, Record<string, number>>;
  masts: Record<string, string[]>;
}

/** The value at a path, undefined where there is none. */
export function get(data: any, path: Path): any {
  return path.reduce((value, step) => (value === undefined || value === null ? undefined : value[step]), data);
}

/** Sends JSON to the local server. */
export async function post<T>(address: string, body: unknown): Promise<T> {
  const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await reasonOf(answer));
  return answer.json() as Promise<T>;
}

/** Waits until a job of the local server has ended; gives the name of its run. tell: time reached and length of the run [s]. */
export async function finished(job: string, tell: (t: number, duration: number) => void): Promise<string> {
  for (;;) {
    const answer = await fetch(`/api/jobs/${job}`);
    if (!answer.ok) throw new Error(await reasonOf(answer));
    const state = await answer.json() as { state: string; t: number; duration: number; run: string | null; error: string | null };
    tell(state.t, state.duration);
    if (state.state === "failed") throw new Error(state.error ?? "the run failed");
    if (state.state === "done") return state.run!;
    await new Promise((done) => setTimeout(done, 250));
  }
}

interface DraftCover extends CoverHead { layers: (CoverHead["layers"][number] & { data: string | null })[] }

export class Draft {
  readonly answer = new Signal<Answer | null>(null);
  readonly cover = new Signal<Cover | null>(null);
  /** Milliseconds from a change to its coverage in hand. */
  readonly took: number[] = [];
  #planes = new Map<string, CoverLayer>();
  #covering = false;
  #again: { quick: number | null } | null = null;
  #checks = 0;
  #past: string[] = [];

  constructor(public data: Data, layout: Layout) { this.answer.value = { ok: true, problems: [], yaml: null, layout }; }

  /** Sets or (undefined) removes the value at a path. */
  set(path: Path, value: unknown): void {
    const at = get(this.data, path.slice(0, -1)), last = path[path.length - 1]!;
    if (value === undefined) { if (Array.isArray(at)) at.splice(Number(last), 1); else delete at[last]; } else at[last] = value;
  }

  /** Remembers the state before a change, for undo. */
  keep(): void { this.#past.push(JSON.stringify(this.data)); if (this.#past.length > 100) this.#past.shift(); }

  undo(): boolean {
    const before = this.#past.pop();
    if (before === undefined) return false;
    this.data = JSON.parse(before) as Data;
    return true;
  }

  /** Where a thing's place is written: [path of the object with lat and lon]. Moving makes it a point of its own. */
  move(thing: Thing, lat: number, lon: number): void {
    const to = { lat: Number(lat.toFixed(5)), lon: Number(lon.toFixed(5)) };
    if (thing.kind === "site") Object.assign(get(this.data, thing.path), to);
    else if (thing.site && this.data.sites?.[thing.site] && this.alone(thing.site)) Object.assign(this.data.sites[thing.site], to);
    else this.set([...thing.path, "at"], to);
  }

  /** Whether only one thing stands at a named site. */
  alone(site: string): boolean { return JSON.stringify(this.data).split(`"${site}"`).length <= 3; }

  async check(): Promise<Answer> {
    const number = ++this.#checks, answer = await post<Answer>("/api/draft", { data: this.data });
    if (number === this.#checks) this.answer.value = answer.layout ? answer : { ...answer, layout: this.answer.value!.layout };
    return answer;
  }

  /** Coverage of the draft as it is: of one rung of height, soon, or (null) of all. Asked while a question is under way, it is
      put once more when that is answered. */
  async covered(quick: number | null): Promise<void> {
    if (this.#covering) { this.#again = { quick: this.#again && this.#again.quick === null ? null : quick }; return; }
    this.#covering = true;
    const begin = performance.now();
    try {
      const head = await post<(DraftCover & { invalid?: true }) | null>("/api/draft/cover", { data: this.data, quick, known: [...this.#planes.keys()] });
      if (!head?.invalid) {
        this.cover.value = head && new Cover(head, head.layers.map((layer) => this.#layer(layer)));
        this.took.push(performance.now() - begin);
      }
    } finally {
      this.#covering = false;
    }
    if (this.#again !== null) { const { quick: next } = this.#again; this.#again = null; await this.covered(next); }
  }

  #layer(head: DraftCover["layers"][number]): CoverLayer {
    const known = this.#planes.get(head.part);
    if (known) return known.as(head);
    const raw = atob(head.data!), planes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) planes[i] = raw.charCodeAt(i);
    const layer = new CoverLayer(head, planes);
    this.#planes.set(head.part, layer);
    if (this.#planes.size > 200) this.#planes.delete(this.#planes.keys().next().value!);
    return layer;
  }
}
