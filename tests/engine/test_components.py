"""Each component of an S-400 taken away gives a loss of its own, by name: the last word of the ledger on the same three targets.

High: an E-3 in the south at 8 km height, while the engagement radar looks north: the regiment's radars have it first.
Far: an E-3 in the south, 320 km away at 9 km height: in the scale of the 91N6E (600 km), beyond that of the 96L6E (300 km).
Low: an E-3 40 m above the sea, 48 to 30 km away in the north: the antenna of the 92N6E, 7 m up, and that of the 91N6E, 8 m up, see
40 m to 37 and 38 km (4/3 earth); the 96L6E on the mast 40V6MD sees beyond.
"""

import pytest

from skyreach.analysis.worth import nodes, without
from skyreach.world import codes

LOSS = {  # component: (target, the limit that then binds, and does not with all of them)
    "regiment command post": ("high", codes.R_CUT_OFF),
    "bird": ("far", codes.R_SECTOR),
    "board": ("low", codes.R_HORIZON),
    "unit": ("high", codes.R_UNIT_LOST),
    "unit-eye": ("high", codes.R_NO_FIRE_CONTROL),
    "unit launchers": ("high", codes.R_MAGAZINE),
}


@pytest.fixture(scope="module")
def regiment(lab):
    radars = [{"name": "bird", "system": "91n6e", "at": "home"}, {"name": "board", "system": "96l6e", "at": "home", "mast": "40v6md"}]
    raid = [
        lab.flyer("high", "e-3", 120, 40, 8000.0, bearing=180.0, speed=200.0),
        lab.flyer("far", "e-3", 325, 310, 9000.0, bearing=180.0, speed=200.0),
        lab.flyer("low", "e-3", 48, 40, 40.0, speed=150.0),
    ]
    data = lab.scenario(
        *raid, formations=[lab.regiment(lab.fire_unit(), radars=radars)], duration_s=80.0,
        catalog={"48n6e3.pk_aircraft": 1.0, "48n6e3.reliability": 1.0}, environment={"clutter": False, "multipath": "off"},
    )  # fmt: skip
    return lab.compile(data)


def binding(lab, compiled, target):
    """Seconds for which each reason of the fire unit held for a target."""
    run = lab.play(compiled)
    k, j = compiled.names["sites"].index("unit"), compiled.names["targets"].index(target)
    total = {}
    for code, a, b in lab.reasons_of(run, k, j):
        total[code] = total.get(code, 0.0) + b - a
    return total


def test_the_list_is_that_of_the_components(regiment):
    assert {node.name for node in nodes(regiment)} == set(LOSS)


def test_with_all_of_them_all_targets_are_handled(lab, regiment):
    assert codes.R_REACTION in binding(lab, regiment, "high")
    assert codes.R_TOO_FAR in binding(lab, regiment, "far")
    assert codes.R_IDENTITY in binding(lab, regiment, "low")  # firm track before the horizon of the others


@pytest.mark.parametrize("name", LOSS)
def test_without_a_component_its_own_loss_is_named(lab, regiment, name):
    target, code = LOSS[name]
    node = next(node for node in nodes(regiment) if node.name == name)
    total = binding(lab, without(regiment, node), target)
    said = {codes.REASONS[c][0]: t for c, t in total.items()}
    assert total.get(code, 0.0) > binding(lab, regiment, target).get(code, 0.0) + 10.0, said
    assert codes.R_ENGAGED not in total


def test_the_losses_are_distinct():
    assert len({code for _, code in LOSS.values()}) == len(LOSS)
