"""Low and high of the catalogue carried through a coverage: every doubtful figure at its worse end, then at its better end."""

from collections.abc import Iterable

from skyreach.catalog import Item
from skyreach.catalog.schema import NUMBER
from skyreach.scenario.environment import Environment

# Which end helps: 1 more is better, -1 less is better. What is not named stays nominal.
HELPS = {
    "reference_range": 1, "instrumented_range": 1, "reference_pd": 1, "elevation_min": -1, "elevation_max": 1,
    "improvement_clutter": 1, "improvement_rain": 1, "sidelobe": -1, "notch_speed": -1,
    "min_range": -1, "max_range_aircraft": 1, "min_height": -1, "max_height": 1, "max_time": 1,
    "power_density": -1,
}  # fmt: skip
WORSE, BETTER = "low", "high"
LEVELS = {WORSE: "high", BETTER: "low"}  # of the echo of land and sea


def band_overrides(items: Iterable[Item], end: str) -> dict[str, float]:
    """Catalogue values, "item.key" -> number, with every doubtful one of radars, missiles and jammers at the end that makes
    the area `low`
    or `high`; masts by the height that they give."""
    other = {WORSE: BETTER, BETTER: WORSE}[end]
    out = {}
    for item in items:
        for key, value in item.values.items():
            sign = 1 if key.startswith("height_") else HELPS.get(key, 0)
            if value.form == NUMBER and sign and value.low < value.high:
                out[f"{item.key}.{key}"] = getattr(value, end if sign > 0 else other)
    return out


def band_environment(environment: Environment, end: str) -> Environment:
    """The surroundings with the echo of the surface at the other end, where it was nominal."""
    return environment.model_copy(update={"level": LEVELS[end]}) if environment.level == "nominal" else environment
