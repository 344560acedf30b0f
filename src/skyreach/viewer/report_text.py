"""The parts of a page that stand still: head, warnings, figures, the circle beside the areas. Every word that comes from
a run or a scenario is escaped here."""

import re
from datetime import UTC, datetime
from html import escape
from typing import Any

from skyreach.earth.terrain import SMOOTH
from skyreach.viewer.report_coverage import PD, RCS
from skyreach.viewer.report_material import PACKAGED, Material
from skyreach.viewer.report_story import GROUPS, Story, duration, longest, percent
from skyreach.viewer.report_story import PHRASES as WHY

MOST_TOLD = 6  # leakers that the opening names one by one


def byline(material: Material) -> str:
    """What identifies the run, in one line: seed, digest, date and length, terrain and posting."""
    m = material.run.manifest
    terrain = f"{terrain_name(m['terrain']).removeprefix(f'{PACKAGED}: ')}, posting {m['terrain']['posting_m']:,.0f} m"
    parts = (f"seed {m['seed']}", f"digest {m['digest'][:12]}", _when(m), f"terrain: {terrain}")
    return escape(" · ".join(parts))


def cast(material: Material) -> str:
    """What was simulated: who defends with what, against what."""
    titles = material.titles
    defence = [titles.get(site["system"], "").split(":")[0] for site in material.sites if site["system"]]
    raid = [story.title for story in material.stories if story.hostile]
    civil = [story.title for story in material.stories if not story.hostile]
    sides = (("Defence", defence), ("Raid", raid), ("Civil", civil))
    return "".join(f"<strong>{word}:</strong> {escape(_counted(names))}. " for word, names in sides if names)


def _counted(names: list[str]) -> str:
    return ", ".join(f"{names.count(name)}\u00a0× {name}" for name in dict.fromkeys(names))


def _when(manifest: dict[str, Any]) -> str:
    start = datetime.fromisoformat(manifest["start"]).astimezone(UTC)
    return f"{start.day} {start:%B %Y, %H:%M} UTC, {duration(manifest['duration_s'])}"


def opening(material: Material) -> str:
    """What came of it, in two or three sentences."""
    s = material.run.summary
    ends = (("killed", "shot down"), ("in_flight", "still in the air"), ("never_released", "never released"))
    parts = [f"{s[key]} {'was' if s[key] == 1 else 'were'} {word}" for key, word in ends if s[key] or key == "killed"]
    parts.insert(1, f"{s['leakers']} got through")
    parts += [f"{s['left']} left the area"] if s["left"] else []
    fired = listed([f"{n} of type {rounds(material, key)}" for key, n in s["missiles_by_type"].items()])
    text = f"Of {s['hostile']} threat{'' if s['hostile'] == 1 else 's'}, {listed(parts)}. "
    text += f"The defence fired {s['missiles_fired'] or 'no'} missiles"
    return f'<p class="lead">{escape(text + (f": {fired}. " if fired else ". ") + _civil(s))}</p>'


def got_through(material: Material) -> str:
    """What got through and why, one by one; where nothing did, what was seen of a few threats."""
    leaked = [story for story in material.stories if story.leaked]
    others = [story for story in material.stories if story.hostile]
    if not leaked:
        few = _cards([(s, s.course()) for s in others], "calm") if len(others) <= MOST_TOLD else ""
        return '<h2 class="quiet">Nothing got through</h2>' + few
    common = f"<p>{escape(_common(leaked))}</p>" if len(leaked) > MOST_TOLD else ""
    rest = len(leaked) - MOST_TOLD
    more = f'<p>and {rest} more: see <a href="#leakers">below</a>.</p>' if rest > 0 else ""
    cards = _cards([(s, s.why()) for s in leaked[:MOST_TOLD]], "")
    return f'<h2 class="quiet">What got through, and why</h2>{common}{cards}{more}'


def _cards(told: list[tuple[Story, str]], kind: str) -> str:
    items = "".join(
        f"<li><strong>{escape(s.row['name'])}</strong> <span class=fine>{escape(s.title)}</span><br>{escape(words)}</li>"
        for s, words in told
    )
    return f'<ul class="got-through {kind}">{items}</ul>'


def rounds(material: Material, key: str) -> str:
    """What people call a missile type: its title up to the word missile."""
    return material.titles.get(key, key).split(" missile")[0]


def _civil(s: dict[str, Any]) -> str:
    if not s["civil"]:
        return "No civil aircraft were near."
    end = "none was fired at" if not s["civil_shot_at"] else f"{s['civil_shot_at']} fired at, {s['civil_killed']} shot down"
    return f"{s['civil']} civil aircraft were in the air: {end}."


def _common(leaked: list[Story]) -> str:
    """What kept most of the leakers from being engaged for longest, in one sentence."""
    counts: dict[int, int] = {}
    for story in leaked:
        held = [part for part in story.reasons if part.code not in GROUPS["under way"]]
        if held:
            code, _ = longest(held)
            counts[code] = counts.get(code, 0) + 1
    said = [f"{WHY[code]} ({n})" for code, n in sorted(counts.items(), key=lambda item: -item[1])]
    return f"What kept each of the {len(leaked)} from being engaged for longest: {listed(said)}." if said else ""


def listed(words: list[str]) -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def tiles(material: Material) -> str:
    """The result in a few large figures."""
    s = material.run.summary
    lost = [name for name in s["lost"] if name]
    damage = f"hit: {', '.join(dict.fromkeys(s['assets_hit']))}" if s["assets_hit"] else "no asset hit"
    fired = ", ".join(f"{n}\u00a0× {rounds(material, key)}" for key, n in s["missiles_by_type"].items())
    rows: list[tuple[str, int, str, str]] = [
        ("threats", s["hostile"], "Threats", f"{s['never_seen']} never seen" if s["never_seen"] else "all that flew were seen"),
        ("killed", s["killed"], "Shot down", _share(s["killed"], s["hostile"])),
        ("leakers", s["leakers"], "Got through", damage + (f"; out of action: {', '.join(lost)}" if lost else "")),
        ("never_released", s["never_released"], "Never released", "weapons whose carrier was shot down first"),
        ("missiles_fired", s["missiles_fired"], "Missiles fired", fired),
        ("civil", s["civil"], "Civil aircraft", f"{s['civil_shot_at']} fired at, {s['civil_killed']} lost"),
    ]
    if s["left"] or s["in_flight"]:
        still = f"{s['left']} left, {s['in_flight']} still in the air"
        rows.insert(4, ("undecided", s["left"] + s["in_flight"], "Undecided", still))
    cells = (
        f'<div class="tile" data-key="{key}"><dt>{label}</dt><dd class="figure">{value}</dd>'
        f'<dd class="note">{escape(note)}</dd></div>'
        for key, value, label, note in rows
    )
    return f'<dl class="tiles">{"".join(cells)}</dl>'


def _share(part: int, whole: int) -> str:
    return f"{percent(part / whole)} of the threats" if whole else "no threats"


def facts(material: Material) -> str:
    """Seed, digest, clock, terrain: what identifies the run."""
    m = material.run.manifest
    rows = [
        ("Scenario", m["scenario"]),
        ("Clock of the scenario", _when(m)),
        ("Seed", str(m["seed"])),
        ("Digest", m["digest"]),
        ("Terrain", f"{terrain_name(m['terrain'])}; posting {m['terrain']['posting_m']:,.0f} m"),
        ("Made by", f"skyreach {m['skyreach']}; catalogue {m['catalogue_sha256'][:12]}"),
    ]
    return "".join(f"<div><dt>{label}</dt><dd>{escape(text)}</dd></div>" for label, text in rows)


def warnings(material: Material) -> str:
    """Boxes that a reader must not miss: coarse terrain, data of another version, what the page could not take over."""
    m = material.run.manifest
    boxes = []
    if m["terrain"]["coarse"]:
        boxes.append(("The terrain is coarse", _without_paths(" ".join(m["terrain"]["warnings"]))))
    elif m["terrain"]["warnings"]:
        boxes.append(("Terrain", _without_paths(" ".join(m["terrain"]["warnings"]))))
    if m["terrain"]["name"].startswith(SMOOTH):
        boxes.append(("Smooth earth", "This run took the earth as smooth at sea level: no hill hides anything."))
    elif not m["terrain"]["name"].startswith(PACKAGED):
        text = (
            "The run used the elevation files named above. The relief and the coverage on this page are drawn from the packaged "
            "terrain, so that the page is the same on every machine; outcomes and reasons are those of the run."
        )
        boxes.append(("Map terrain differs", text))
    if material.cat.digest() != m["catalogue_sha256"]:
        text = "The catalogue has changed since this run; the coverage and the names on this page follow the catalogue of today."
        boxes.append(("Catalogue differs", text))
    if material.scenario is None:
        boxes.append(("Scenario not read", "This version cannot read the scenario of the run: planned routes are missing."))
    return "".join(f'<p class="warning" role="note"><strong>{escape(a)}.</strong> {escape(b)}</p>' for a, b in boxes)


def terrain_name(terrain: dict[str, Any]) -> str:
    """Name of the terrain; of the user's files only their last part, a page is passed on."""
    if terrain["name"].startswith((PACKAGED, SMOOTH)):
        return str(terrain["name"])
    return "user's files " + ", ".join(re.split(r"[/\\]", part)[-1] for part in terrain["name"].split(", "))


def _without_paths(text: str) -> str:
    return re.sub(r"(?:[A-Za-z]:\\|/)(?:[^\s/\\]+[/\\])+", "", text)


def circle(material: Material) -> str:
    """Why the circle is wrong: the advertised area beside what is seen and can be engaged, by height."""
    table = material.comparison
    if table is None:
        return "<p>The defence of this scenario has no radar.</p>"
    named = sorted({f"the {c.title} as a circle of the advertised {c.radius / 1e3:g} km" for c in material.circles})
    words = []
    if named:
        low, high = table["rows"][0], table["rows"][-1]
        words.append(
            f"Headline maps draw {listed(named)}: {table['circle_km2']:,} km². The defence of this scenario, at its sites, "
            f"sees a target of {RCS:g} m² on {_percent(high, 'seen', table)} of that area if it flies "
            f"{high['height_m']:,.0f} m above the ground, and on {_percent(low, 'seen', table)} if it flies at "
            f"{low['height_m']:,.0f} m. It can engage it on {_percent(high, 'engageable', table)} and "
            f"{_percent(low, 'engageable', table)}."
        )
    words.append(
        "The earth curves away under the beam, hills hide what is behind them, a small echo fades with range, and a missile has "
        "to get there. How much is left depends on how high the target flies."
    )
    columns = ("Height above ground", "Seen", "of the circle", "Engageable", "of the circle")
    head = "".join(f"<th scope=col>{word}" for word in columns)
    rows = "".join(_area_row(row, table) for row in table["rows"])
    whole = f"<td>{table['circle_km2']:,} km²<td>100 %"
    body = (f"<tr><th scope=row>Advertised, any height{whole}{whole}" if named else "") + rows
    note = (
        f"Seen: by at least one radar of the defence in one look with a probability of {PD:g} or more, engagement radars once "
        "turned there. Engageable: seen by an engagement radar and in reach of a missile of its fire unit, for a target that is "
        "there when the missile arrives. Clutter, jamming, channels and reaction time take more away. Computed for the sites of "
        "this scenario; shares count what lies inside the circle."
    )
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in words)
    return (
        f'{paragraphs}<div id="small-maps" class="small-maps"></div><div class="scroll"><table class="areas"><thead><tr>{head}'
        f'</thead><tbody>{body}</tbody></table></div><p class="fine">{escape(note)}</p>'
    )


def _percent(row: dict[str, Any], kind: str, table: dict[str, Any]) -> str:
    return percent(row[kind]["inside_km2"] / table["circle_km2"]) if table["circle_km2"] else "–"


def _area_row(row: dict[str, Any], table: dict[str, Any]) -> str:
    cells = "".join(
        f"<td>{row[kind]['km2']:,} km²<td>{_percent(row, kind, table)}" for kind in ("seen", "engageable")
    )
    return f"<tr><th scope=row>{row['height_m']:,.0f} m{cells}"
