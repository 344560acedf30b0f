"use strict";
// The view: which part of the plane is on the screen, and how mouse, touch and keys move it.

const box = byId("map");
const view = { x: 0, y: 0, scale: 1, width: 1, height: 1 };  // centre [km], pixels per km, size [px]
const LIMITS = { out: 0.6, in: 60 };  // pixels per km: the map just filling the box times out, and this

const toScreen = (x, y) => [view.width / 2 + (x - view.x) * view.scale, view.height / 2 - (y - view.y) * view.scale];
const toMap = (px, py) => [view.x + (px - view.width / 2) / view.scale, view.y - (py - view.height / 2) / view.scale];

function moved() {
  const half = data.relief.half;
  const least = (LIMITS.out * Math.min(view.width, view.height)) / (2 * half);
  view.scale = Math.min(Math.max(view.scale, least), LIMITS.in);
  view.x = Math.min(Math.max(view.x, -half), half);
  view.y = Math.min(Math.max(view.y, -half), half);
  tell("view");
}

function pan(dx, dy) {
  view.x -= dx / view.scale;
  view.y += dy / view.scale;
  moved();
}

function zoom(factor, px = view.width / 2, py = view.height / 2) {
  const [x, y] = toMap(px, py);
  view.scale *= factor;
  moved();
  const [nowX, nowY] = toMap(px, py);
  view.x += x - nowX;
  view.y += y - nowY;
  moved();
}

function fit(west, south, east, north) {
  view.x = (west + east) / 2;
  view.y = (south + north) / 2;
  view.scale = Math.min(view.width / Math.max(east - west, 5), view.height / Math.max(north - south, 5)) * 0.92;
  moved();
}

function fitAll() {
  const half = data.relief.half * 0.98;
  fit(-half, -half, half, half);
}

/** Where hostile targets and what they attack are. */
function fitFight() {
  const xs = [], ys = [];
  for (const target of data.targets) {
    if (!hostile(target) || !target.path) continue;
    for (let i = 0; i < target.path.x.length; i += 5) { xs.push(target.path.x[i]); ys.push(target.path.y[i]); }
  }
  for (const site of data.sites) { xs.push(site.x); ys.push(site.y); }
  if (!xs.length) return fitAll();
  const low = (values) => values.reduce((a, b) => Math.min(a, b));
  const high = (values) => values.reduce((a, b) => Math.max(a, b));
  return fit(low(xs), low(ys), high(xs), high(ys));
}

function sized() {
  const { clientWidth, clientHeight } = box;
  if (clientWidth === view.width && clientHeight === view.height) return;
  view.width = clientWidth;
  view.height = clientHeight;
  moved();
}

/** A canvas as large as its element, sharp on any screen; its context in CSS pixels. */
function sheet(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Sets a context to km, north up. */
function toKm(context, v = view) {
  context.translate(v.width / 2 - v.x * v.scale, v.height / 2 + v.y * v.scale);
  context.scale(v.scale, -v.scale);
}

let hintTimer = 0;
function hint(text) {
  const element = byId("hint");
  element.textContent = text;
  element.hidden = false;
  clearTimeout(hintTimer);
  hintTimer = setTimeout(() => { element.hidden = true; }, 1800);
}

const pointers = new Map();
let travelled = 0;
const local = (event) => {
  const corner = box.getBoundingClientRect();
  return [event.clientX - corner.left, event.clientY - corner.top];
};

function pressed(event) {
  if (event.target.closest(".zoom")) return;
  pointers.set(event.pointerId, local(event));
  if (pointers.size === 1) travelled = 0;
  if (event.pointerType === "mouse") {
    box.setPointerCapture(event.pointerId);
    box.focus({ preventScroll: true });
  }
}

function dragged(event) {
  const before = pointers.get(event.pointerId);
  const now = local(event);
  if (!before) return;
  pointers.set(event.pointerId, now);
  travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
  if (pointers.size === 2) pinched(event.pointerId, before, now);
  else if (event.pointerType === "mouse" && travelled > 3) pan(now[0] - before[0], now[1] - before[1]);
}

/** Two fingers: their middle moves the map, their distance zooms it. */
function pinched(id, before, now) {
  const other = [...pointers].find(([key]) => key !== id)[1];
  const apart = (p) => Math.max(Math.hypot(p[0] - other[0], p[1] - other[1]), 10);
  pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  zoom(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
}

function released(event) {
  const tapped = pointers.delete(event.pointerId) && travelled < 6 && event.type === "pointerup" && pointers.size === 0;
  if (event.type === "pointercancel" && event.pointerType === "touch") hint("Two fingers move the map");
  if (tapped) pick(...local(event), event.pointerType === "touch" ? 26 : 16);
}

function wheeled(event) {
  if (document.activeElement !== box && !event.ctrlKey && !event.metaKey) return hint("Click the map to zoom with the wheel");
  event.preventDefault();
  return zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), ...local(event));
}

const KEYS = {
  ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
  "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: fitAll,
};

box.addEventListener("pointerdown", pressed);
box.addEventListener("pointermove", dragged);
box.addEventListener("pointerup", released);
box.addEventListener("pointercancel", released);
box.addEventListener("wheel", wheeled, { passive: false });
box.addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
box.addEventListener("keydown", (event) => {
  if (event.target !== box || !(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  KEYS[event.key]();
});
byId("zoom-in").addEventListener("click", () => zoom(1.5));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
byId("fit-fight").addEventListener("click", fitFight);
byId("fit-all").addEventListener("click", fitAll);
new ResizeObserver(sized).observe(box);
