"""Single changes to a run, for counterfactuals on the same dice: each lifts one limit and leaves the rest as it was.

A change edits the scenario, before it is checked again, or the compiled numbers, where only the line of sight changes.
The list goes from what an order gives to what no defender can have; `whatif` names the first that stops a target.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skyreach.catalog import Catalog, load
from skyreach.earth.floor import Antenna, cached_floors
from skyreach.earth.geodesy import ecef_to_geodetic
from skyreach.earth.terrain import SMOOTH, Dem, open_terrain
from skyreach.errors import BadInput
from skyreach.scenario import Scenario, read_scenario
from skyreach.scenario.compile import Compiled, compile_scenario
from skyreach.scenario.known import catalogue, nearest
from skyreach.scenario.models import Formation
from skyreach.scenario.names import launcher_names, post_name
from skyreach.scenario.settings import parse_settings
from skyreach.scenario.yamltree import dump
from skyreach.world.codes import PART_RADAR
from skyreach.world.state import copy_world

Data = dict[str, Any]
MOST_SALVO, MOST_COUNT, MOST_POINTS = 4, 64, 1000  # what the scenario takes
NOTHING_HIDES = -1e9  # m, a lowest visible height below everything


@dataclass(frozen=True)
class Change:
    """key: its name on the command line; words: what it does; edit: changes scenario data, False where there is nothing to
    change; after: changes the compiled numbers instead."""

    key: str
    words: str
    edit: Callable[[Data, Scenario, Catalog], bool] | None = None
    after: Callable[[Compiled], Compiled] | None = None


def _formations(data: Data) -> Iterator[Data]:
    stack = list(data.get("formations", []))
    while stack:
        unit = stack.pop(0)
        yield unit
        stack = list(unit.get("units", [])) + stack


def _doctrine(data: Data, key: str, value: Any) -> bool:
    """Write one key of every doctrine there is; False where all had that value."""
    held = [unit["doctrine"] for unit in _formations(data) if unit.get("doctrine") and key in unit["doctrine"]]
    top = data.setdefault("doctrine", {})
    changed = top.get(key) != value or any(doctrine[key] != value for doctrine in held)
    for doctrine in (top, *held):
        doctrine[key] = value
    return changed


def _shooters(scenario: Scenario, cat: Catalog) -> set[str]:
    """Catalogue items of the fire units and point defences that take part."""
    radars = {radar.system for _, unit, _ in scenario.walk() for radar in unit.radars}
    found = {item.key for item in cat.items("fire_unit") if radars & set(item.value("engagement_radar").texts)}
    return found | {cat[d.system].key for _, unit, _ in scenario.walk() for d in unit.point_defence}


def _posts(scenario: Scenario, cat: Catalog) -> set[str]:
    return {cat[unit.command_post.system].key for _, unit, _ in scenario.walk() if unit.command_post}


def _missiles(scenario: Scenario, cat: Catalog) -> set[str]:
    found = {cat[key].key for _, unit, _ in scenario.walk() for group in unit.launchers for key in group.load}
    defences = {d.system for _, unit, _ in scenario.walk() for d in unit.point_defence}
    return found | {cat[key].key for d in defences for key in cat[d].value("missiles").texts[:1]}


def _set(data: Data, cat: Catalog, items: set[str], keys: Sequence[str], new: Callable[[float], float]) -> bool:
    """Override values of the catalogue by what `new` makes of them; False where nothing moves."""
    moved = False
    for item in sorted(items):
        for key in keys:
            if key in cat[item]:
                old = cat[item].value(key).nominal
                data.setdefault("catalog", {})[f"{item}.{key}"] = new(old)
                moved |= new(old) != old
    return moved


def _quick(keys: Sequence[str], items: Callable[[Scenario, Catalog], set[str]]) -> Callable[[Data, Scenario, Catalog], bool]:
    return lambda data, scenario, cat: _set(data, cat, items(scenario, cat), keys, lambda old: 0.5 * old)


def _one_more(key: str) -> Callable[[Data, Scenario, Catalog], bool]:
    return lambda data, scenario, cat: _set(data, cat, _shooters(scenario, cat), [key], lambda old: old + 1.0)


def _salvo(data: Data, scenario: Scenario, _: Catalog) -> bool:
    written = scenario.doctrine.salvo
    return written < MOST_SALVO and _doctrine(data, "salvo", written + 1)


def _own_release(data: Data, scenario: Scenario, cat: Catalog) -> bool:
    """Nobody's leave: how long it takes and how often it is refused goes with it."""
    for doctrine in (data.get("doctrine") or {}, *(unit.get("doctrine") or {} for unit in _formations(data))):
        for key in ("refusal", "consent_delay_s"):
            doctrine.pop(key, None)
    return _doctrine(data, "release", "own")


def _more_missiles(data: Data, scenario: Scenario, cat: Catalog) -> bool:
    groups = [group for unit in _formations(data) for group in unit.get("launchers", [])]
    for group in groups:
        group["count"] = min(2 * group.get("count", 1), MOST_COUNT)
    defences = {cat[d.system].key for _, unit, _ in scenario.walk() for d in unit.point_defence}
    return _set(data, cat, defences, ["rounds"], lambda old: 2.0 * old) or bool(groups)


def _mast_up(data: Data, _: Scenario, cat: Catalog) -> bool:
    moved = False
    for unit in _formations(data):
        for radar in unit.get("radars", []):
            item = cat[radar["system"]]
            heights = {key.removeprefix("height_"): item.value(key).nominal for key in item.values if key.startswith("height_")}
            masts = {m: h for m, h in heights.items() if m == "none" or m in catalogue()}
            best = max(masts, key=lambda mast: masts[mast])
            if masts[best] > masts.get(radar.get("mast", "none"), 0.0):
                radar["mast"], moved = best, True
    return moved


def _stand(level: Callable[[Formation], bool]) -> Callable[[Data, Scenario, Catalog], bool]:
    """Assets that stand for a unit of some kind withstand everything."""

    def edit(data: Data, scenario: Scenario, _: Catalog) -> bool:
        spared = _unhappen(data, {"lost"}, {name for _, unit, _ in scenario.walk() if level(unit) for name in _names(unit)})
        posts = {unit.name for _, unit, _ in scenario.walk() if level(unit)}
        points = {d.name for _, unit, _ in scenario.walk() for d in unit.point_defence}
        chosen = [a for a in data.get("assets", []) if a.get("unit") in posts or (a.get("unit") in points and level is _fights)]
        for asset in chosen:
            asset["points"] = MOST_POINTS
        return bool(chosen) or spared

    return edit


def _names(unit: Formation) -> list[str]:
    """The names by which a timeline can mean a formation, its command post and its parts."""
    radars, defences = [radar.name for radar in unit.radars], [defence.name for defence in unit.point_defence]
    launchers = [name for group in launcher_names(unit) for name in group]
    return [unit.name, post_name(unit.name), *radars, *defences, *launchers]


def _unhappen(data: Data, kinds: set[str], names: set[str] | None = None) -> bool:
    """Take items of the timeline out, of some kinds and about some names (all where None); False where there were none."""
    items = data.get("timeline", [])
    kept = [item for item in items if item["what"] not in kinds or (names is not None and item["of"] not in names)]
    data["timeline"] = kept
    return len(kept) < len(items)


def _fights(unit: Formation) -> bool:
    return unit.engagement_radar() is not None


def _commands(unit: Formation) -> bool:
    return unit.command_post is not None and not _fights(unit)


def _linked(data: Data, scenario: Scenario, cat: Catalog) -> bool:
    moved = _unhappen(data, {"cut"})
    for unit in _formations(data):
        moved |= unit.get("link") == "down" or unit.pop("link_loss", 0.0) > 0.0
        unit.pop("link", None)
        for radar in unit.get("radars", []):
            moved |= radar.pop("plot_loss", 0.0) > 0.0
    return _stand(_commands)(data, scenario, cat) or moved


def _always_on(data: Data, _: Scenario, __: Catalog) -> bool:
    moved = _unhappen(data, {"silent"})
    for unit in _formations(data):
        for radar in unit.get("radars", []):
            moved |= not radar.pop("emitting", True)
            moved |= radar.pop("cue_km", None) is not None or radar.pop("blink", None) is not None
    return moved


def _beam_time(data: Data, scenario: Scenario, cat: Catalog) -> bool:
    radars = {cat[radar.system].key for _, unit, _ in scenario.walk() for radar in unit.radars}
    limited = {key for key in radars if "search_share" in cat[key]}
    return _set(data, cat, limited, ["track_capacity"], lambda old: 10.0 * old)


def _no_jamming(data: Data, _: Scenario, __: Catalog) -> bool:
    jammers = [item for part in ("raid", "civil") for item in data.get(part, []) if item.pop("jammer", None)]
    return bool(jammers)


def _no_clutter(data: Data, _: Scenario, __: Catalog) -> bool:
    around = data.setdefault("environment", {})
    had: bool = around.get("clutter", True)
    around["clutter"] = False
    return had


def _sure_shots(data: Data, scenario: Scenario, cat: Catalog) -> bool:
    keys = ("reliability", "pk_aircraft", "pk_cruise", "pk_ballistic", "pk_drone")
    missiles = _missiles(scenario, cat)
    _set(data, cat, missiles, ["lethal_radius"], lambda old: 10.0 * old)
    return _set(data, cat, missiles, keys, lambda _: 1.0)


def bare(compiled: Compiled) -> Compiled:
    """The same run with hills that hide nothing: floors of the smooth earth under the same antennas; routes as they were."""
    dem: Dem = compiled.model.ground  # type: ignore[assignment]
    dr = float(compiled.model.params[0]["floor_dr"])
    box = (dem.lat0, dem.lat0 + dem.dlat * (dem.h.shape[0] - 1), dem.lon0, dem.lon0 + dem.dlon * (dem.h.shape[1] - 1))
    smooth = open_terrain(SMOOTH).window(*box)
    floors = np.full_like(compiled.model.floors, np.inf)
    places = []
    for n in range(len(floors)):
        radars = compiled.world.radars[compiled.world.radars["floor"] == n]
        berths = compiled.world.berths[(compiled.world.berths["kind"] == PART_RADAR) & (compiled.world.berths["floor"] == n)]
        reach = max([*radars["r_max"], *compiled.world.radars["r_max"][berths["row"]]])  # a place may be one of a unit that moves
        lat, lon, h = ecef_to_geodetic(*(radars if len(radars) else berths)[0]["pos_ecef"])
        places.append(Antenna(lat, lon, h, math.ceil(float(reach) / dr) * dr))
    made = cached_floors(smooth, places, dr, floors.shape[2], float(compiled.model.params[0]["k"]))
    for full, part in zip(floors, made, strict=True):
        full[0, :, : part.shape[1]] = part
        full[1:] = -np.inf  # no duct
    return _with_floors(compiled, floors)


def flat(compiled: Compiled) -> Compiled:
    """The same run over an earth that hides nothing: neither hills nor its curve, nor the lower edge of the beams."""
    out = _with_floors(compiled, np.full_like(compiled.model.floors, NOTHING_HIDES))
    out.world.radars["tan_el_min"] = -math.inf
    return out


def _with_floors(compiled: Compiled, floors: np.ndarray) -> Compiled:
    return replace(compiled, model=compiled.model._replace(floors=floors), world=copy_world(compiled.world))


CHANGES: tuple[Change, ...] = (
    Change("weapons-free", "weapons free for every unit", lambda d, s, c: _doctrine(d, "weapons", "free")),
    Change("engage-all", "every unit may engage every class", lambda d, s, c: _doctrine(d, "engage", "all")),
    Change("own-release", "no leave to fire is needed", _own_release),
    Change("salvo+1", "one more missile in a salvo", _salvo),
    Change("quick-identification", "identification in half the time", _quick(["identify_time"], _posts)),
    Change("quick-reaction", "reaction and assessment in half the time", _quick(["reaction_time", "assess_time"], _shooters)),
    Change("target-channel+1", "one more target channel at every fire unit", _one_more("target_channels")),
    Change("missile-channel+1", "one more missile channel at every fire unit", _one_more("missile_channels")),
    Change("more-missiles", "twice the launchers and the ready missiles", _more_missiles),
    Change("mast-up", "every radar on the highest mast known for it", _mast_up),
    Change("unit-alive", "no fire unit is lost", _stand(_fights)),
    Change("link-restored", "every link is up, loses nothing, and no command post is lost", _linked),
    Change("always-on", "every radar radiates all the time", _always_on),
    Change("beam-time", "radars hold ten times as many tracks", _beam_time),
    Change("no-jamming", "no jammer radiates", _no_jamming),
    Change("no-clutter", "no echo of ground, sea or rain", _no_clutter),
    Change("sure-shots", "every missile works and kills within ten times its lethal radius", _sure_shots),
    Change("no-terrain", "hills hide nothing", after=bare),
    Change("flat-earth", "neither hills nor horizon hide anything", after=flat),
)  # fmt: skip
BY_KEY = {change.key: change for change in CHANGES}


def changed(scenario: Scenario, terrain: Any, words: Sequence[str], log: bool = True) -> Compiled | None:
    """The scenario compiled with changes: names of CHANGES, or `path=value` as with --set; None where a named one alters
    nothing. BadInput for other words."""
    settings = parse_settings(word for word in words if "=" in word)
    named = [_find(word) for word in words if "=" not in word and word != "none"]
    data = scenario.model_dump(mode="json", exclude_unset=True)
    cat = load(dict(scenario.catalog), claims=scenario.claims)
    for change in named:
        if change.edit and not change.edit(data, scenario, cat):
            return None
    new = read_scenario(dump(data), scenario.name, settings) if settings or any(c.edit for c in named) else scenario
    compiled = compile_scenario(new, terrain, log)
    for change in named:
        compiled = change.after(compiled) if change.after else compiled
    return compiled


def _find(word: str) -> Change:
    if word not in BY_KEY:
        cure = nearest(word, BY_KEY) or "path=value changes the scenario as --set does"
        raise BadInput(f"--change {word}", allowed=", ".join(("none", *BY_KEY, "path=value")), cure=cure)
    return BY_KEY[word]
