"""Rule of a range stated against a target at a low height: the vertical coverage of the model, and what horizon and echo say."""

from dataclasses import replace

from skyreach.analysis.claims_parts import HOLDS, IF, IMPOSSIBLE, NEAR, NOT, Answer, Parts, masts, sight
from skyreach.analysis.vcd import Vcd, vcd
from skyreach.catalog import Item
from skyreach.units import to_si

PD = 0.5  # of one look, as the reference ranges are read
LARGEST = 1e4  # m2: beyond it a cross-section is no answer
BEYOND = 1.02  # share of the horizon beyond which no radar of any strength sees


def low_range(parts: Parts, radar: Item, key: str, height: float) -> Answer:
    """A range of a radar against a target at a low height [m], from its highest mast: detection over smooth farmland.

    Validated: test_claims (yardsticks V4, V5, V7)."""
    value, mast = radar.value(key), masts(radar)[-1]
    stated = "published_rcs" in radar
    rcs = radar.si("published_rcs") if stated else radar.si("reference_rcs")
    name = next(n.removeprefix("height_") for n in sorted(radar.values) if n.startswith("height_") and radar.si(n) == mast)
    found = vcd(radar.key, mast=name, rcs=rcs, pd=(PD,), heights=(height,), overrides=parts.overrides)
    far, claim, got = sight(mast, height), value.si(), _range(found)
    model = got / to_si(1.0, value.unit)
    words = (
        f"{rcs:g} m2 at {height:g} m from {mast:g} m over smooth farmland, Pd {PD:g} a look, reflection included: "
        f"{got / 1e3:.0f} km (in free space {found.free_space(PD) / 1e3:.0f}, horizon {far / 1e3:.0f} km)"
    )
    if claim > BEYOND * far:
        return Answer(model, IMPOSSIBLE, f"beyond the horizon of {far / 1e3:.0f} km (k = 4/3), whatever the radar; {words}")
    if got >= NEAR * claim:
        near = f"holds within a tenth for {rcs:g} m2, of which the reference range is; the claim states no cross-section; {words}"
        return Answer(model, HOLDS if stated else IF, words if stated else near)
    needed = _rcs_for(found, claim)
    if needed > LARGEST:
        return Answer(model, NOT, f"no cross-section is seen that far: echo is not what ends it; {words}")
    if stated:
        return Answer(model, NOT, f"{needed:.2g} m2 are needed for the claim; {words}")
    return Answer(model, IF, f"holds for {needed:.2g} m2 and more, the claim states no cross-section; {words}")


def _range(found: Vcd) -> float:
    """Farthest detection [m] in the one row of a diagram."""
    return 1e3 * float(found.table[0]["farthest_km"])


def _rcs_for(found: Vcd, claim: float) -> float:
    """Least cross-section [m2] that is seen to a range [m], within one per cent; twice LARGEST where none is."""
    low, high = found.scene.rcs, 2.0 * LARGEST
    while high > 1.01 * low:
        middle = (low * high) ** 0.5
        seen = _range(replace(found, scene=found.scene._replace(rcs=middle))) >= 0.999 * claim
        low, high = (low, middle) if seen else (middle, high)
    return high
