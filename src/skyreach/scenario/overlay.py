"""The catalogue as a scenario has it: claim sets and values of its own laid over; errors say where in the file they stand."""

from typing import TYPE_CHECKING

from skyreach.errors import BadInput
from skyreach.scenario.problems import spot

if TYPE_CHECKING:
    from skyreach.catalog import Catalog
    from skyreach.scenario.models import Scenario


def values_of(scenario: "Scenario") -> "Catalog":
    """The catalogue with the claims of a scenario laid over it, and its single values over these."""
    from skyreach.catalog import load
    from skyreach.catalog.claims import lay_claims

    cat = load()
    for i, name in enumerate(scenario.claims):
        try:
            lay_claims(cat, name)
        except BadInput as exc:
            raise BadInput(f"{spot(scenario, ('claims', i))}: {exc.where}", exc.given, exc.allowed, exc.cure) from None
    try:
        cat.override(scenario.catalog)
    except BadInput as exc:
        key = next((key for key in scenario.catalog if exc.where.lower().endswith(_canonical(cat, key))), "")
        place = spot(scenario, ("catalog", key) if key else ("catalog",))
        raise BadInput(place, exc.given, exc.allowed, exc.cure) from None
    return cat


def _canonical(cat: "Catalog", path: str) -> str:
    """ITEM.KEY with the item's own key, in the place of one of its other names."""
    name, _, key = path.rpartition(".")
    return f"{cat[name].key}.{key}" if name in cat else path
