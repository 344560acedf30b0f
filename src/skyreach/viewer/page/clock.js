"use strict";
// Time: slider, play and pause, jumps from event to event, and the strip that shows what happens when.

const SPEEDS = [1, 5, 10, 20, 40, 80];
const slider = byId("slider");
const jumps = [...new Set(data.marks.filter((mark) => mark.kind !== "damage").map((mark) => Math.round(mark.t * 10) / 10))];

function go(t) {
  state.t = Math.min(Math.max(t, 0), data.duration);
  tell("time");
}

const PLAY = "M4 2l10 6-10 6z", PAUSE = "M3 2h4v12H3zM9 2h4v12H9z";
function setPlaying(playing) {
  state.playing = playing;
  if (playing && state.t >= data.duration) go(0);
  byId("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  byId("play").querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
  if (playing) requestAnimationFrame((now) => { lastFrame = now; advance(now); });
}

let lastFrame = 0;
function advance(now) {
  if (!state.playing) return;
  go(state.t + (Math.min(now - lastFrame, 250) / 1000) * state.speed);
  lastFrame = now;
  if (state.t >= data.duration) setPlaying(false);
  else requestAnimationFrame(advance);
}

function jump(sign) {
  const next = sign > 0 ? jumps.find((t) => t > state.t + 0.05) : jumps.filter((t) => t < state.t - 0.05).pop();
  go(next ?? (sign > 0 ? data.duration : 0));
}

function showTime() {
  slider.value = state.t;
  slider.setAttribute("aria-valuetext", `${clock(state.t)} UTC`);
  byId("time").replaceChildren(clock(state.t), make("small", {}, `UTC, second ${number(state.t)}`));
  byId("now").textContent = summaryAt(state.t);
}

function summaryAt(t) {
  const count = (kind) => data.marks.filter((mark) => mark.kind === kind && mark.t <= t && hostile(data.targets[mark.target])).length;
  const threats = data.targets.filter((target) => hostile(target) && inAir(target, t)).length;
  const fired = data.missiles.filter((missile) => missile.launch <= t).length, flying = data.missiles.filter((missile) => flies(missile, t)).length;
  return `${plural(threats, "threat")} in the air, ${plural(flying, "missile")} flying (${fired} fired so far), ${count("kill")} shot down, ${count("arrival")} got through.`;
}

/** Threats in the air as a curve; launches as ticks below, kills and arrivals above. */
function drawStrip() {
  const canvas = byId("strip"), context = sheet(canvas), width = canvas.clientWidth, height = canvas.clientHeight;
  const edge = 8, x = (t) => edge + (t / data.duration) * (width - 2 * edge);
  const most = Math.max(...steps().map((t) => threatsAt(t)), 1);
  context.beginPath();
  context.moveTo(edge, height - 7);
  for (const t of steps()) context.lineTo(x(t), height - 7 - (threatsAt(t) / most) * (height - 9));
  context.lineTo(width - edge, height - 7);
  context.globalAlpha = 0.2;
  context.fillStyle = colour("hostile");
  context.fill();
  context.globalAlpha = 1;
  for (const mark of data.marks) drawTick(context, mark, x(mark.t), height);
}

function drawTick(context, mark, x, height) {
  if (mark.kind === "launch") {
    context.fillStyle = colour("defence");
    context.fillRect(x - 0.5, height - 6, 1.2, 6);
  } else if (mark.kind === "kill") drawCross(context, x, height - 14, colour("defence"), 3);
  else if (mark.kind === "arrival" && hostile(data.targets[mark.target])) drawBurst(context, x, 9, colour("hostile"), 6.5);
}

const steps = () => Array.from({ length: 201 }, (_, i) => (i / 200) * data.duration);
const threatsAt = (t) => data.targets.reduce((n, target) => n + (hostile(target) && inAir(target, t) ? 1 : 0), 0);

slider.max = data.duration;
slider.addEventListener("input", () => { setPlaying(false); go(Number(slider.value)); });
byId("play").addEventListener("click", () => setPlaying(!state.playing));
byId("before").addEventListener("click", () => { setPlaying(false); jump(-1); });
byId("after").addEventListener("click", () => { setPlaying(false); jump(1); });
for (const speed of SPEEDS) byId("speed").append(make("option", { value: speed, selected: speed === state.speed }, `${speed} ×`));
byId("speed").addEventListener("change", (event) => { state.speed = Number(event.target.value); });
on("time", showTime);
