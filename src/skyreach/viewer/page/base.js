"use strict";
// What does not change with time: relief, coast, coverage, circle, routes, sites, places.

const relief = { canvas: null, shade: null, height: null };

function loadPicture(address) {
  return new Promise((done, failed) => {
    const picture = new Image();
    picture.onload = () => done(picture);
    picture.onerror = () => failed(new Error("a picture of the page is damaged"));
    picture.src = address;
  });
}

function pixelsOf(picture, size) {
  const canvas = make("canvas", { width: size, height: size });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, size, size);
  return context.getImageData(0, 0, size, size);
}

async function loadRelief() {
  const [shade, height] = await Promise.all([loadPicture(data.relief.shade), loadPicture(data.relief.height)]);
  relief.shade = pixelsOf(shade, shade.naturalWidth);
  relief.height = pixelsOf(height, shade.naturalWidth);
  paintRelief();
}

/** Colours of the theme on light and height. */
function paintRelief() {
  if (!relief.shade) return;
  const rgb = (name) => colour(name).split(/\s+/).map(Number);
  const land = rgb("land"), high = rgb("high"), sea = rgb("sea");
  const { width, data: light } = relief.shade, heights = relief.height.data;
  const out = new ImageData(width, width);
  for (let i = 0; i < light.length; i += 4) {
    const level = heights[i], up = Math.min((level * data.relief.step_m) / 2600, 1);
    const shine = level === 0 ? 1 : 0.5 + 0.71 * (light[i] / 255);
    for (let c = 0; c < 3; c++) out.data[i + c] = shine * (level === 0 ? sea[c] : land[c] + up * (high[c] - land[c]));
    out.data[i + 3] = 255;
  }
  relief.canvas = make("canvas", { width, height: width });
  relief.canvas.getContext("2d").putImageData(out, 0, 0);
}

function drawRelief(context, v) {
  if (!relief.canvas || !state.layers.relief) return;
  const half = data.relief.half;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  const left = v.width / 2 + (-half - v.x) * v.scale, top = v.height / 2 - (half - v.y) * v.scale;
  context.drawImage(relief.canvas, left, top, 2 * half * v.scale, 2 * half * v.scale);
}

/** Strokes a path given in km with a width in pixels. */
function strokeKm(context, path, v, ink, width, dash = []) {
  context.save();
  toKm(context, v);
  context.strokeStyle = ink;
  context.lineWidth = width / v.scale;
  context.lineJoin = "round";
  context.setLineDash(dash.map((d) => d / v.scale));
  context.stroke(path);
  context.restore();
}

function fillKm(context, path, v, ink, strength) {
  context.save();
  toKm(context, v);
  context.globalAlpha = strength;
  context.fillStyle = ink;
  context.fill(path, "evenodd");
  context.restore();
}

/** Relief and lines, within the square that the page has data for. */
function drawLand(context, v) {
  const half = data.relief.half;
  drawRelief(context, v);
  context.save();
  context.beginPath();
  context.rect(v.width / 2 + (-half - v.x) * v.scale, v.height / 2 - (half - v.y) * v.scale, 2 * half * v.scale, 2 * half * v.scale);
  context.clip();
  strokeKm(context, lines.border, v, colour("border"), 1, [6, 3]);
  strokeKm(context, lines.coast, v, colour("coast"), 1);
  context.restore();
}

function drawCoverage(context, v, level) {
  const shape = lines.levels[level];
  if (shape && state.layers.seen) {
    fillKm(context, shape.seen, v, colour("seen"), 0.26);
    strokeKm(context, shape.seen, v, colour("seen"), 1.6);
  }
  if (shape && state.layers.engageable) strokeKm(context, shape.engageable, v, colour("reach"), 1.8, [7, 4]);
  if (state.layers.circle) for (const circle of lines.circles) strokeKm(context, circle.path, v, colour("advertised"), 2.2, [10, 6]);
}

/** The label of a circle, at the point of it nearest to the top of the screen. */
function nameCircles(context) {
  if (!state.layers.circle) return;
  for (const circle of lines.circles) {
    let best = null;
    for (let i = 0; i < circle.points.length; i += 2) {
      const [x, y] = toScreen(circle.points[i], circle.points[i + 1]);
      const inside = x > 110 && x < view.width - 110 && y > 20 && y < view.height - 20;
      if (inside && (!best || y < best[1])) best = [x, y];
    }
    if (best) write(context, `advertised: ${number(circle.radius_km)} km`, best[0], best[1] - 7, colour("advertised"), { align: "center", font: "600 12.5px system-ui, sans-serif" });
  }
}

function drawRoutes(context) {
  if (state.layers.routes) for (const route of lines.routes) strokeKm(context, route.path, view, colour(SIDE_COLOURS[route.side]), 1.1, [1.5, 4]);
  if (!state.layers.flown) return;
  for (const side of ["neutral", "red"]) {
    const flown = new Path2D();
    for (const target of data.targets.filter((one) => one.side === side && one.path)) {
      target.path.x.forEach((x, i) => (i ? flown.lineTo(x, target.path.y[i]) : flown.moveTo(x, target.path.y[i])));
    }
    context.globalAlpha = 0.42;
    strokeKm(context, flown, view, colour(SIDE_COLOURS[side]), 1.3);
    context.globalAlpha = 1;
  }
}

/** Sites and radars as they stand at the end: which are lost is a mark of its own time (live.js). */
function groundThings() {
  const things = [...data.sites.map((s) => ({ ...s, rank: SITE_RANK[s.kind] + (s.target_channels > 4 ? 0.5 : 0) })), ...data.radars.map((r) => ({ ...r, kind: "radar", rank: SITE_RANK.radar }))];
  return things.sort((a, b) => a.rank - b.rank);
}
const things = groundThings();

function drawSites(context) {
  for (const thing of things) {
    const [x, y] = toScreen(thing.x, thing.y);
    drawSite(context, thing.kind, x, y, colour(SIDE_COLOURS[thing.side] || "other"), false);
  }
}

/** Names from the most to the least important, as far as there is room. */
function nameThings(context) {
  const taken = [...things].reverse().slice(0, 60).map((thing) => toScreen(thing.x, thing.y)).map(([x, y]) => [x - 6, y - 6, x + 6, y + 6]);
  const named = [...things].reverse().map((thing) => ({ ...thing, ink: colour("map-ink"), font: `${thing.rank > 1 ? "600 " : ""}12px system-ui, sans-serif` }));
  named.splice(8, 0, ...data.places.map((place) => ({ ...place, place: true, ink: colour("map-ink"), font: "italic 12px Georgia, serif" })));
  for (const thing of named) {
    const [x, y] = toScreen(thing.x, thing.y);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    if (thing.rank === 1 && view.scale < 6) continue;
    context.font = thing.font;
    const width = context.measureText(thing.name).width;
    const free = [[x + 9, y + 4], [x - 9 - width, y + 4], [x - width / 2, y - 11], [x - width / 2, y + 20]].find(([px, py]) => claim(taken, px, py - 11, width, 14));
    if (!free) continue;
    if (thing.place) { context.beginPath(); context.arc(x, y, 2.2, 0, 7); context.fillStyle = thing.ink; context.fill(); }
    write(context, thing.name, ...free, thing.ink, { font: thing.font });
  }
}

function drawScale(context) {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
  const km = steps.filter((step) => step * view.scale < 130).pop() || 1;
  const left = 12, bottom = view.height - 14, right = left + km * view.scale;
  for (const [width, ink] of [[5, colour("halo")], [2, colour("map-ink")]]) {
    context.beginPath();
    context.lineWidth = width;
    context.strokeStyle = ink;
    context.moveTo(left, bottom - 5); context.lineTo(left, bottom); context.lineTo(right, bottom); context.lineTo(right, bottom - 5);
    context.stroke();
  }
  write(context, `${km} km`, right + 7, bottom + 1, colour("map-ink"));
  write(context, "N ↑", left, bottom - 12, colour("map-ink"));
}

function drawBase() {
  const context = sheet(byId("base"));
  drawLand(context, view);
  drawCoverage(context, view, state.height);
  drawRoutes(context);
  nameCircles(context);
  drawSites(context);
  nameThings(context);
  drawScale(context);
}
