// Fields of the editor: each shows a value of the draft and writes it back.

import { make } from "../core/dom";
import { type Data, get, type Path } from "./draft";

export interface Context { data: () => Data; change: (path: Path, value: unknown) => void; problem: (path: Path) => string | null }

function field(word: string, input: HTMLElement, problem: string | null): HTMLElement {
  if (problem) { input.setAttribute("aria-invalid", "true"); input.title = problem; }
  return make("label", { class: problem ? "field wrong" : "field" }, make("span", {}, word), input, problem ? make("small", {}, problem) : null);
}

export function textField(c: Context, word: string, path: Path): HTMLElement {
  const input = make("input", { type: "text", value: get(c.data(), path) ?? "" });
  input.addEventListener("change", () => c.change(path, input.value || undefined));
  return field(word, input, c.problem(path));
}

export interface NumberOptions { min?: number; max?: number; step?: number | "any"; missing?: number | string; whole?: boolean }

export function numberField(c: Context, word: string, path: Path, options: NumberOptions = {}): HTMLElement {
  const value = get(c.data(), path), { min, max, step = "any", missing } = options;
  const input = make("input", { type: "number", value: value ?? "", min, max, step, placeholder: missing ?? "" });
  input.addEventListener("change", () => c.change(path, input.value === "" ? undefined : Number(input.value)));
  return field(word, input, c.problem(path));
}

/** A choice of words; with `none` a first entry that removes the value. */
export function choiceField(c: Context, word: string, path: Path, options: [string, string][], none: string | null = null): HTMLElement {
  const value = get(c.data(), path), all = none === null ? options : [["", none] as [string, string], ...options];
  const known = value === undefined || all.some(([key]) => key === value);
  const select = make("select", {}, ...(known ? [] : [make("option", { value, selected: true }, String(value))]), ...all.map(([key, text]) => make("option", { value: key, selected: key === (value ?? "") }, text)));
  select.addEventListener("change", () => c.change(path, select.value || undefined));
  return field(word, select, c.problem(path));
}

export function flagField(c: Context, word: string, path: Path, missing: boolean): HTMLElement {
  const input = make("input", { type: "checkbox", checked: get(c.data(), path) ?? missing });
  input.addEventListener("change", () => c.change(path, input.checked));
  return make("label", { class: "field flag" }, input, make("span", {}, word));
}
