"use strict";
// The document of the page, unpacked; what the reader has chosen; small helpers.
// Lengths on the map are km east (x) and north (y) of data.centre, times are seconds of the scenario.

const data = JSON.parse(document.getElementById("data").textContent);

const state = {
  t: 0, playing: false, speed: 20, chosen: null, height: data.coverage ? 0 : -1,
  layers: { seen: true, engageable: true, circle: true, routes: true, flown: true, tracks: true, trails: true, names: false, relief: true },
};

const listeners = {};
function on(what, act) { (listeners[what] ||= []).push(act); }
function tell(what) { for (const act of listeners[what] || []) act(); }

/** Running sums of steps, divided by unit. */
function unpack(steps, unit) {
  const out = new Float64Array(steps.length);
  let sum = 0;
  for (let i = 0; i < steps.length; i++) { sum += steps[i]; out[i] = sum / unit; }
  return out;
}

function unpackPath(path) {
  if (!path) return null;
  const units = { t: 10, x: 100, y: 100 };
  return Object.fromEntries(Object.entries(path).map(([name, steps]) => [name, unpack(steps, units[name] || 1)]));
}

/** A polyline written as steps of x, y, x, y, ... in tenths of a km. */
function unpackLine(steps) {
  const out = new Float32Array(steps.length);
  let x = 0, y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i]; y += steps[i + 1];
    out[i] = x / 10; out[i + 1] = y / 10;
  }
  return out;
}

function pathOf(lines, closed) {
  const path = new Path2D();
  for (const line of lines) {
    path.moveTo(line[0], line[1]);
    for (let i = 2; i < line.length; i += 2) path.lineTo(line[i], line[i + 1]);
    if (closed) path.closePath();
  }
  return path;
}

/** Last index whose time is not after t; -1 before the first. */
function indexAt(times, t) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle + 1; else high = middle;
  }
  return low - 1;
}

/** Every column of a path at time t, and the course [rad, clockwise from north]; null before it begins. */
function at(path, t) {
  const i = path ? indexAt(path.t, t) : -1;
  if (i < 0) return null;
  const j = Math.min(i + 1, path.t.length - 1);
  const share = j > i ? Math.min((t - path.t[i]) / (path.t[j] - path.t[i]), 1) : 0;
  const out = {};
  for (const name in path) out[name] = path[name][i] + share * (path[name][j] - path[name][i]);
  const from = j > i ? i : Math.max(i - 1, 0);
  out.course = Math.atan2(path.x[j] - path.x[from], path.y[j] - path.y[from]);
  return out;
}

for (const target of data.targets) target.path = unpackPath(target.path);
for (const track of data.tracks) track.path = unpackPath(track.path);
for (const missile of data.missiles) missile.path = unpackPath(missile.path);
data.targets.forEach((target, i) => { target.index = i; });
data.marks = data.marks.map(([t, kind, target, x, y]) => ({ t, kind, target, x: x / 100, y: y / 100 }));
const lines = {
  coast: pathOf(data.lines.coast.map(unpackLine)),
  border: pathOf(data.lines.border.map(unpackLine)),
  circles: data.circles.map((circle) => ({ ...circle, points: unpackLine(circle.line) })),
  routes: data.routes.map((route) => ({ ...route, path: pathOf([unpackLine(route.line)]) })),
  levels: (data.coverage ? data.coverage.levels : []).map((level) => ({
    seen: pathOf(level.seen_lines.map(unpackLine), true), engageable: pathOf(level.engageable_lines.map(unpackLine), true),
  })),
};
for (const circle of lines.circles) circle.path = pathOf([circle.points], true);

const inAir = (target, t) => target.path !== null && target.start <= t && (target.end === null || t <= target.end);
const flies = (missile, t) => missile.path !== null && missile.launch <= t && (missile.end === null || t < missile.end);
const hostile = (target) => target.side === "red";
const STATUS = {
  destroyed: ["Shot down", "down"], arrived: ["Got through", "got"], left: ["Left the area", "none"],
  "in flight": ["Still in the air", "none"], "never released": ["Never released", "safe"], "not started": ["Not started", "none"],
};
/** Word and badge of an outcome; a civil aircraft that was left alone is not a leaker. */
function outcome(target) {
  if (hostile(target)) return STATUS[target.status] || [target.status, "none"];
  if (target.status === "destroyed") return ["Shot down", "got"];
  return [target.status === "in flight" ? "Flew on" : (STATUS[target.status] || [target.status])[0].replace("Got through", "Arrived"), "safe"];
}

const start = Date.parse(data.start);
/** Time of day, UTC. */
const clock = (t) => new Date(start + 1000 * t).toISOString().slice(11, 19);
const number = (value, digits = 0) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
function duration(t) {
  const whole = Math.round(t), rest = whole % 60;
  if (whole < 120) return `${whole} s`;
  return `${Math.floor(whole / 60)} min${rest ? ` ${String(rest).padStart(2, "0")} s` : ""}`;
}
const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
const percent = (share) => `${number(100 * share, share < 0.0995 ? 1 : 0)} %`;

/** An element with properties, classes and children; text goes in as text. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("aria-") || name === "scope" || name === "colspan" || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);
const inks = {};  // colours of the theme, read once
const colour = (name) => (inks[name] ??= getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
function forgetColours() { for (const name of Object.keys(inks)) delete inks[name]; }
const SIDE_COLOURS = { red: "hostile", blue: "defence", neutral: "civil" };

function choose(index) {
  state.chosen = index;
  tell("chosen");
}
