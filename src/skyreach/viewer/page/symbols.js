"use strict";
// What things look like: a shape for each kind, a colour for each side, so that neither alone has to be told apart.

const SHAPES = {  // pointing up, about 20 units high
  aircraft: "M0-9 1.8-3 9 3 9 5 1.8 3.2 1.5 6 4 8.2 4 9.4 0 8.5-4 9.4-4 8.2-1.5 6-1.8 3.2-9 5-9 3-1.8-3Z",
  civil: "M0-10 1.5-7.5 1.5-2 10 3.4 10 5.2 1.5 2.6 1.2 6.4 4 8.6 4 9.8 0 8.8-4 9.8-4 8.6-1.2 6.4-1.5 2.6-10 5.2-10 3.4-1.5-2-1.5-7.5Z",
  cruise: "M0-10 2-6.5 2-1.5 6.5 1.5 6.5 3.5 2 2 2 6.5 4 9-4 9-2 6.5-2 2-6.5 3.5-6.5 1.5-2-1.5-2-6.5Z",
  drone: "M0-8.5 8 7 3 7 3 9-3 9-3 7-8 7Z",
  ballistic: "M0-11 2.6-5 2.6 5 5.5 10-5.5 10-2.6 5-2.6-5Z",
  arm: "M0-10 1.6-6 1.6 1 6 6 1.6 5 0 9-1.6 5-6 6-1.6 1-1.6-6Z",
  decoy: "M0-8 6 0 0 8-6 0Z",
};
const KINDS = {
  aircraft: "aircraft", civil: "airliner", cruise: "cruise missile", drone: "drone", ballistic: "ballistic missile",
  arm: "anti-radiation missile", decoy: "decoy",
};
const PATHS = Object.fromEntries(Object.entries(SHAPES).map(([kind, shape]) => [kind, new Path2D(shape)]));

/** A target: filled, a decoy hollow; course in rad clockwise from north. */
function drawTarget(context, kind, x, y, course, fill, size = 1) {
  const halo = colour("halo");
  context.save();
  context.translate(x, y);
  context.rotate(course);
  context.scale(size, size);
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = halo;
  const path = PATHS[kind] || PATHS.aircraft;
  context.stroke(path);
  context.fillStyle = kind === "decoy" ? halo : fill;
  context.fill(path);
  context.lineWidth = kind === "decoy" ? 2.2 : 0.6;
  context.strokeStyle = fill;
  context.stroke(path);
  context.restore();
}

const SITE_RANK = { "command post": 4, "fire unit": 3, asset: 2, radar: 1 };

/** A ground site: square command post, round fire unit, house-shaped asset, fan-shaped radar. */
function drawSite(context, kind, x, y, fill, dead) {
  context.save();
  context.translate(x, y);
  context.lineJoin = "round";
  context.beginPath();
  if (kind === "command post") context.rect(-6.5, -6.5, 13, 13);
  else if (kind === "fire unit") context.arc(0, 0, 6, 0, 7);
  else if (kind === "radar") { context.moveTo(0, 4); context.arc(0, 4, 9, -2.3, -0.85); context.closePath(); }
  else for (const [px, py] of [[-6, 6], [-6, -1], [0, -7], [6, -1], [6, 6], [-6, 6]]) context.lineTo(px, py);
  context.lineWidth = 4;
  context.strokeStyle = colour("halo");
  context.stroke();
  context.fillStyle = kind === "asset" ? colour("panel") : fill;
  context.fill();
  context.lineWidth = kind === "asset" ? 2 : 1;
  context.strokeStyle = kind === "asset" ? colour("map-ink") : fill;
  context.stroke();
  if (kind === "command post" || kind === "fire unit") drawInside(context, kind);
  context.restore();
  if (dead) drawCross(context, x, y, colour("hostile"), 8);
}

function drawInside(context, kind) {
  context.beginPath();
  context.lineWidth = 1.8;
  context.strokeStyle = colour("panel");
  if (kind === "command post") { context.moveTo(-3, 3.5); context.lineTo(-3, -3.5); context.lineTo(3.4, -3.5); context.lineTo(3.4, 0.4); context.lineTo(-3, 0.4); }
  else { context.moveTo(-2.6, 1.6); context.lineTo(0, -2.4); context.lineTo(2.6, 1.6); }
  context.stroke();
}

function drawCross(context, x, y, ink, size = 5) {
  for (const [width, style] of [[5, colour("halo")], [2.4, ink]]) {
    context.beginPath();
    context.lineWidth = width;
    context.strokeStyle = style;
    context.moveTo(x - size, y - size); context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size); context.lineTo(x - size, y + size);
    context.stroke();
  }
}

/** Where a leaker arrived: a star. */
function drawBurst(context, x, y, fill, size = 9) {
  context.beginPath();
  for (let i = 0; i < 16; i++) {
    const r = i % 2 ? size * 0.45 : size, a = (i * Math.PI) / 8;
    context.lineTo(x + r * Math.sin(a), y - r * Math.cos(a));
  }
  context.closePath();
  context.lineWidth = 3.5;
  context.strokeStyle = colour("halo");
  context.stroke();
  context.fillStyle = fill;
  context.fill();
}

function drawMissile(context, x, y, fill) {
  context.beginPath();
  context.arc(x, y, 3.2, 0, 7);
  context.lineWidth = 3;
  context.strokeStyle = colour("halo");
  context.stroke();
  context.fillStyle = fill;
  context.fill();
}

/** Text with a halo. */
function write(context, text, x, y, ink, { align = "left", font = "12px system-ui, sans-serif" } = {}) {
  context.font = font;
  context.textAlign = align;
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = colour("halo");
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

/** Keeps labels off each other: true, and the place is taken, if nothing is there yet. */
function claim(taken, x, y, width, height) {
  const free = taken.every((b) => x > b[2] || x + width < b[0] || y > b[3] || y + height < b[1]);
  if (free) taken.push([x, y, x + width, y + height]);
  return free;
}
