"use strict";
// What changes with time: targets, their trails and tracks, missiles, shots that struck or missed.

const TRAIL = 90;  // s
const FLASH = 5;  // s that a fuze is shown
const SITE_LOST_AT = new Map();  // name of a site: when it was put out of action
for (const target of data.targets) {
  for (const [t, text] of target.story) if (text.startsWith("site lost: ")) SITE_LOST_AT.set(text.slice(11), t);
}

function drawTrail(context, path, t, ink, width, length) {
  const last = indexAt(path.t, t);
  if (last < 0) return;
  const here = at(path, t);
  context.beginPath();
  for (let i = Math.max(indexAt(path.t, t - length), 0); i <= last; i++) context.lineTo(...toScreen(path.x[i], path.y[i]));
  context.lineTo(...toScreen(here.x, here.y));
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.stroke();
}

/** What the defence believes: a ring where it thinks the target is, and the line to where it really is. */
function drawTracks(context, t) {
  for (const track of data.tracks) {
    const times = track.path.t;
    if (t < times[0] || t > times[times.length - 1] + 2) continue;
    const here = at(track.path, t), [x, y] = toScreen(here.x, here.y);
    const known = track.identity.filter(([since]) => since <= t).pop();
    const ink = colour({ hostile: "hostile", civil: "civil", friend: "defence" }[known && known[1]] || "other");
    const target = data.targets[track.target], truth = target && inAir(target, t) ? at(target.path, t) : null;
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.beginPath();
    if (truth) { context.moveTo(x, y); context.lineTo(...toScreen(truth.x, truth.y)); }
    context.stroke();
    context.beginPath();
    context.arc(x, y, 9, 0, 7);
    context.setLineDash(known && known[1] === "hostile" ? [] : [3, 3]);
    context.stroke();
    context.setLineDash([]);
    if (track.target === state.chosen) drawError(context, x, y, here.sigma, ink);
  }
}

function drawError(context, x, y, sigma, ink) {
  const radius = (sigma / 1000) * view.scale;
  if (radius < 10) return;
  context.globalAlpha = 0.18;
  context.fillStyle = ink;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fill();
  context.globalAlpha = 1;
}

function drawMissiles(context, t) {
  const ink = colour("defence");
  for (const missile of data.missiles) {
    if (!flies(missile, t)) continue;
    const here = at(missile.path, t);
    if (!here) continue;
    if (state.layers.trails) drawTrail(context, missile.path, t, ink, 1.6, 1e9);
    drawMissile(context, ...toScreen(here.x, here.y), ink);
  }
}

function drawMarks(context, t) {
  for (const mark of data.marks) {
    if (mark.t > t) break;
    const [x, y] = toScreen(mark.x, mark.y), age = t - mark.t;
    if (mark.kind === "kill") drawCross(context, x, y, colour("defence"), 4.5);
    else if (mark.kind === "arrival" && hostile(data.targets[mark.target])) drawBurst(context, x, y, colour("hostile"));
    if (age > FLASH || mark.kind === "damage") continue;
    context.beginPath();
    context.arc(x, y, 6 + 3 * age, 0, 7);
    context.globalAlpha = 1 - age / FLASH;
    context.lineWidth = 2.5;
    context.strokeStyle = colour(mark.kind === "arrival" ? "hostile" : "defence");
    context.stroke();
    context.globalAlpha = 1;
  }
}

function drawTargets(context, t) {
  const shown = data.targets.filter((target) => inAir(target, t));
  const taken = [];
  for (const target of shown.sort((a, b) => (a.index === state.chosen) - (b.index === state.chosen))) {
    const ink = colour(SIDE_COLOURS[target.side]), chosen = target.index === state.chosen, here = at(target.path, t);
    if (!here) continue;
    if (state.layers.trails) drawTrail(context, target.path, t, ink, chosen ? 3 : 2, TRAIL);
    const [x, y] = toScreen(here.x, here.y);
    if (chosen) ring(context, x, y);
    drawTarget(context, target.kind, x, y, here.course, ink, chosen ? 1.1 : 0.85);
    if (!chosen && !state.layers.names) continue;
    const text = `${target.name}  ${number(here.agl)} m`;
    context.font = "12px system-ui, sans-serif";
    if (chosen || claim(taken, x + 13, y - 8, context.measureText(text).width, 14)) beside(context, text, x, y, chosen);
  }
}

/** A name to the right of a point, to the left of it near the right edge of the map. */
function beside(context, text, x, y, bold) {
  const font = `${bold ? "600 " : ""}12px system-ui, sans-serif`;
  context.font = font;
  const width = context.measureText(text).width, right = x + 19 + width < view.width;
  context.fillStyle = colour("halo");
  if (bold) context.fillRect(right ? x + 16 : x - 22 - width, y - 10, width + 6, 19);
  write(context, text, right ? x + 19 : x - 19, y + 4, colour("map-ink"), { font, align: right ? "left" : "right" });
}

function ring(context, x, y) {
  context.beginPath();
  context.arc(x, y, 15, 0, 7);
  context.lineWidth = 2;
  context.strokeStyle = colour("map-ink");
  context.stroke();
}

/** The whole flight of the chosen target, and the end of it when it is over. */
function drawChosen(context, t) {
  const target = data.targets[state.chosen];
  if (!target || !target.path) return;
  const whole = new Path2D();
  target.path.x.forEach((x, i) => (i ? whole.lineTo(x, target.path.y[i]) : whole.moveTo(x, target.path.y[i])));
  strokeKm(context, whole, view, colour("halo"), 5);
  strokeKm(context, whole, view, colour(SIDE_COLOURS[target.side]), 2.2);
  if (inAir(target, t)) return;
  const here = at(target.path, Math.max(t, target.start));
  if (here) {
    const [x, y] = toScreen(here.x, here.y);
    ring(context, x, y);
    beside(context, target.name, x, y, true);
  }
}

function drawLive() {
  const context = sheet(byId("live")), t = state.t;
  drawChosen(context, t);
  for (const site of data.sites) {
    if (SITE_LOST_AT.has(site.name) && SITE_LOST_AT.get(site.name) <= t) drawCross(context, ...toScreen(site.x, site.y), colour("hostile"), 9);
  }
  if (state.layers.tracks) drawTracks(context, t);
  drawMissiles(context, t);
  drawTargets(context, t);
  drawMarks(context, t);
}

/** Targets, then sites, nearest to a point of the screen. */
function nearest(px, py, reach) {
  let best = null, gap = reach;
  const offer = (thing, x, y) => {
    const [sx, sy] = toScreen(x, y), apart = Math.hypot(sx - px, sy - py);
    if (apart < gap) { gap = apart; best = thing; }
  };
  for (const target of data.targets) {
    const here = inAir(target, state.t) && at(target.path, state.t);
    if (here) offer({ target, here }, here.x, here.y);
  }
  for (const mark of data.marks) {
    if (mark.t <= state.t && (mark.kind === "kill" || mark.kind === "arrival")) offer({ target: data.targets[mark.target] }, mark.x, mark.y);
  }
  if (best) return best;
  for (const thing of things) offer({ thing }, thing.x, thing.y);
  return best;
}

function pick(px, py, reach) {
  const found = nearest(px, py, reach);
  if (found && found.target) choose(found.target.index);
}

function describe(found) {
  if (found.thing) return [found.thing.name, [found.thing.kind, found.thing.title].filter(Boolean).join(", ")];
  const { target, here } = found;
  const where = here ? `${number(here.agl)} m above ground, ${number(here.v)} m/s` : outcome(target)[0].toLowerCase();
  return [target.name, `${target.title}: ${where}`];
}

function hover(event) {
  const tip = byId("tip"), found = event.pointerType === "mouse" && !pointers.size && nearest(...local(event), 14);
  tip.hidden = !found;
  box.style.cursor = found && found.target ? "pointer" : "grab";
  if (!found) return;
  const [title, text] = describe(found), [x, y] = local(event);
  tip.replaceChildren(make("strong", {}, title), make("br"), text);
  tip.style.left = `${Math.min(x + 14, view.width - tip.offsetWidth - 6)}px`;
  tip.style.top = `${Math.min(y + 14, view.height - tip.offsetHeight - 6)}px`;
}
box.addEventListener("pointermove", hover);
box.addEventListener("pointerleave", () => { byId("tip").hidden = true; });
