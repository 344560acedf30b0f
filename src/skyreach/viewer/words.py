"""The parts of a page that stand still, in words: head, warnings, figures, the circle beside the areas. Plain text
everywhere: the page puts it in as text, never as markup."""

import re
from datetime import UTC, datetime
from typing import Any

from skyreach.earth.terrain import SMOOTH
from skyreach.records import losses
from skyreach.viewer.ground import PACKAGED, terrain_name
from skyreach.viewer.material import Material
from skyreach.viewer.sight import PD, RCS
from skyreach.viewer.story import GROUPS, Story, duration, longest, percent, phrase

MOST_TOLD = 6  # leakers that the opening names one by one


def byline(material: Material) -> str:
    """What identifies the run, in one line: seed, digest, date and length, terrain and posting."""
    m = material.run.manifest
    terrain = f"{terrain_name(m['terrain']['name']).removeprefix(f'{PACKAGED}: ')}, posting {m['terrain']['posting_m']:,.0f} m"
    parts = (f"seed {m['seed']}", f"digest {m['digest'][:12]}", _when(m), f"terrain: {terrain}")
    return " · ".join(parts)


def cast(material: Material) -> list[list[str]]:
    """What was simulated: who defends with what, against what."""
    titles = material.titles
    defence = [titles.get(site["system"], "").split(":")[0] for site in material.sites if site["system"]]
    raid = [story.title for story in material.stories if story.hostile]
    civil = [story.title for story in material.stories if not story.hostile]
    sides = (("Defence", defence), ("Raid", raid), ("Civil", civil))
    return [[word, _counted(names)] for word, names in sides if names]


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
    return text + (f": {fired}. " if fired else ". ") + _civil(s)


def got_through(material: Material) -> dict[str, Any]:
    """What got through and why, one by one; where nothing did, what was seen of a few threats."""
    leaked = [story for story in material.stories if story.leaked]
    others = [story for story in material.stories if story.hostile]
    if not leaked:
        few = [_card(s, s.course()) for s in others] if len(others) <= MOST_TOLD else []
        return {"title": "Nothing got through", "common": "", "cards": few}
    common = _common(leaked) if len(leaked) > MOST_TOLD else ""
    return {"title": "What got through, and why", "common": common, "cards": [_card(s, s.why()) for s in leaked]}


def _card(story: Story, words: str) -> dict[str, Any]:
    return {"target": story.row["target"], "text": words}


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
    said = [f"{phrase(code)} ({n})" for code, n in sorted(counts.items(), key=lambda item: -item[1])]
    return f"What kept each of the {len(leaked)} from being engaged for longest: {listed(said)}." if said else ""


def listed(words: list[str]) -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def tiles(material: Material) -> list[dict[str, Any]]:
    """The result in a few large figures."""
    s = material.run.summary
    lost = losses.words(material.run)
    damage = f"hit: {', '.join(dict.fromkeys(s['assets_hit']))}" if s["assets_hit"] else "no asset hit"
    fired = ", ".join(f"{n}\u00a0× {rounds(material, key)}" for key, n in s["missiles_by_type"].items())
    rows: list[tuple[str, int, str, str]] = [
        ("threats", s["hostile"], "Threats", f"{s['never_seen']} never seen" if s["never_seen"] else "all that flew were seen"),
        ("killed", s["killed"], "Shot down", _share(s["killed"], s["hostile"])),
        ("leakers", s["leakers"], "Got through", damage + (f"; out of action: {lost}" if lost else "")),
        ("missiles_fired", s["missiles_fired"], "Missiles fired", fired),
        ("civil", s["civil"], "Civil aircraft", f"{s['civil_shot_at']} fired at, {s['civil_killed']} lost"),
    ]
    if s["never_released"]:
        rows.insert(3, ("never_released", s["never_released"], "Never released", "weapons whose carrier was shot down first"))
    if s["left"] or s["in_flight"]:
        still = f"{s['left']} left, {s['in_flight']} still in the air"
        rows.insert(3, ("undecided", s["left"] + s["in_flight"], "Undecided", still))
    return [{"key": key, "value": value, "label": label, "note": note} for key, value, label, note in rows]


def _share(part: int, whole: int) -> str:
    return f"{percent(part / whole)} of the threats" if whole else "no threats"


def facts(material: Material) -> list[list[str]]:
    """Seed, digest, clock, terrain: what identifies the run."""
    m = material.run.manifest
    return [
        ["Scenario", m["scenario"]],
        ["Clock of the scenario", _when(m)],
        ["Seed", str(m["seed"])],
        ["Digest", m["digest"]],
        ["Terrain", f"{terrain_name(m['terrain']['name'])}; posting {m['terrain']['posting_m']:,.0f} m"],
        ["Made by", f"skyreach {m['skyreach']}; catalogue {m['catalogue_sha256'][:12]}"],
    ]


def warnings(material: Material) -> list[list[str]]:
    """What a reader must not miss: coarse terrain, data of another version, what the page could not take over."""
    m = material.run.manifest
    boxes = []
    if m["terrain"]["coarse"]:
        boxes.append(["The terrain is coarse", _without_paths(" ".join(m["terrain"]["warnings"]))])
    elif m["terrain"]["warnings"]:
        boxes.append(["Terrain", _without_paths(" ".join(m["terrain"]["warnings"]))])
    if m["terrain"]["name"].startswith(SMOOTH):
        boxes.append(["Smooth earth", "This run took the earth as smooth at sea level: no hill hides anything."])
    if material.replaced:
        boxes.append(["Map terrain differs", material.replaced])
    if material.cat.digest() != m["catalogue_sha256"]:
        text = "The catalogue has changed since this run; the coverage and the names on this page follow the catalogue of today."
        boxes.append(["Catalogue differs", text])
    if material.scenario is None:
        boxes.append(["Scenario not read", "This version cannot read the scenario of the run: planned routes are missing."])
    return boxes


def _without_paths(text: str) -> str:
    return re.sub(r"(?:[A-Za-z]:\\|/)(?:[^\s/\\]+[/\\])+", "", text)


def circle(material: Material) -> dict[str, Any] | None:
    """Why the circle is wrong: the advertised area beside what is seen and can be engaged, by height; None without a radar."""
    table = material.comparison
    if table is None:
        return None
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
    note = (
        f"Seen: by at least one radar of the defence in one look with a probability of {PD:g} or more, engagement radars once "
        "turned there. Engageable: seen by an engagement radar and in reach of a missile of its fire unit, for a target that is "
        "there when the missile arrives. Clutter, jamming, channels and reaction time take more away. Computed for the sites of "
        f"this scenario{', units that march in their first positions' if material.moves else ''}; shares count what lies inside "
        "the circle."
    )
    rows = [[f"{row['height_m']:,.0f} m", *_area(row, "seen", table), *_area(row, "engageable", table)] for row in table["rows"]]
    if named:
        whole = [f"{table['circle_km2']:,} km²", "100 %"]
        rows.insert(0, ["Advertised, any height", *whole, *whole])
    columns = ["Height above ground", "Seen", "of the circle", "Engageable", "of the circle"]
    return {"words": words, "columns": columns, "rows": rows, "note": note, "table": table}


def _percent(row: dict[str, Any], kind: str, table: dict[str, Any]) -> str:
    return percent(row[kind]["inside_km2"] / table["circle_km2"]) if table["circle_km2"] else "–"


def _area(row: dict[str, Any], kind: str, table: dict[str, Any]) -> list[str]:
    return [f"{row[kind]['km2']:,} km²", _percent(row, kind, table)]
