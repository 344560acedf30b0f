"""The conduct of raid items -> rows of the table `tactics`, one for each target that does more than fly its route."""

import math
from typing import TYPE_CHECKING

import numpy as np

from skyreach.errors import BadInput
from skyreach.scenario.conduct import Evade
from skyreach.scenario.known import catalogue
from skyreach.scenario.models import RaidItem, Scenario
from skyreach.scenario.order_of_battle import Order
from skyreach.scenario.problems import spot
from skyreach.scenario.timeline import dark_for_good
from skyreach.units import TO_SI
from skyreach.world.codes import EVASIONS
from skyreach.world.tables import TABLES, dtype_of

if TYPE_CHECKING:
    from skyreach.catalog import Catalog, Item

SEEKER = ("seeker_range", "seeker_cone", "seeker_sigma", "frequency_min", "frequency_max")
CEP_OVER_SIGMA = math.sqrt(2.0 * math.log(2.0))  # median of a Rayleigh distribution


def tactics_of(scenario: Scenario, order: Order, cat: "Catalog") -> np.ndarray:
    """Rows of the table in the order of the targets.

    BadInput where a system lacks what its conduct needs, or a seeker has nothing to hear."""
    rows, first = [], 0
    for key in ("raid", "civil"):
        for n, item in enumerate(getattr(scenario, key)):
            if item.home_on or item.evade or item.damage == "cep":
                row = _row(scenario, order, cat, item, (key, n))
                for i in range(item.count):
                    row["target"] = first + i
                    rows.append(row.copy())
            first += item.count
    return np.array(rows, dtype_of(TABLES["tactics"])) if rows else np.zeros(0, dtype_of(TABLES["tactics"]))


def _row(scenario: Scenario, order: Order, cat: "Catalog", item: RaidItem, path: tuple) -> np.void:
    row = np.zeros(1, dtype_of(TABLES["tactics"]))[0]
    row["wanted"], row["radar"], row["t_warned"], row["t_clear"], row["t_chaff"] = -1, -1, np.inf, -np.inf, -np.inf
    system = cat[item.system]
    row["turn_g"] = system.si("g_max") / TO_SI["g"]
    names = [draft.name for draft in order.radars]
    if item.aim in names and item.aim not in [asset.name for asset in scenario.assets]:
        row["wanted"] = names.index(item.aim)
    if item.evade:
        able_to_pull(system, item.evade.g, spot(scenario, (*path, "evade")))
        _evade(row, cat, system, item.evade)
    if item.home_on:
        _home(row, order, cat, system, item, spot(scenario, (*path, "home_on")), dark_for_good(scenario, order))
    if item.damage == "cep" or item.home_on:
        _explode(row, scenario, cat, system, item, spot(scenario, (*path, "damage" if item.damage == "cep" else "home_on")))
    return row


def able_to_pull(system: "Item", g: float | None, where: str) -> None:
    """BadInput where a turn takes more g than the catalogue gives a system, or what it gives is not enough to turn at all.

    What stands in the packaged catalogue as the highest value may always be flown: a study may draw less."""
    most, key = system.value("g_max").si() / TO_SI["g"], f"{system.key}.g_max"
    if g is None and most <= 1.0:
        raise BadInput(where, f"{key} = {most:g} g: level flight takes 1 g", "g_max above 1 g", f"another value of catalog {key}")
    highest = max(most, catalogue()[system.key].value("g_max").si("high") / TO_SI["g"])
    if g is not None and g > highest:
        cure = f"g: {most:g}, or raise {key} under `catalog`"
        raise BadInput(f"{where}.g", f"{g:g} g, more than {system.key} can pull", f"at most {highest:g} g, its g_max", cure)


def _evade(row: np.void, cat: "Catalog", system: "Item", evade: Evade) -> None:
    warning, chaff = cat["rwr"], cat["chaff-bundle"]
    row["evades"], row["sin_dive"] = EVASIONS[evade.how], math.sin(system.si("dive_angle"))
    row["reaction"], row["clear_time"] = warning.si("reaction_time"), warning.si("clear_time")
    row["h_evade"] = system.si("min_height") if evade.height_m is None else evade.height_m
    row["turn_g"] = row["turn_g"] if evade.g is None else evade.g
    row["bundles"] = evade.chaff
    if evade.chaff:
        row["chaff_rcs"], row["chaff_life"], row["chaff_step"] = chaff.si("rcs"), chaff.si("life_time"), chaff.si("interval")


def _need(system: "Item", keys: tuple[str, ...], what: str, where: str, cat: "Catalog") -> None:
    missing = [key for key in keys if key not in system]
    if missing:
        able = ", ".join(other.key for other in cat.items(system.kind) if all(key in other for key in keys))
        given = f"{system.key} has no {', '.join(missing)} in the catalogue"
        raise BadInput(where, given, f"a system that can {what}: {able}", "name one of them in `system`, or leave this key out")


def _home(row: np.void, order: Order, cat: "Catalog", system: "Item", item: RaidItem, where: str, dark: set[int]) -> None:
    _need(system, SEEKER, "home on radars", where, cat)
    row["homes"] = 1
    row["seeker_range"], row["cos_cone"] = system.si("seeker_range"), math.cos(system.si("seeker_cone"))
    row["seeker_sigma"], row["low"], row["high"] = (system.si(key) for key in ("seeker_sigma", "frequency_min", "frequency_max"))
    names = [draft.name for draft in order.radars]
    if item.home_on != "emitters":
        row["wanted"] = names.index(str(item.home_on))
    heard = [
        i for i, draft in enumerate(order.radars)
        if row["wanted"] in (-1, i) and (draft.columns["emitting"] or draft.columns["cue_range"])
        and row["low"] <= draft.columns["frequency"] <= row["high"]
    ]  # fmt: skip
    if heard and dark.issuperset(heard):
        silent = ", ".join(order.radars[i].name for i in heard)
        raise BadInput(
            where, f"no emitter: by the timeline {silent} never radiates", "a radar that radiates at some time",
            "let the timeline begin later than at_s: 0, or give it until_s; or leave home_on out",
        )  # fmt: skip
    if not heard:
        band = f"{row['low'] / 1e9:g} to {row['high'] / 1e9:g} GHz"
        radars = "; ".join(f"{d.name} {d.columns['frequency'] / 1e9:.3g} GHz" for d in order.radars) or "none"
        raise BadInput(
            where, "no emitter: no radar that it could hear ever radiates", f"one within {band} (here: {radars})",
            "add one, let it radiate, or use another missile",
        )  # fmt: skip


def _explode(row: np.void, scenario: Scenario, cat: "Catalog", system: "Item", item: RaidItem, where: str) -> None:
    _need(system, ("cep", "warhead_mass"), "be judged by its point of impact", where, cat)
    row["explodes"], row["sigma_impact"] = 1, system.si("cep") / CEP_OVER_SIGMA
    scale = math.cbrt(system.si("warhead_mass"))
    hardness = next((asset.hardness for asset in scenario.assets if asset.name == item.aim), "soft")
    row["r_aim"], row["r_soft"] = (scale * cat[key].si("radius_of_1kg") for key in (hardness, "soft"))
