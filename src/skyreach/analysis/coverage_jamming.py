"""Noise jammers of a coverage: what a user says of them, and at which range the echo burns through, radar by radar."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from skyreach.analysis import coverage_input as given
from skyreach.analysis.coverage_sight import Eye, Jammer, View, needed_for
from skyreach.catalog import Catalog, Item
from skyreach.engine.jamming import covers
from skyreach.errors import BadInput
from skyreach.physics.echo import burn_through
from skyreach.physics.radar import snr_at
from skyreach.scenario.known import nearest

CARRIED = "target"  # the place of a jammer that the target itself carries
FORM = "KIND@LATITUDE,LONGITUDE,HEIGHT (m msl), or KIND@target: carried by the target"


def jammers_of(cat: Catalog, said: Iterable[str | Jammer]) -> list[Jammer]:
    """Jammers as given, or from words KIND@LAT,LON,HEIGHT or KIND@target; KIND: a jammer of the catalogue."""
    return [one if isinstance(one, Jammer) else _one(cat, str(one)) for one in said]


def _one(cat: Catalog, said: str) -> Jammer:
    kind, at, place = (part.strip() for part in said.partition("@"))
    known = [item.key for item in cat.items("jammer")]
    if kind not in known:
        raise BadInput("coverage: jammer", said or "nothing", f"{FORM}; kinds: {', '.join(known)}", nearest(kind, known))
    item = cat[kind]
    figures = (item.si("power_density"), item.si("frequency_min"), item.si("frequency_max"))
    if place == CARRIED:
        return Jammer(math.nan, math.nan, math.nan, *figures, said)
    spot, comma, height = place.rpartition(",")
    if not (at and comma):
        raise BadInput("coverage: jammer", said, FORM, f"{kind}@39.3,33.1,9000")
    where = given.spot(cat, spot, f"coverage: jammer {kind}")
    h = given.number(f"coverage: jammer {kind}: height", height, "m msl")
    if not -500.0 < h <= given.TOP:
        raise BadInput(f"coverage: jammer {kind}: height", f"{h:g} m", f"-500 to {given.TOP:,.0f} m above mean sea level")
    return Jammer(where.lat, where.lon, h, *figures, said)


def burn_through_table(
    items: list[Item], radars: np.ndarray, views: list[View], eye: Eye, pd: float, jammers: list[Jammer]
) -> list[dict[str, Any]]:
    """One row for each radar: range of detection without jamming, towards the jammers, away from them, and against a target that
    carries its jammer [km]; in free space, within the instrumented range.

    Towards: the beam looks at the strongest jammer; away: the sum of all through the mean side lobe. None: no such jammer is
    heard."""
    rows = []
    for item, radar, view in zip(items, radars, views, strict=True):
        needed, rcs = float(needed_for(radar, eye.swerling, pd)), eye.rcs[radar["band"]]
        at_1m = float(snr_at(1.0, rcs, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"]))
        levels = view.jammers[:, 2]

        def reach(noise: float, at_1m: float = at_1m, needed: float = needed, radar: np.void = radar) -> float:
            return round(min((at_1m / (needed * (1.0 + noise))) ** 0.25, float(radar["r_max"])) / 1e3, 2)

        own = [j.density for j in jammers if j.carried and covers(radar, j.low, j.high)]
        screened = min((float(burn_through(radar, rcs, sum(own), needed)), float(radar["r_max"]))) if own else math.inf
        rest = float(radar["sidelobe"]) * float(levels.sum())
        rows.append({
            "radar": item.key,
            "jammers_heard": len(levels) + len(own),
            "clear_km": reach(0.0),
            "towards_km": reach(float(levels.max()) + rest) if len(levels) else None,
            "away_km": reach(rest) if len(levels) else None,
            "self_screening_km": round(min(screened / 1e3, reach(0.0)), 2) if own else None,
        })  # fmt: skip
    return rows
