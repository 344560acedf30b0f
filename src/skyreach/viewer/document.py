"""What a page knows of a run before it asks for more: one document of plain numbers and words, from the run folder and the
packaged data alone."""

import re
from typing import Any

from skyreach.viewer import marches, origins, words
from skyreach.viewer.cover import LADDER
from skyreach.viewer.ground import Box, lines
from skyreach.viewer.material import Material
from skyreach.viewer.plane import circle
from skyreach.viewer.story import GROUPS, Story
from skyreach.world import codes

FORMAT = 2  # of the document and of the parts beside it
MARKS = {  # events that the map and the strip show
    codes.E_LAUNCH: "launch", codes.E_DETONATION: "fuze", codes.E_KILL: "kill", codes.E_MISSILE_LOST: "lost",
    codes.E_ARRIVED: "arrival", codes.E_DAMAGE: "damage", codes.E_SITE_LOST: "site lost",
}  # fmt: skip
GROUP_OF = {int(code): name for name, members in GROUPS.items() for code in members}


def document(material: Material) -> dict[str, Any]:
    """The document; positions in degrees, heights in metres above mean sea level, times in seconds of the run."""
    run, manifest = material.run, material.run.manifest
    moves = {"moves": marches.moves(material)} if material.moves else {}
    return {
        "format": FORMAT,
        "title": manifest["title"] or manifest["scenario"],
        "notice": manifest["notice"],
        "start": manifest["start"],
        "duration": manifest["duration_s"],
        "wide": _box(material.wide),
        "near": _box(material.near),
        "lines": lines(material.wide),
        "circles": [
            {"site": c.site, "system": c.title, "radius_km": c.radius / 1e3, "line": circle(c.lat_deg, c.lon_deg, c.radius)}
            for c in material.circles
        ],
        "heights": LADDER,
        "places": _places(material),
        "sites": [_site(material, s) for s in material.sites],
        "radars": [_radar(material, r) for r in material.radars],
        "routes": _routes(material),
        "targets": [_target(s) for s in material.stories],
        "shots": [_shot(material, shot) for shot in run.shots.to_pylist()],
        "marks": _marks(material),
        "strobes": _strobes(material),
        "reasons": _reasons(),
        "identities": material.samples.words,
        "windows": material.samples.windows.head(),
        **moves,
        "words": _words(material),
        "yaml": run.scenario_yaml,
    }


def _words(material: Material) -> dict[str, Any]:
    """Everything that is text for people to read."""
    return {
        "byline": words.byline(material),
        "cast": words.cast(material),
        "opening": words.opening(material),
        "got_through": words.got_through(material),
        "tiles": words.tiles(material),
        "facts": words.facts(material),
        "warnings": words.warnings(material),
        "reproduce": origins.reproduce(material),
    }


def _box(box: Box) -> list[float]:
    return [box.west, box.south, box.east, box.north]


def _places(material: Material) -> list[dict[str, Any]]:
    """Points that people know: sites of the scenario, then those of the catalogue that lie on the map."""
    points: dict[str, tuple[float, float]] = {}
    if material.scenario:
        points = {name: (site.lat, site.lon) for name, site in material.scenario.sites.items()}
    for item in material.cat.items("site"):
        points.setdefault(re.split(r",| \(", item.title)[0], (item.value("lat").nominal, item.value("lon").nominal))
    box = material.wide
    return [
        {"name": name, "lat": lat, "lon": lon}
        for name, (lat, lon) in points.items()
        if box.south < lat < box.north and 0.0 < (lon - box.west) % 360.0 < box.east - box.west
    ]


def _place(row: dict[str, Any]) -> dict[str, float]:
    return {"lat": round(row["lat_deg"], 6), "lon": round(row["lon_deg"], 6), "h": round(row["h_msl_m"], 1)}


def _site(material: Material, site: dict[str, Any]) -> dict[str, Any]:
    keys = ("name", "kind", "side", "alive", "target_channels", "value", "hits_left")
    return {**{key: site[key] for key in keys}, "title": material.titles.get(site["system"], ""), **_place(site)}


def _radar(material: Material, radar: dict[str, Any]) -> dict[str, Any]:
    side = material.sites[radar["site"]]["side"] if radar["site"] >= 0 else ""
    title = material.titles.get(radar["system"], radar["system"])
    return {
        "name": radar["name"], "title": title, "side": side, "site": radar["site"], "antenna_m": radar["antenna_agl_m"],
        "range_km": radar["range_m"] / 1e3, **_place(radar),
    }  # fmt: skip


def _routes(material: Material) -> list[dict[str, Any]]:
    """Routes as planned, from the scenario."""
    if material.scenario is None:
        return []
    places = {site["name"]: (site["lat_deg"], site["lon_deg"]) for site in material.sites}
    out = []
    for item in (*material.scenario.raid, *material.scenario.civil):
        points = [material.scenario.resolve(waypoint) for waypoint in item.route]
        if item.aim in places:
            points.append(places[item.aim])
        if len(points) > 1:
            side = codes.SIDES[codes.NEUTRAL] if item.side == "civil" else item.side
            out.append({"name": item.name, "side": side, "line": [[round(lon, 5), round(lat, 5)] for lat, lon in points]})
    return out


def _target(story: Story) -> dict[str, Any]:
    row = story.row
    return {
        "name": row["name"], "system": row["system"], "title": story.title, "kind": row["kind"], "side": row["side"],
        "status": row["status"], "aim": row["aim"], "carrier": row["carrier"],
        "start": row["t_start_s"], "seen": row["t_seen_s"], "end": row["t_end_s"],
        "radar": story.radar, "seen_km": None if story.seen_km is None else round(story.seen_km, 1),
        "first_shot": story.first_shot, "shots": [shot["missile"] for shot in story.shots],
        "leaked": story.leaked, "damage": story.damage, "lost": story.lost,
    }  # fmt: skip


def told(story: Story) -> dict[str, Any]:
    """What is told of a target once it is chosen: why it got through, its reasons and its events."""
    return {
        "why": story.why() if story.leaked else story.course() if story.hostile else "",
        "reasons": [[round(r.t_from, 1), round(r.t_to, 1), r.code, r.fire_unit] for r in story.reasons],
        "story": [[round(t, 1), text] for t, text in story.sentences],
    }


def _shot(material: Material, shot: dict[str, Any]) -> dict[str, Any]:
    end, miss = shot["t_end_s"], shot["miss_m"]
    return {
        "type": material.titles.get(shot["type"], shot["type"]), "unit": shot["fire_unit"], "target": shot["target"],
        "launch": shot["t_launch_s"], "end": end if end == end else None, "outcome": shot["outcome"],
        "miss_m": round(miss, 1) if miss == miss else None,
    }  # fmt: skip


def _marks(material: Material) -> list[list[Any]]:
    """Events of the map: time [s], what, target, site or -1 (where it happened, else at the target)."""
    kinds = {codes.EVENTS[code][0]: mark for code, mark in MARKS.items()}
    out = []
    for event in material.run.events.to_pylist():
        mark = kinds.get(event["kind"])
        if mark is not None:
            out.append([round(event["t_s"], 2), mark, event["target"], event["b"] if mark in ("launch", "site lost") else -1])
    return sorted(out, key=lambda m: m[0])


def _strobes(material: Material) -> list[list[Any]]:
    """Times [s] from which a radar saw the jamming of a target as a strobe: time, radar, target."""
    word = codes.EVENTS[int(codes.E_STROBE)][0]
    return [[round(e["t_s"], 2), e["b"], e["target"]] for e in material.run.events.to_pylist() if e["kind"] == word]


def _reasons() -> dict[int, dict[str, str]]:
    """Word, meaning and group of each reason, in the order of the chain."""
    return {int(code): {"word": w, "meaning": m, "group": GROUP_OF.get(int(code), "")} for code, (w, m) in codes.REASONS.items()}
