"use strict";
// The story of one target: what it was, why it was not engaged at each moment (a bar), what happened (a list).

const GROUPS = ["not seen", "seen, not known", "command", "cannot shoot", "under way"];
const reasonClass = (() => {
  const counts = {}, classes = {};
  for (const [code, reason] of Object.entries(data.reasons)) {
    const group = Math.max(GROUPS.indexOf(reason.group), 0);
    counts[group] = (counts[group] ?? -1) + 1;
    classes[code] = `g${group} p${counts[group] % 6}`;
  }
  return (code) => classes[code] || "g0";
})();
const reasonWord = (code) => data.reasons[code].word;

const spanOf = (target) => [target.start ?? 0, target.end ?? data.duration];
const SIGNS = { launch: "▲", fuze: "✶", kill: "✕", arrival: "★" };
const SIGNS_KEY = "◉ first seen   ▲ missile launched   ✶ fuze   ✕ destroyed   ★ arrived";
const MOST_LEAKERS = 6;  // shown at once; the rest is folded away

/** Bar of reasons over the flight of a target, with the moment of the slider on it; a click goes to that moment. */
function reasonBar(target) {
  const [from, to] = spanOf(target), place = (t) => `${(100 * (t - from)) / Math.max(to - from, 1e-6)}%`;
  const bar = make("div", { class: "bar", title: "Go to this moment" });
  for (const [a, b, code, unit] of target.reasons) {
    const piece = make("i", { class: reasonClass(code), title: `${clock(a)} to ${clock(b)}, ${number(b - a)} s: ${reasonWord(code)} (${unit})` });
    piece.style.left = place(a);
    piece.style.width = `${(100 * (b - a)) / Math.max(to - from, 1e-6)}%`;
    bar.append(piece);
  }
  const needle = make("b");
  bar.append(needle);
  bar.addEventListener("click", (event) => {
    const edge = bar.getBoundingClientRect();
    go(from + ((event.clientX - edge.left) / edge.width) * (to - from));
  });
  follow(bar, () => {
    needle.hidden = state.t < from || state.t > to;
    needle.style.left = place(state.t);
  });
  const summary = heldFor(target).map(([code, held]) => `${reasonWord(code)} ${duration(held)}`).join(", ");
  return make("div", { role: "img", "aria-label": `Reasons over the flight: ${summary}` }, marksRow(target, place), bar, axis(from, to));
}

function marksRow(target, place) {
  const row = make("div", { class: "events" });
  const add = (t, sign, title) => {
    const span = make("span", { title: `${clock(t)} ${title}` }, sign);
    span.style.left = place(t);
    row.append(span);
  };
  if (target.seen !== null) add(target.seen, "◉", "first seen");
  for (const mark of data.marks) if (mark.target === target.index && SIGNS[mark.kind]) add(mark.t, SIGNS[mark.kind], mark.kind);
  return row;
}

function axis(from, to) {
  const row = make("div", { class: "axis" });
  const steps = [10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600];
  const span = to - from, step = steps.find((s) => span / s <= 4) || 86400;
  const times = [from];
  for (let t = Math.ceil(from / step) * step; t < to; t += step) if (t - from > 0.24 * span && to - t > 0.24 * span) times.push(t);
  times.push(to);
  for (const t of times) {
    const span = make("span", {}, clock(t));
    span.style.left = `${(100 * (t - from)) / Math.max(to - from, 1e-6)}%`;
    row.append(span);
  }
  return row;
}

/** Reasons of a target and how long each held, longest first. */
function heldFor(target) {
  const held = new Map();
  for (const [a, b, code] of target.reasons) held.set(code, (held.get(code) || 0) + b - a);
  return [...held].sort((a, b) => b[1] - a[1]);
}

function heldList(target) {
  const items = heldFor(target).map(([code, held]) => make("li", { title: data.reasons[code].meaning }, make("span", { class: `swatch ${reasonClass(code)}` }), `${reasonWord(code)}, ${duration(held)}`));
  return make("ul", { class: "held" }, ...items);
}

function storyList(target) {
  const items = target.story.map(([t, text]) => {
    const button = make("button", { type: "button", class: "at", "aria-label": `Go to ${clock(t)}: ${text}` }, clock(t));
    button.addEventListener("click", () => {
      go(t);
      if (state.chosen !== target.index) choose(target.index);
    });
    const item = make("li", {}, button, make("span", {}, text));
    item.dataset.t = t;
    return item;
  });
  const list = make("ol", {}, ...items);
  follow(list, () => { for (const item of items) item.className = Number(item.dataset.t) > state.t ? "future" : ""; });
  return list;
}

const WHERE_FROM = (target) => (target.carrier ? `, carried by ${target.carrier}` : "");

function facts(target) {
  const seen = target.seen === null ? "never seen" : `first seen ${clock(target.seen)} by ${target.radar} at ${number(target.seen_km, 1)} km`;
  const shots = target.shots.length ? `${plural(target.shots.length, "missile")} fired at it, the first ${clock(target.first_shot)}` : "no missile fired at it";
  return `${seen}; ${shots}${target.aim ? `; aimed at ${target.aim}` : ""}.`;
}

/** Everything about a target, as an element. */
function storyOf(target, { heading = "h3" } = {}) {
  const [word, badge] = outcome(target);
  return make("div", { class: "story" },
    make(heading, {}, target.name),
    make("p", { class: "what" }, `${target.title}${WHERE_FROM(target)} `, make("span", { class: `badge ${badge}` }, word)),
    make("p", { class: target.why ? "why" : "" }, target.why || capital(facts(target))),
    target.reasons.length ? reasonBar(target) : null,
    target.reasons.length ? heldList(target) : null,
    target.reasons.length ? make("p", { class: "fine" }, SIGNS_KEY) : null,
    storyList(target));
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** Calls act now and whenever the time changes, as long as the element is on the page. */
const followers = new Map();
function follow(element, act) {
  followers.set(element, act);
  act();
}
on("time", () => {
  for (const [element, act] of followers) {
    if (element.isConnected) act();
    else followers.delete(element);
  }
});

function showChosen() {
  const aside = byId("chosen"), target = data.targets[state.chosen];
  byId("said").textContent = target ? `${target.name}, ${target.title}: ${outcome(target)[0]}` : "";
  if (target) aside.replaceChildren(storyOf(target));
  else aside.replaceChildren(make("p", { class: "fine" }, "Choose a target on the map or in the table to read what happened to it."));
}
on("chosen", showChosen);

function showLeakers() {
  byId("signs").textContent = `Above the bars: ${SIGNS_KEY}. A click on a bar goes to that moment.`;
  const place = byId("leaker-stories"), leakers = data.targets.filter((target) => target.leaked);
  if (!leakers.length) {
    place.replaceChildren(make("p", {}, "Nothing got through in this run. The reasons below held for targets before they were engaged."));
    return;
  }
  const articles = leakers.map(leakerArticle), rest = articles.slice(MOST_LEAKERS);
  place.replaceChildren(...articles.slice(0, MOST_LEAKERS));
  if (rest.length) place.append(make("details", {}, make("summary", {}, `and ${rest.length} more`), ...rest));
}

function leakerArticle(target) {
  const button = make("button", { type: "button" }, "Show on the map");
  button.addEventListener("click", () => showOnMap(target));
  return make("article", { class: "leaker" }, storyShort(target), button);
}

function storyShort(target) {
  return make("div", { class: "story" }, make("h3", {}, `${target.name}, ${target.title}`), make("p", { class: "why" }, target.why), reasonBar(target), heldList(target),
    make("details", {}, make("summary", {}, "Moment by moment"), storyList(target)));
}

function showOnMap(target) {
  choose(target.index);
  go(Math.max(target.seen ?? target.start ?? 0, target.start ?? 0));
  byId("map-title").scrollIntoView();
  box.focus({ preventScroll: true });
}

function showMeanings() {
  const rows = Object.entries(data.reasons).map(([code, reason]) => make("div", {},
    make("dt", {}, make("span", { class: `swatch ${reasonClass(code)}` }), reason.word), make("dd", {}, reason.meaning)));
  byId("meanings").replaceChildren(...rows);
}
