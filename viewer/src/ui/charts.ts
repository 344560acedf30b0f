// Charts of a study, in SVG as wide as the page: drawn anew when the width changes; every point can be clicked, or reached by Tab.

import { draw, make } from "../core/dom";

type Draw = (width: number) => SVGElement;

/** A figure with a caption that draws itself at the width that it has. */
export function figure(name: string, label: string, paint: Draw): HTMLElement {
  const place = make("div", { class: "chart", id: `chart-${name}` });
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (!width || width === drawn) return;
    drawn = width;
    const picture = paint(width);
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", label);
    place.replaceChildren(picture);
  }).observe(place);
  return make("figure", {}, place);
}

/** The picture that the others are drawn into. */
export function canvas(width: number, height: number): SVGElement {
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
}

export interface Scale { (value: number): number; ticks: number[] }

/** A linear scale from values to pixels with about `count` round ticks; wide enough for all values. */
export function scale(values: number[], from: number, to: number, count = 6, zero = false): Scale {
  const known = values.filter(Number.isFinite);
  let low = Math.min(...known, ...(zero ? [0] : [])), high = Math.max(...known, ...(zero ? [0] : []));
  if (!(high > low)) { low -= Math.abs(low) * 0.1 || 1; high += Math.abs(high) * 0.1 || 1; }
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough)!;
  const first = Math.floor(low / step) * step, last = Math.ceil(high / step) * step, ticks: number[] = [];
  for (let i = 0; first + i * step <= last + step / 2; i++) ticks.push(Number((first + i * step).toPrecision(12)));
  return Object.assign((value: number) => from + (to - from) * (value - first) / (last - first), { ticks });
}

/** 1234567 -> 1.23M: short enough for an axis. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return size >= 1e4 ? `${Number((value / 1e3).toPrecision(3))}k` : String(Number(value.toPrecision(3)));
}

export function words(x: number, y: number, text: string, more: Record<string, string | number> = {}): SVGElement {
  return draw("text", { x, y, ...more }, text);
}

/** Upright lines with numbers below. */
export function rules(x: Scale, top: number, bottom: number): SVGElement[] {
  return x.ticks.flatMap((tick) => [
    draw("line", { x1: x(tick), x2: x(tick), y1: top, y2: bottom, class: "rule" }), words(x(tick), bottom + 15, short(tick), { class: "tick", "text-anchor": "middle" })]);
}

/** Level lines with numbers on the left. */
export function levels(y: Scale, left: number, right: number): SVGElement[] {
  return y.ticks.flatMap((tick) => [
    draw("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), class: "rule" }), words(left - 6, y(tick) + 4, short(tick), { class: "tick", "text-anchor": "end" })]);
}

/** A part of a chart that does something when it is clicked, or chosen by key. */
export function pressable(label: string, act: (() => void) | null, ...parts: SVGElement[]): SVGElement {
  const group = draw("g", act ? { class: "press", role: "button", tabindex: 0, "aria-label": label } : {}, draw("title", {}, label), ...parts);
  if (act) {
    group.addEventListener("click", act);
    group.addEventListener("keydown", (event) => {
      const { key } = event as KeyboardEvent;
      if (key === "Enter" || key === " ") { event.preventDefault(); act(); }
    });
  }
  return group;
}

/** A text in lines of at most so many letters, cut after the second. */
export function folded(text: string, letters: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1]!;
    if (last && last.length + 1 + word.length > letters) lines.push(word); else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  const kept = lines.slice(0, 2).map((line) => (line.length > letters ? `${line.slice(0, letters - 1)}…` : line));
  if (lines.length > 2) kept[1] = `${kept[1]!.slice(0, letters - 1)}…`;
  return kept;
}

/** A text on one line of at most so many letters. */
function cut(text: string, letters: number): string { return text.length > letters ? `${text.slice(0, letters - 1)}…` : text; }

/** Heights of labels moved so far apart that none stands on another, in their order from the top down, not above `top`. */
export function apart(heights: number[], gap: number, top: number): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]! || a - b), out = [...heights];
  let last = top - gap;
  for (const i of order) last = out[i] = Math.max(heights[i]!, last + gap);
  return out;
}

export interface Bar { label: string; mark: number | null; thin: [number, number] | null; thick: [number, number] | null; tip: string; act: (() => void) | null }

/** One row for each point: mean, its interval (thick), the span of the runs (pale). */
export function intervals(bars: Bar[], axis: string): Draw {
  return (width) => {
    const narrow = width < 520, left = narrow ? 12 : Math.min(260, Math.max(...bars.map((bar) => bar.label.length)) * 7 + 20), step = narrow ? 46 : 34, bottom = bars.length * step + 12;
    const picture = canvas(width, bottom + 40);
    const x = scale(bars.flatMap((bar) => [...(bar.thin ?? []), ...(bar.thick ?? []), ...(bar.mark === null ? [] : [bar.mark])]), left, width - 24, narrow ? 4 : 7);
    picture.append(...rules(x, 6, bottom));
    bars.forEach((bar, i) => {
      const y = i * step + (narrow ? 32 : 24), parts: SVGElement[] = [draw("rect", { x: 0, y: y - (narrow ? 26 : 16), width, height: step, class: "hit" })];
      if (narrow) parts.push(words(left, y - 12, `${cut(bar.label, Math.floor(width / 6.2) - 8)}: ${bar.mark === null ? "–" : short(bar.mark)}`, { class: "label" }));
      else folded(bar.label, Math.floor((left - 14) / 6.4)).forEach((line, n, all) => parts.push(words(left - 10, y + 4 + 13 * n - 6.5 * (all.length - 1), line, { class: "label", "text-anchor": "end" })));
      if (bar.thin) parts.push(draw("rect", { x: x(bar.thin[0]), y: y - 4, width: Math.max(x(bar.thin[1]) - x(bar.thin[0]), 1), height: 8, class: "span" }));
      if (bar.thick) parts.push(draw("line", { x1: x(bar.thick[0]), x2: x(bar.thick[1]), y1: y, y2: y, class: "interval" }));
      if (bar.mark !== null) parts.push(draw("circle", { cx: x(bar.mark), cy: y, r: 5, class: "dot" }));
      if (bar.mark !== null && !narrow) parts.push(words(Math.min(x(bar.mark), width - 30), y - 9, short(bar.mark), { class: "value", "text-anchor": "middle" }));
      picture.append(pressable(bar.tip, bar.act, ...parts));
    });
    picture.append(words(width - 24, bottom + 34, axis, { class: "axis", "text-anchor": "end" }));
    return picture;
  };
}

export interface Spot { x: number; y: number; error: number; parts: Record<string, number>; tip: string; act: (() => void) | null }
export interface Kink { x: number; text: string }

/** Curves over the size of the raid; a single one stands on the causes, one upon the other in `order`. */
export function saturation(curves: { name: string; spots: Spot[] }[], order: string[], kinks: Kink[], z: number): Draw {
  return (width) => {
    const beside = curves.length > 1 ? Math.min(0.4 * width, 12 + 6.6 * Math.max(...curves.map((curve) => curve.name.length))) : 0; // for their names
    const left = 44, right = width - 18 - beside, top = 14 + 15 * kinks.length , bottom = top + 250, picture = canvas(width, bottom + 42), all = curves.flatMap((curve) => curve.spots);
    const x = scale(all.map((spot) => spot.x), left, right, width < 520 ? 4 : 8, false), y = scale(all.map((spot) => spot.y + z * spot.error), bottom, top, 6, true);
    picture.append(...hatches(), ...rules(x, top, bottom), ...levels(y, left, right));
    if (curves.length === 1) {
      const spots = curves[0]!.spots, base = spots.map(() => 0);
      for (const cause of order) {
        const upper = spots.map((spot, i) => base[i]! + (spot.parts[cause] ?? 0));
        const line = [...spots.map((spot, i) => `${x(spot.x)},${y(upper[i]!)}`), ...spots.map((spot, i) => `${x(spot.x)},${y(base[i]!)}`).reverse()];
        picture.append(draw("polygon", { points: line.join(" "), class: `cause cause-${cause}` }));
        if (HATCHED.includes(cause)) picture.append(draw("polygon", { points: line.join(" "), fill: `url(#hatch-${HATCHED.indexOf(cause) % 2})` }));
        upper.forEach((value, i) => { base[i] = value; });
      }
    }
    kinks.forEach((kink, i) => {
      const at = x(kink.x), end = at > width / 2;
      picture.append(draw("line", { x1: at, x2: at, y1: 16 + 15 * i, y2: bottom, class: "kink" }), words(at + (end ? -5 : 5), 13 + 15 * i, width < 520 ? String(i + 1) : kink.text, { class: "kink-text", "text-anchor": end ? "end" : "start" }));
    });
    const names = apart(curves.map(({ spots }) => y(spots[spots.length - 1]!.y) + 4), 14, top);
    curves.forEach((curve, n) => {
      picture.append(draw("polyline", { points: curve.spots.map((spot) => `${x(spot.x)},${y(spot.y)}`).join(" "), class: `curve curve-${n % 4}` }));
      for (const spot of curve.spots) {
        const [px, py] = [x(spot.x), y(spot.y)], half = z * spot.error;
        const parts = [draw("circle", { cx: px, cy: py, r: 14, class: "hit" }), draw("circle", { cx: px, cy: py, r: 5.5, class: "dot" })];
        if (Number.isFinite(half)) parts.push(draw("line", { x1: px, x2: px, y1: y(spot.y - half), y2: y(spot.y + half), class: "interval" }));
        picture.append(pressable(spot.tip, spot.act, ...parts));
      }
      const last = curve.spots[curve.spots.length - 1]!;
      if (curve.name) picture.append(words(x(last.x) + 12, names[n]!, cut(curve.name, Math.floor(beside / 6.2)), { class: "label" }));
    });
    picture.append(words(right, bottom + 34, "hostile targets in the raid →", { class: "axis", "text-anchor": "end" }), words(2, bottom + 34, "↑ leakers a run", { class: "axis" }));
    return picture;
  };
}

export const HATCHED = ["identity", "channels", "reload", "shot"];

/** Stripes both ways, so that neighbours differ without colour. */
function hatches(): SVGElement[] {
  return [draw("defs", {}, ...[45, -45].map((turn, i) => draw("pattern", { id: `hatch-${i}`, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${turn})` }, draw("line", { x1: 0, x2: 0, y1: 0, y2: 7, class: "stripe" }))))];
}

export interface End { value: number; level: string; interval: [number, number] | null; tip: string; act: (() => void) | null }

/** One row for each factor: from the base to its low end and to its high end. */
export function tornado(rows: { factor: string; ends: [End, End] }[], base: number, axis: string): Draw {
  return (width) => {
    const narrow = width < 520, left = narrow ? 12 : Math.min(240, Math.max(...rows.map((row) => row.factor.length)) * 7 + 20), step = 58, bottom = rows.length * step + 18, picture = canvas(width, bottom + 40);
    const x = scale([base, ...rows.flatMap((row) => row.ends.flatMap((end) => [end.value, ...(end.interval ?? [])]))], left, width - 24, narrow ? 4 : 7);
    picture.append(...hatches(), ...rules(x, 16, bottom));
    rows.forEach((row, i) => {
      const y = i * step + 34;
      if (narrow) picture.append(words(left, y - 9, folded(row.factor, Math.floor(width / 7))[0]!, { class: "label" }));
      else folded(row.factor, Math.floor((left - 14) / 6.4)).forEach((line, n, all) => picture.append(words(left - 10, y + 18 + 13 * n - 6.5 * (all.length - 1), line, { class: "label", "text-anchor": "end" })));
      row.ends.forEach((end, which) => {
        const top = y + which * 16, from = Math.min(x(base), x(end.value)), wide = Math.max(Math.abs(x(end.value) - x(base)), 2), parts = [draw("rect", { x: left, y: top - 1, width: width - 24 - left, height: 16, class: "hit" }), draw("rect", { x: from, y: top, width: wide, height: 13, class: which ? "high" : "low" })];
        if (which) parts.push(draw("rect", { x: from, y: top, width: wide, height: 13, fill: "url(#hatch-0)" }));
        if (end.interval) parts.push(draw("line", { x1: x(end.interval[0]), x2: x(end.interval[1]), y1: top + 6.5, y2: top + 6.5, class: "interval thin" }));
        const edge = Math.max(x(base), x(end.value), ...(end.interval ?? []).map(x)), room = edge + 8 + 6.5 * end.level.length < width;
        parts.push(words(room ? edge + 6 : Math.min(x(base), x(end.value), ...(end.interval ?? []).map(x)) - 6, top + 11, end.level, { class: "tick", "text-anchor": room ? "start" : "end" }));
        picture.append(pressable(end.tip, end.act, ...parts));
      });
    });
    picture.append(draw("line", { x1: x(base), x2: x(base), y1: 10, y2: bottom, class: "base" }), words(width - 24, bottom + 34, axis, { class: "axis", "text-anchor": "end" }));
    return picture;
  };
}

/** Two shares of a whole for each row: doubt in the data, chance. */
export function split(rows: { label: string; share: number }[]): Draw {
  return (width) => {
    const step = 52, picture = canvas(width, rows.length * step + 6), right = width - 12;
    picture.append(...hatches());
    rows.forEach((row, i) => {
      const y = i * step + 22, edge = 2 + (right - 2) * Math.min(Math.max(row.share, 0), 1), says = `${(100 * row.share).toFixed(0)} % doubt in the data, ${(100 - 100 * row.share).toFixed(0)} % chance`;
      picture.append(draw("title", {}, `${row.label}: ${says}`), words(2, y - 7, folded(`${row.label}: ${says}`, Math.floor(width / 6.6))[0]!, { class: "label" }),
        draw("rect", { x: 2, y, width: edge - 2, height: 15, class: "low" }), draw("rect", { x: edge, y, width: right - edge, height: 15, class: "high" }), draw("rect", { x: edge, y, width: right - edge, height: 15, fill: "url(#hatch-0)" }));
    });
    return picture;
  };
}
