"""The question of a coverage: what stands at the site, where, how high; checked, and put into words for the answer."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from skyreach.analysis.coverage_grid import PolarGrid
from skyreach.analysis.coverage_sight import Eye
from skyreach.catalog import Catalog, Item
from skyreach.errors import BadInput
from skyreach.scenario.environment import Environment
from skyreach.scenario.known import nearest

TOP = 100e3  # m: nothing in the catalogue flies higher
RANGE_MAX = 1000.0  # km: beyond it the sphere at the site no longer stands for the earth
HEIGHTS_MAX = 12
Spot = str | Sequence[float]
Masts = dict[str, tuple[str, float]]  # radar: mast it stands on, antenna above ground [m]


class Place(NamedTuple):
    """A point on the ground in degrees, with its name."""

    name: str
    lat: float
    lon: float


class Parts(NamedTuple):
    """What stands at the site: radars, the ids of those that guide missiles, missiles, the advertised range [m]."""

    radars: list[Item]
    guiding: list[str]
    missiles: list[Item]
    circle: float


def parts(cat: Catalog, item: Item) -> Parts:
    """Radars and missiles of a system, fire unit or point defence; a single radar alone."""
    if item.kind == "radar":
        return Parts([item], [], [], item.si("instrumented_range"))
    if item.kind == "system":
        names = item.texts("components") if "components" in item else ()
    elif item.kind in ("point_defence", "fire_unit"):
        names = (item.text("search_radar"), item.text("engagement_radar"), *item.texts("missiles"))
    else:
        good = [i.key for kind in ("system", "fire_unit", "point_defence", "radar") for i in cat.items(kind)]
        raise BadInput(f"coverage: {item.key} is a {item.kind}", allowed=", ".join(good))
    found = [cat[name] for name in names if name in cat]
    radars = [i for i in found if i.kind == "radar"]
    missiles = [i for i in found if i.kind == "missile"]
    if not radars:
        raise BadInput(f"coverage: no radar of {item.key} is in the catalogue", cure="give a radar, such as 92n6e")
    guiding = [i.key for i in radars if i.text("role") != "acquisition"]
    if "range_aircraft" in item:
        circle = item.si("range_aircraft", "claim")
    else:
        circle = max(i.si("max_range_aircraft", "claim") for i in missiles)
    return Parts(radars, guiding, missiles, circle)


def spot(cat: Catalog, at: Spot, where: str = "coverage: at") -> Place:
    """A site of the catalogue, or latitude and longitude in degrees, as numbers or as text with a comma."""
    if isinstance(at, str) and "," not in at:
        sites = [item.key for item in cat.items("site")]
        if at not in cat or cat[at].kind != "site":
            cure = nearest(at, sites) or "latitude,longitude in degrees: 40.08,32.57"
            raise BadInput(where, at or "nothing", ", ".join(sites), cure)
        return Place(cat[at].key, math.degrees(cat[at].si("lat")), math.degrees(cat[at].si("lon")))
    try:
        lat, lon = (float(x) for x in (at.split(",") if isinstance(at, str) else at))
    except (TypeError, ValueError):
        raise BadInput(where, at, "latitude,longitude in degrees, or a site", "40.08,32.57 or murted") from None
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        cure = "the order is latitude,longitude" if abs(lon) <= 90.0 < abs(lat) <= 180.0 else ""
        raise BadInput(where, f"{lat:g},{lon:g}", "latitude -90 to 90, longitude -180 to 180", cure)
    return Place(f"{lat:g}, {lon:g}", lat, lon)


def masts(cat: Catalog, radars: list[Item], mast: str, verb: str = "coverage") -> Masts:
    """Mast and antenna height of each radar; a radar that cannot stand on the mast stands without."""
    known = ["none", *(item.key for item in cat.items("mast"))]
    if mast not in known:
        raise BadInput(f"{verb}: mast", mast, ", ".join(known), nearest(str(mast), known))
    out = {}
    for item in radars:
        on = mast if f"height_{mast}" in item else "none"
        out[item.key] = (on, item.si(f"height_{on}"))
    if mast != "none" and all(on == "none" for on, _ in out.values()):
        able = [m for m in known if any(f"height_{m}" in item for item in radars)]
        names = ", ".join(item.key for item in radars)
        raise BadInput(f"{verb}: mast for {names}", mast, ", ".join(able), f"{mast} does not carry them")
    return out


def heights(values: Iterable[float], verb: str = "coverage") -> list[float]:
    """Target heights [m] in the order given."""
    out = []
    for value in values:
        height = number(f"{verb}: height", value, "m")
        if not 0.0 < height <= TOP:
            raise BadInput(f"{verb}: height", f"{height:g} m", f"above 0, up to {TOP:,.0f} m")
        if height in out:
            raise BadInput(f"{verb}: height", f"{height:g} m twice", "different heights")
        out.append(height)
    if not 1 <= len(out) <= HEIGHTS_MAX:
        raise BadInput(f"{verb}: height", f"{len(out)} heights", f"1 to {HEIGHTS_MAX}", "100,1000,3000,10000")
    return out


def eye(cat: Catalog, rcs: float | None, target: str | None, verb: str = "coverage") -> Eye:
    """What the target shows: a cross-section in every band, Swerling 1 and never in the notch, or a threat that comes head-on."""
    if target is None:
        sigma = 1.0 if rcs is None else number(f"{verb}: rcs", rcs, "m2")
        return Eye((sigma, sigma, sigma), 1, math.inf)
    if rcs is not None:
        raise BadInput(f"{verb}: target and rcs", f"{target} and {rcs} m2", "one of the two")
    threats = [item.key for item in cat.items("threat")]
    if target not in cat or cat[target].kind != "threat":
        raise BadInput(f"{verb}: target", target, ", ".join(threats), nearest(target, threats))
    item = cat[target]
    front = item.si("rcs_x_front")
    longer = front * item.get_si("rcs_s_factor", 1.0)
    bands = (front, longer, item.get_si("rcs_vhf_front", longer))
    return Eye(bands, int(item.si("swerling")), item.si("cruise_speed"))


def environment(given: Environment | Mapping[str, Any] | None, verb: str = "coverage") -> Environment:
    """The Environment that was given, as such or as its keys; BadInput names the key that is wrong."""
    if isinstance(given, Environment):
        return given
    try:
        return Environment(**(given or {}))
    except ValidationError as error:
        first = error.errors()[0]
        context = first.get("ctx", {})
        known = list(Environment.model_fields)
        unknown = first["type"] == "extra_forbidden"
        keys = f"keys {', '.join(known)}" if unknown else first["msg"]
        raise BadInput(
            f"{verb}: environment {'.'.join(map(str, first['loc']))}", first.get("input"),
            str(context.get("allowed") or keys), str(context.get("cure") or ""),
        ) from None


def numbers(rcs: Any, k: Any, ref: str, pd: Any, radars: list[Item], verb: str = "coverage") -> None:
    """Checks the other numbers of the question."""
    if not 0.0 < number(f"{verb}: rcs", rcs, "m2") <= 1e6:
        cure = "0.1 for a cruise missile, 1 or 5 for a fighter"
        raise BadInput(f"{verb}: rcs", f"{rcs} m2", "above 0, up to 1,000,000 m2", cure)
    if not 0.3 <= number(f"{verb}: k", k, "1") <= 100.0:
        raise BadInput(f"{verb}: k", k, "0.3 to 100", "1.333, the mean of temperate climates")
    if ref not in ("agl", "msl"):
        raise BadInput(f"{verb}: ref", ref, "agl (above ground), msl (above mean sea level)")
    least = max(item.si("pfa") for item in radars)
    if not least < number(f"{verb}: pd", pd, "1") < 1.0:
        raise BadInput(f"{verb}: pd", pd, f"above {least:g} (false alarms) and below 1", "0.5")


def map_range(range_km: float | None, circle: float, verb: str = "coverage") -> float:
    """Radius of the map [m]."""
    if range_km is None:
        return circle
    if not 1.0 <= number(f"{verb}: range", range_km, "km") <= RANGE_MAX:
        raise BadInput(f"{verb}: range", f"{range_km:g} km", f"1 to {RANGE_MAX:,.0f} km")
    return float(range_km) * 1e3


def number(where: str, value: Any, unit: str) -> float:
    """A finite number [unit] from the user; where: what errors call it."""
    try:
        out = float(value)
    except (TypeError, ValueError):
        out = math.nan
    if isinstance(value, bool) or not math.isfinite(out):
        raise BadInput(where, value, f"a finite number [{unit}]" if unit else "a finite number")
    return out


def notes(item: Item, parts: Parts, mast: str, masts: Masts, grid: PolarGrid, levels: Iterable[Any]) -> tuple[str, ...]:
    """What a reader must know beside the figures."""
    words = []
    left = [key for key, (on, _) in masts.items() if on == "none"]
    if mast != "none" and left:
        words.append(f"{', '.join(left)} cannot stand on {mast}: without mast.")
    turned = [r for r in parts.radars if r.si("sector_width") < 2.0 * math.pi - 1e-9]
    words += [
        f"{r.key} looks through {math.degrees(r.si('sector_width')):.0f} degrees at a time: the map shows what it sees "
        "once turned there."
        for r in turned
    ]
    if item.kind != "radar":
        if not parts.missiles:
            words.append(f"No missile of {item.key} is in the catalogue: engageable areas are not given.")
        elif not parts.guiding:
            words.append(f"No radar that guides missiles of {item.key} is in the catalogue: engageable areas are not given.")
        else:
            names = ", ".join(parts.guiding)
            words.append(
                f"Engageable: seen by {names} and in reach of a missile, for a target that is there when the missile arrives; "
                "reaction time, channels and the target's course take more away."
            )
    cut = [f"{level.height:,.0f} m" for level in levels if np.any(level.seen[:, -1])]
    if cut:
        words.append(
            f"At {', '.join(cut)} the area seen reaches the rim of the map ({grid.r_max / 1e3:g} km): a wider map would "
            "show more."
        )
    if grid.r_max < parts.circle - 1.0:
        words.append(f"The map is smaller than the circle of {parts.circle / 1e3:g} km: shares count only what lies on it.")
    return tuple(words)
