"""The public range of a missile beside what the model reaches."""

from collections.abc import Iterable
from typing import Any

from skyreach.analysis import output
from skyreach.analysis.envelope_zones import Shooter
from skyreach.catalog import Catalog, Item

HIGH, LOW, SHORT = 10_000.0, 5000.0, 30e3  # m: heights that public ranges are read at; up to SHORT of range at LOW
STEPS = 24  # heights between floor and ceiling at which the greatest reach is sought


def read_height(item: Item) -> float:
    """Height [m] that the public range of a missile is read at here: none is published with it (CALIB)."""
    return LOW if item.si("max_range_aircraft") <= SHORT else HIGH


def public_range(cat: Catalog, item: Item, shooter: Shooter, levels: Iterable[float]) -> dict[str, Any]:
    """The advertised range against aircraft with its doubt and sources, and the reach of the model with its deviation.

    Fixed points, smooth earth: at the height that the range is read at, at each of levels [m], and where it is greatest between
    the lowest and the highest target of the catalogue. Validated: test_envelope_claim."""
    value = item.value("max_range_aircraft")
    known = [cat.sources()[key] for key in value.source]
    claim = value.si("claim")
    floor, top = shooter.h_site + item.si("min_altitude"), item.si("max_altitude")
    steps = [floor + (top - floor) * n / STEPS for n in range(STEPS + 1)]
    greatest = max((_beside(shooter, h, claim) for h in steps), key=lambda row: row["reach_km"] or 0.0)
    return {
        "key": "max_range_aircraft", "range_km": claim / 1e3, "low_km": value.si("low") / 1e3, "high_km": value.si("high") / 1e3,
        "confidence": value.confidence, "read_at": _beside(shooter, read_height(item), claim), "greatest": greatest,
        "by_height": [_beside(shooter, h, claim) for h in levels],
        "sources": [{"key": one.key, "title": one.title, "address": one.address, "opened": one.seen} for one in known],
    }  # fmt: skip


def _beside(shooter: Shooter, h: float, claim: float) -> dict[str, Any]:
    """Reach at a height, and its deviation from the claim [m] in per cent."""
    far = shooter.reach(h)[1]
    reach = output.finite(far / 1e3, 2)
    return {"height_m": round(h, 1), "reach_km": reach, "deviation_percent": output.finite(100.0 * (far / claim - 1.0), 1)}
