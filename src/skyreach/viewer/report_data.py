"""What goes into a page: one document of plain numbers and words, from the run folder and the packaged data alone."""

import re
from typing import Any

from skyreach.viewer.report_coverage import PD, RCS
from skyreach.viewer.report_material import Circle, Material
from skyreach.viewer.report_motion import missile_paths, position, track_paths
from skyreach.viewer.report_plane import polyline
from skyreach.viewer.report_story import GROUPS, Story
from skyreach.world import codes

MARKS = {  # events that the map shows
    codes.E_LAUNCH: "launch", codes.E_DETONATION: "fuze", codes.E_KILL: "kill", codes.E_ARRIVED: "arrival",
    codes.E_DAMAGE: "damage",
}  # fmt: skip
GROUP_OF = {int(code): name for name, members in GROUPS.items() for code in members}


def page_data(material: Material) -> dict[str, Any]:
    """The document behind the page; lines and columns are written as steps (report_plane)."""
    run, manifest = material.run, material.run.manifest
    return {
        "title": manifest["title"] or manifest["scenario"],
        "scenario": manifest["scenario"],
        "seed": manifest["seed"],
        "digest": manifest["digest"],
        "start": manifest["start"],
        "duration": manifest["duration_s"],
        "centre": [material.plane.lat_deg, material.plane.lon_deg],
        "relief": material.ground.relief(),
        "lines": material.ground.lines(),
        "circles": [_circle(material, c) for c in material.circles],
        "coverage": _coverage(material),
        "places": _places(material),
        "sites": [_site(material, s) for s in material.sites],
        "radars": [_radar(material, r) for r in material.radars],
        "routes": _routes(material),
        "targets": [_target(material, s) for s in material.stories],
        "tracks": track_paths(run, material.plane),
        "missiles": _missiles(material),
        "marks": _marks(material),
        "reasons": _reasons(material.stories),
        "yaml": run.scenario_yaml,
    }


def _circle(material: Material, circle: Circle) -> dict[str, Any]:
    line = polyline(*material.plane.circle(circle.lat_deg, circle.lon_deg, circle.radius), 10.0)
    return {"site": circle.site, "system": circle.title, "radius_km": circle.radius / 1e3, "line": line}


def _coverage(material: Material) -> dict[str, Any] | None:
    united = material.united
    if united is None or material.comparison is None:
        return None
    levels = []
    for level, row in zip(united.levels, material.comparison["rows"], strict=True):
        outlines = {f"{kind}_lines": united.outline(getattr(level, kind)) for kind in ("seen", "engageable")}
        levels.append({**row, **outlines})
    return {"rcs_m2": RCS, "pd": PD, "circle_km2": material.comparison["circle_km2"], "levels": levels}


def _places(material: Material) -> list[dict[str, Any]]:
    """Points that people know: sites of the scenario, then those of the catalogue that lie on the map."""
    points: dict[str, tuple[float, float]] = {}
    if material.scenario:
        points = {name: (site.lat, site.lon) for name, site in material.scenario.sites.items()}
    for item in material.cat.items("site"):
        points.setdefault(re.split(r",| \(", item.title)[0], (item.value("lat").nominal, item.value("lon").nominal))
    out = []
    for name, (lat, lon) in points.items():
        x, y = material.plane.point(lat, lon)
        if max(abs(x), abs(y)) < material.half:
            out.append({"name": name, "x": x, "y": y})
    return out


def _site(material: Material, site: dict[str, Any]) -> dict[str, Any]:
    x, y = material.point(site)
    title = material.titles.get(site["system"], "")
    keys = ("name", "kind", "side", "alive", "target_channels", "value", "hits_left")
    return {**{key: site[key] for key in keys}, "title": title, "x": x, "y": y}


def _radar(material: Material, radar: dict[str, Any]) -> dict[str, Any]:
    x, y = material.point(radar)
    side = material.sites[radar["site"]]["side"] if radar["site"] >= 0 else ""
    title = material.titles.get(radar["system"], radar["system"])
    return {"name": radar["name"], "title": title, "side": side, "x": x, "y": y, "antenna_m": radar["antenna_agl_m"]}


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
            x, y = material.plane.xy(*zip(*points, strict=True))
            out.append({"name": item.name, "side": side, "line": polyline(x, y, 10.0)})
    return out


def _target(material: Material, story: Story) -> dict[str, Any]:
    row = story.row
    return {
        "name": row["name"], "system": row["system"], "title": story.title, "kind": row["kind"], "side": row["side"],
        "status": row["status"], "aim": row["aim"], "carrier": row["carrier"],
        "start": row["t_start_s"], "seen": row["t_seen_s"], "end": row["t_end_s"],
        "radar": story.radar, "seen_km": None if story.seen_km is None else round(story.seen_km, 1),
        "first_shot": story.first_shot, "shots": [shot["missile"] for shot in story.shots],
        "leaked": story.leaked, "damage": story.damage, "why": story.why(),
        "reasons": [[round(r.t_from, 1), round(r.t_to, 1), r.code, r.fire_unit] for r in story.reasons],
        "story": [[round(t, 1), text] for t, text in story.sentences],
        "path": material.paths.get(row["target"]),
    }  # fmt: skip


def _missiles(material: Material) -> list[dict[str, Any]]:
    paths = missile_paths(material.run, material.plane)
    out = []
    for shot in (shot for story in material.stories for shot in story.shots):
        title = material.titles.get(shot["type"], shot["type"])
        keys = {"type": title, "unit": shot["fire_unit"], "target": shot["target"], "launch": shot["t_launch_s"]}
        ends = {"end": shot["t_end_s"], "outcome": shot["outcome"], "miss_m": shot["miss_m"]}
        out.append({"missile": shot["missile"], **keys, **ends, "path": paths.get(shot["missile"])})
    return sorted(out, key=lambda m: m["missile"])


def _marks(material: Material) -> list[list[Any]]:
    """Events of the map: time [s], what, target, x, y (tens of metres)."""
    words = {codes.EVENTS[code][0]: mark for code, mark in MARKS.items()}
    out = []
    for event in material.run.events.to_pylist():
        mark, path = words.get(event["kind"]), material.paths.get(event["target"])
        if mark is None or path is None:
            continue
        x, y = position(path, event["t_s"])
        if mark == "launch":
            x, y = (round(100.0 * v) for v in material.point(material.sites[event["b"]]))
        out.append([round(event["t_s"], 2), mark, event["target"], x, y])
    return sorted(out, key=lambda m: m[0])


def _reasons(told: list[Story]) -> dict[int, dict[str, str]]:
    """Word, meaning and group of each reason that occurs, in the order of the chain."""
    found = sorted({part.code for story in told for part in story.reasons})
    words = {code: codes.REASONS[code] for code in found}
    return {code: {"word": w, "meaning": m, "group": GROUP_OF.get(code, "")} for code, (w, m) in words.items()}
