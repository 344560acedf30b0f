"use strict";
// Puts the page together: heights and layers, legend, small maps, and what is drawn again when.

const LAYERS = {
  seen: "Area seen", engageable: "Area in which it can be engaged", circle: "Advertised circle", routes: "Planned routes", flown: "Flown paths",
  trails: "Trails", tracks: "Tracks of the defence", names: "Names and heights of targets", relief: "Relief",
};

/** Draws at most once a frame, however often it is asked. */
function onceAFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; draw(); });
  };
}
const redrawBase = onceAFrame(drawBase), redrawLive = onceAFrame(drawLive);

function setHeight(value) {
  state.height = Number(value);
  showCaption();
  redrawBase();
}

function showCaption() {
  const level = data.coverage && data.coverage.levels[state.height], element = byId("caption");
  element.hidden = !level;
  if (!level) return;
  const whole = data.coverage.circle_km2;
  const part = (kind) => `${number(level[kind].km2)} km²${whole ? `, ${percent(level[kind].inside_km2 / whole)} of the circle` : ""}`;
  element.replaceChildren(make("strong", {}, `Target of ${data.coverage.rcs_m2} m² at ${number(level.height_m)} m above ground`),
    make("span", { class: "key-seen" }, `seen: ${part("seen")}`), make("span", { class: "key-reach" }, `engageable: ${part("engageable")}`),
    make("span", { class: "key-circle", hidden: circleInView() }, "advertised circle: beyond this view"));
}

/** Whether any part of an advertised circle is on the screen; true where there is none. */
function circleInView() {
  return !lines.circles.length || lines.circles.some(({ points }) => points.some((_, i) => {
    if (i % 2) return false;
    const [x, y] = toScreen(points[i], points[i + 1]);
    return x > 0 && y > 0 && x < view.width && y < view.height;
  }));
}

function showHeights() {
  if (!data.coverage) { byId("heights").hidden = true; return; }
  const options = data.coverage.levels.map((level, i) => [String(i), `${number(level.height_m)} m`]);
  choices("heights", "height", [...options, ["-1", "hide"]], String(state.height), setHeight);
}

function showLayers() {
  for (const [key, word] of Object.entries(LAYERS)) {
    const input = make("input", { type: "checkbox", checked: state.layers[key] });
    input.addEventListener("change", () => { state.layers[key] = input.checked; redrawBase(); redrawLive(); });
    byId("layers").append(make("label", {}, input, word));
  }
}

/** One entry of the legend: a small drawing and its meaning. */
function legendEntry(draw, text) {
  const canvas = make("canvas");
  byId("legend").append(make("span", {}, canvas, text));
  const context = sheet(canvas);
  context.translate(canvas.clientWidth / 2, canvas.clientHeight / 2);
  draw(context);
}

function showLegend() {
  byId("legend").replaceChildren();
  const present = new Map(data.targets.map((target) => [`${target.kind} ${target.side}`, target]));
  for (const { kind, side } of present.values()) legendEntry((c) => drawTarget(c, kind, 0, 0, 0.6, colour(SIDE_COLOURS[side]), 0.85), KINDS[kind] || kind);
  const defence = colour("defence");
  for (const kind of ["command post", "fire unit", "radar", "asset"]) legendEntry((c) => drawSite(c, kind, 0, 0, defence, false), kind === "asset" ? "defended asset" : kind);
  legendEntry((c) => drawMissile(c, 0, 0, defence), "missile of the defence");
  legendEntry((c) => { c.beginPath(); c.arc(0, 0, 8, 0, 7); c.lineWidth = 1.5; c.strokeStyle = colour("hostile"); c.stroke(); }, "where the defence thinks it is (dashed: not known as hostile)");
  legendEntry((c) => drawCross(c, 0, 0, defence, 5), "shot down");
  legendEntry((c) => drawBurst(c, 0, 0, colour("hostile")), "got through");
  const line = (ink, dash, width) => (c) => { c.beginPath(); c.setLineDash(dash); c.moveTo(-11, 0); c.lineTo(11, 0); c.lineWidth = width; c.strokeStyle = colour(ink); c.stroke(); };
  legendEntry((c) => { c.fillStyle = colour("seen"); c.globalAlpha = 0.3; c.fillRect(-10, -7, 20, 14); c.globalAlpha = 1; c.strokeStyle = colour("seen"); c.strokeRect(-10, -7, 20, 14); }, "seen at the height chosen");
  legendEntry(line("reach", [6, 3], 2), "engageable at that height");
  if (data.circles.length) legendEntry(line("advertised", [7, 4], 2.2), "advertised reach");
  legendEntry(line("hostile", [1.5, 4], 1.5), "planned route");
}

/** The circle and the area seen, a small map for each height. */
function drawSmallMaps() {
  const place = byId("small-maps");
  if (!place || !data.coverage) return;
  const levels = data.coverage.levels;
  if (!place.children.length) for (const level of levels) place.append(smallMap(level));
  [...place.querySelectorAll("canvas")].forEach((canvas, i) => {
    const context = sheet(canvas), size = canvas.clientWidth;
    const small = { x: 0, y: 0, scale: size / (2 * data.relief.half), width: size, height: size };
    drawLand(context, small);
    fillKm(context, lines.levels[i].seen, small, colour("seen"), 0.5);
    strokeKm(context, lines.levels[i].engageable, small, colour("reach"), 1.3, [4, 2.5]);
    for (const circle of lines.circles) strokeKm(context, circle.path, small, colour("advertised"), 1.8, [5, 3]);
  });
}

function smallMap(level) {
  const whole = data.coverage.circle_km2, share = whole ? `: ${percent(level.seen.inside_km2 / whole)} of the circle seen` : "";
  const text = `${number(level.height_m)} m${share}`;
  return make("figure", {}, make("canvas", { role: "img", "aria-label": text }), make("figcaption", {}, text));
}

function saveYaml() {
  const link = make("a", { href: URL.createObjectURL(new Blob([data.yaml], { type: "application/yaml" })), download: "scenario.yaml" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function themed() {
  forgetColours();
  paintRelief();
  drawAll();
}

function drawAll() {
  redrawBase();
  redrawLive();
  drawStrip();
  drawSmallMaps();
  showLegend();
}

async function begin() {
  on("view", redrawBase);
  on("view", onceAFrame(showCaption));
  on("view", redrawLive);
  on("time", redrawLive);
  on("chosen", redrawLive);
  showHeights();
  showLayers();
  showFilters();
  showMeanings();
  showCaption();
  sized();
  fitFight();
  showLeakers();
  const first = data.targets.find((target) => target.leaked) || data.targets.find(hostile) || data.targets[0];
  choose(first ? first.index : null);
  go(first ? first.seen ?? first.start ?? 0 : 0);
  await loadRelief();
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themed);
  window.addEventListener("resize", onceAFrame(drawAll));
  byId("save-yaml").addEventListener("click", saveYaml);
  requestAnimationFrame(() => requestAnimationFrame(() => { document.documentElement.dataset.ready = "yes"; }));
}

begin();
