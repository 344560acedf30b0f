"use strict";
// The table of outcomes: sorted by a heading, filtered by side, and a story below the row that was chosen.

const COLUMNS = [
  { name: "Target", key: (t) => t.name, cell: (t) => nameCell(t) },
  { name: "System", key: (t) => t.title, cell: (t) => t.title, wide: true },
  { name: "First seen", key: (t) => t.seen ?? Infinity, cell: (t) => seenCell(t) },
  { name: "First shot", key: (t) => t.first_shot ?? Infinity, cell: (t) => (t.first_shot === null ? "–" : clock(t.first_shot)), wide: true },
  { name: "Shots", key: (t) => t.shots.length, cell: (t) => String(t.shots.length) },
  { name: "Outcome", key: (t) => outcome(t)[0], cell: (t) => outcomeCell(t) },
];
const FILTERS = {
  all: ["All", () => true], hostile: ["Hostile", hostile], leaked: ["Got through", (t) => t.leaked], civil: ["Civil", (t) => t.side === "neutral"],
};
const table = { sort: null, down: false, filter: "all", open: null };

function nameCell(target) {
  const told = String(target.index === table.open);
  return make("button", { type: "button", class: `name side-${target.side}`, "aria-expanded": told }, target.name);
}

function seenCell(target) {
  if (target.seen === null) return target.start === null ? "–" : "never";
  return make("span", {}, clock(target.seen), make("span", { class: "wide" }, make("small", {}, ` ${target.radar}`)), make("small", {}, ` ${number(target.seen_km, 1)} km`));
}

function outcomeCell(target) {
  const [word, badge] = outcome(target);
  const when = target.end === null || target.start === null ? "" : ` ${clock(target.end)}`;
  return make("span", {}, make("span", { class: `badge ${badge}` }, word), make("small", { class: "wide" }, when));
}

function sortedTargets() {
  const shown = data.targets.filter(FILTERS[table.filter][1]);
  if (table.sort === null) return shown;
  const { key } = COLUMNS[table.sort], sign = table.down ? -1 : 1;
  const order = (a, b) => (typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a === b ? 0 : a < b ? -1 : 1);
  return shown.sort((a, b) => sign * order(key(a), key(b)) || a.index - b.index);
}

function sortBy(column) {
  table.down = table.sort === column && !table.down;
  table.sort = column;
  showTargets();
  byId("targets").querySelectorAll("thead button")[column].focus();
}

function headRow() {
  const cells = COLUMNS.map((column, i) => {
    const button = make("button", { type: "button" }, column.name);
    button.addEventListener("click", () => sortBy(i));
    const cell = make("th", { scope: "col", class: column.wide ? "wide" : "" }, button);
    if (table.sort === i) cell.setAttribute("aria-sort", table.down ? "descending" : "ascending");
    return cell;
  });
  return make("thead", {}, make("tr", {}, ...cells));
}

function rowOf(target) {
  const cells = COLUMNS.map((column, i) => make(i ? "td" : "th", { class: column.wide ? "wide" : "", ...(i ? {} : { scope: "row" }) }, column.cell(target)));
  const row = make("tr", { class: `row${target.index === state.chosen ? " chosen-row" : ""}` }, ...cells);
  row.dataset.target = target.index;
  row.addEventListener("click", () => toggle(target));
  return row;
}

function toggle(target) {
  table.open = state.chosen === target.index && table.open !== null ? null : target.index;
  choose(target.index);
  byId("targets").querySelector(`[data-target="${target.index}"] button`)?.focus({ preventScroll: true });
}

function toldRow(target) {
  return make("tr", { class: "told" }, make("td", { colspan: COLUMNS.length }, storyOf(target)));
}

function showTargets() {
  const rows = sortedTargets().flatMap((target) => (target.index === table.open ? [rowOf(target), toldRow(target)] : [rowOf(target)]));
  const empty = make("tr", {}, make("td", { colspan: COLUMNS.length }, "None."));
  byId("targets").replaceChildren(headRow(), make("tbody", {}, ...(rows.length ? rows : [empty])));
}
on("chosen", () => {
  if (table.open !== null && table.open !== state.chosen) table.open = null;
  showTargets();
});

/** A row of buttons of which one is on. */
function choices(place, name, options, chosen, act) {
  for (const [value, text] of options) {
    const input = make("input", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => act(value));
    byId(place).append(make("label", {}, input, make("span", {}, text)));
  }
}

function showFilters() {
  const options = Object.entries(FILTERS).map(([key, [word, test]]) => [key, `${word} (${data.targets.filter(test).length})`]);
  choices("filters", "filter", options, table.filter, (value) => { table.filter = value; showTargets(); });
}
