"""Questions to the catalogue while a scenario is being checked, answered in the words of its author."""

from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from skyreach.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skyreach.catalog import Catalog, Item


@cache
def catalogue() -> "Catalog":
    """The catalogue as packaged, without overrides: what exists and of which kind does not depend on them."""
    from skyreach.catalog import load  # reads some hundred kilobytes of TOML: only when something is asked

    return load()


def refuse(given: str, allowed: str = "", cure: str = "", at: str = "") -> PydanticCustomError:
    """An error for a pydantic validator to raise; at: the key it is about, when a whole model is checked."""
    parts = {"given": given, "allowed": allowed, "cure": cure, "at": at}
    return PydanticCustomError("skyreach", "{given}", parts)


def nearest(word: str, words: "Iterable[str]") -> str:
    """`did you mean x or y?` for a word that is not among words, or nothing.

    A beginning of a word counts as that word; beside the best match only those nearly as good are named.
    """
    by_lower = {w.lower(): w for w in words}
    given = word.lower()
    close = [w for w in by_lower if len(given) > 2 and w.startswith(given)][:3]
    if not close:
        close = get_close_matches(given, by_lower, n=3, cutoff=0.55)
        likeness = [SequenceMatcher(None, w, given).ratio() for w in close]
        close = [w for w, ratio in zip(close, likeness, strict=True) if ratio > likeness[0] - 0.1]
    return f"did you mean {' or '.join(by_lower[w] for w in close)}?" if close else ""


def find(system: str, kind: str) -> "Item":
    """Catalogue item of that kind; refuses an unknown name and an item of another kind."""
    cat = catalogue()
    names = sorted(item.key for item in cat.items(kind))
    try:
        item = cat[system]
    except BadInput:
        raise refuse(
            f"no {kind} of this name is in the catalogue", ", ".join(names), nearest(system, names)
        ) from None
    if item.kind != kind:
        raise refuse(
            f"{item.key} is a {item.kind}, not a {kind}",
            ", ".join(names),
            f"put a {item.kind} where that kind belongs",
        )
    return item


def carriers_of(missile: str) -> str:
    """What fires a missile of the catalogue, in words of advice."""
    cat = catalogue()
    launchers = [item.key for item in cat.items("launcher") if f"load_{missile}" in item]
    if launchers:
        return f"{missile} goes on {' or '.join(launchers)}"
    defences = [item.key for item in cat.items("point_defence") if missile in item.texts("missiles")]
    if defences:
        return f"{missile} is fired by {' or '.join(defences)}: list that under point_defence"
    return f"no launcher of the catalogue takes {missile}"


def launcher_of(radar: str) -> str:
    """The launcher that belongs to an engagement radar in the fire units of the catalogue; nothing where none has that radar."""
    return next((item.text("launcher") for item in _units_with(radar)), "")


def missiles_of(radar: str) -> tuple[str, ...]:
    """Missiles of the fire units of the catalogue that have an engagement radar."""
    return tuple(missile for item in _units_with(radar) for missile in item.texts("missiles"))


def missiles_of_units() -> set[str]:
    """Missiles that the catalogue gives to some fire unit."""
    return {missile for item in catalogue().items("fire_unit") for missile in item.texts("missiles")}


def _units_with(radar: str) -> list["Item"]:
    return [item for item in catalogue().items("fire_unit") if radar in item.texts("engagement_radar")]


def role(system: str) -> str:
    """acquisition, engagement or both, for a radar of the catalogue."""
    return catalogue()[system].text("role")
