// Elements from plain words: text always goes in as text, never as markup.

export type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

/** An element with attributes and children; false, null and undefined are left out, true is an empty attribute. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAll(element, attributes);
  element.append(...children.filter((c): c is Node | string => Boolean(c) || c === ""));
  return element;
}

function setAll(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element. */
export function draw(tag: string, attributes: Attributes = {}, ...children: (Node | string)[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

const ICONS: Record<string, string> = {
  play: "M5 3l9 6-9 6z",
  pause: "M5 3h3v12H5zM10 3h3v12h-3z",
  before: "M4 3h2v12H4zM15 3v12L7 9z",
  after: "M12 3h2v12h-2zM3 3v12l8-6z",
  plus: "M8 3h2v5h5v2h-5v5H8v-5H3V8h5z",
  minus: "M3 8h12v2H3z",
  fit: "M3 7V3h4v2H5v2zM11 3h4v4h-2V5h-2zM15 11v4h-4v-2h2v-2zM7 15H3v-4h2v2h2z",
  target: "M9 2a7 7 0 1 0 0 14A7 7 0 0 0 9 2zm0 2a5 5 0 1 1 0 10A5 5 0 0 1 9 4zm0 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  close: "M4.4 3L9 7.6 13.6 3 15 4.4 10.4 9l4.6 4.6-1.4 1.4L9 10.4 4.4 15 3 13.6 7.6 9 3 4.4z",
  sun: "M9 5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM8 1h2v2H8zM8 15h2v2H8zM1 8h2v2H1zM15 8h2v2h-2z",
  cube: "M9 1.5l7 3.7v7.6l-7 3.7-7-3.7V5.2zm0 2.2L5 5.8l4 2.1 4-2.1zM4 7.4v4.3l4 2.1V9.5zm10 0L10 9.5v4.3l4-2.1z",
  north: "M9 1l5 15-5-4-5 4z",
};

/** A small picture. */
export function icon(name: string): SVGElement {
  return draw("svg", { viewBox: "0 0 18 18", width: 18, height: 18, "aria-hidden": "true", class: "icon" }, draw("path", { d: ICONS[name] ?? "" }));
}

/** A button that shows a picture and says what it does. */
export function iconButton(name: string, label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const button = make("button", { type: "button", class: "icon-button", "aria-label": label, title: label, ...attributes }, icon(name));
  button.addEventListener("click", act);
  return button;
}

/** A button with a word. */
export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = make("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", act);
  return element;
}

/** Calls at most once a frame, however often it is asked. */
export function onceAFrame(act: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; act(); });
  };
}

/** Hands a text to the user as a file. */
export function download(name: string, text: string, type: string): void {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
