// Where the parts of a run come from: out of the page itself (a report), or from the local server.

import type { Told } from "./types";

export interface Source {
  /** The bytes of a part. */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A part that is JSON. */
  json<T>(name: string): Promise<T>;
  /** What is told of one target. */
  story(target: number): Promise<Told>;
}

/** Undoes base64 and gzip. */
export async function unpacked(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Parts that lie in script elements of the page, packed. */
export class EmbeddedSource implements Source {
  #stories?: Promise<Told[]>;

  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const element = document.getElementById(`part-${name}`);
    if (!element) throw new Error(`this page holds no part ${name}`);
    return unpacked(element.textContent ?? "");
  }

  async json<T>(name: string): Promise<T> {
    return JSON.parse(new TextDecoder().decode(await this.bytes(name))) as T;
  }

  async story(target: number): Promise<Told> {
    this.#stories ??= this.json<Told[]>("stories");
    return (await this.#stories)[target]!;
  }
}

/** Parts that the local server makes. */
export class ServedSource implements Source {
  constructor(readonly base: string) {}

  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.#ask(name)).arrayBuffer());
  }

  async json<T>(name: string): Promise<T> { return (await this.#ask(name)).json() as Promise<T>; }

  story(target: number): Promise<Told> { return this.json<Told>(`story-${target}`); }

  async #ask(name: string): Promise<Response> {
    const answer = await fetch(`${this.base}/${name}`);
    if (!answer.ok) throw new Error(await reasonOf(answer));
    return answer;
  }
}

/** What the server says went wrong. */
export async function reasonOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    return (JSON.parse(text) as { error?: string }).error ?? text;
  } catch {
    return text || `the server answers ${answer.status}`;
  }
}
