// Light and dark: the system's choice until the reader makes one; colours come from the style sheet.

import { Signal } from "./signal";

export type Scheme = "light" | "dark";
const system = matchMedia("(prefers-color-scheme: dark)");

/** The scheme in use. */
export const scheme = new Signal<Scheme>(system.matches ? "dark" : "light");

let chosen = false;
system.addEventListener("change", () => { if (!chosen) scheme.value = system.matches ? "dark" : "light"; });
scheme.watch((value) => { document.documentElement.dataset.scheme = value; });

/** The other scheme, from now on. */
export function toggleScheme(): void {
  chosen = true;
  scheme.value = scheme.value === "dark" ? "light" : "dark";
}

export type Rgb = [number, number, number];

/** A colour of the style sheet, written there as three numbers: `--seen: 20 120 140`. */
export function rgb(name: string): Rgb {
  const text = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
  const parts = text.trim().split(/\s+/).map(Number);
  return parts.length >= 3 && parts.every(Number.isFinite) ? [parts[0]!, parts[1]!, parts[2]!] : [128, 128, 128];
}

/** The same as CSS. */
export function css(name: string, alpha = 1): string {
  return `rgba(${rgb(name).join(",")},${alpha})`;
}
