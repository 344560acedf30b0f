"""Checks that need more than one part of a scenario: names that meet, references that must lead somewhere."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from skyreach.errors import BadInput
from skyreach.scenario.aims import aims_of
from skyreach.scenario.fields import Level
from skyreach.scenario.known import catalogue, launcher_of, missiles_of, missiles_of_units, nearest, role
from skyreach.scenario.leave import leave_problems
from skyreach.scenario.models import Formation, Path, Place, RaidItem, Scenario
from skyreach.scenario.names import name_problems
from skyreach.scenario.places import site_of
from skyreach.scenario.problems import Problem
from skyreach.scenario.scoot import movers, scoot_problems
from skyreach.scenario.sizes import size_problems
from skyreach.scenario.tracking import LATE


def cross_check(scenario: Scenario) -> Iterator[Problem]:
    """Everything that does not fit together."""
    yield from size_problems(scenario)
    yield from name_problems(scenario)
    for path, place in _places(scenario):
        yield from _site(scenario, path, place)
    yield from leave_problems(scenario)
    for path, unit, parents in scenario.walk():
        yield from _formation(path, unit, parents)
        yield from _idle_link(path, unit, parents)
        yield from _protected(scenario, path, unit)
        yield from scoot_problems(scenario, path, unit)
    yield from _late(scenario)
    yield from _never_woken(scenario)
    items: dict[str, RaidItem] = {item.name: item for item in (*scenario.raid, *scenario.civil)}
    for path, item in _items(scenario):
        yield from _raid_item(scenario, items, path, item)
    yield from _asset_units(scenario)
    if scenario.traffic:
        given = "recordings are read only with a scenario file"
        yield Problem(("traffic",), given, "none here", "save it as a file, and load that")
    for key in scenario.catalog:
        yield from _override(key)


def _late(scenario: Scenario) -> Iterator[Problem]:
    """Plots that come late go into tracks of one filter only."""
    apart = scenario.tracking.apart(LATE)
    for path, unit, _ in scenario.walk() if apart else ():
        for i, radar in enumerate(unit.radars):
            if radar.plot_delay_s > 0.0:
                other, why = apart[0]
                key = other.partition(":")[0]
                allowed = f"0, or {key}: {type(scenario.tracking).model_fields[key].default} in `tracking`"
                given = f"{radar.plot_delay_s:g} together with {other} in `tracking`: {why}"
                yield Problem((*path, "radars", i, "plot_delay_s"), given, allowed, "leave one of the two out")


def _never_woken(scenario: Scenario) -> Iterator[Problem]:
    """Radars that wait for a hostile track, where no other one radiates that could find it."""
    units = [unit for _, unit, _ in scenario.walk()]
    if any(unit.point_defence or any(r.emitting and r.cue_km is None for r in unit.radars) for unit in units):
        return
    for path, unit, _ in scenario.walk():
        for i, radar in enumerate(unit.radars):
            if radar.cue_km is not None:
                given = "it stays silent for ever: no other radar radiates that could find the track it waits for"
                allowed = "beside a radar that radiates, of this unit or another"
                cure = "remove cue_km, or add an acquisition radar without it, and a command_post above both"
                yield Problem((*path, "radars", i, "cue_km"), given, allowed, cure)


def _idle_link(path: Path, unit: Formation, parents: Sequence[Formation]) -> Iterator[Problem]:
    """A link that is down or loses orders, where there is no command post to which it would lead."""
    above = any(parent.command_post for parent in parents)
    if unit.link == "down" and (unit.command_post or not above):
        why = "its own command post is there" if unit.command_post else "there is no command post above"
        allowed = "up, or a unit below one with a command_post"
        yield Problem((*path, "link"), f"without effect: {why}", allowed, "remove it, or write it one unit lower")
    if unit.link_loss and not above and not _posted(unit):
        given = "without effect: there is no command post above or here"
        yield Problem((*path, "link_loss"), given, "0, or a unit with a command_post above", "add a command_post, or remove it")


def _posted(unit: Formation) -> bool:
    """True if a unit or one below it has a command post."""
    return unit.command_post is not None or any(_posted(sub) for sub in unit.units)


def _items(scenario: Scenario) -> Iterator[tuple[Path, RaidItem]]:
    for group in ("raid", "civil"):
        for i, item in enumerate(getattr(scenario, group)):
            yield (group, i), item


def _asset_units(scenario: Scenario) -> Iterator[Problem]:
    """An asset that stands for a unit names one with something to lose: a command post, a fire unit, a point defence."""
    known = [pd.name for _, unit, _ in scenario.walk() for pd in unit.point_defence]
    known += [unit.name for _, unit, _ in scenario.walk() if unit.command_post or unit.engagement_radar()]
    for i, asset in enumerate(scenario.assets):
        if asset.unit is not None and asset.unit not in known:
            words = ", ".join(known)
            yield Problem(("assets", i, "unit"), "no command post or fire unit of this name", words, nearest(asset.unit, known))


def _places(scenario: Scenario) -> Iterator[tuple[Path, Place]]:
    for path, unit, _ in scenario.walk():
        if unit.command_post:
            yield (*path, "command_post", "at"), unit.command_post.at
        for group in ("radars", "launchers", "point_defence"):
            for i, member in enumerate(getattr(unit, group)):
                yield (*path, group, i, "at"), member.at
        for i, radar in enumerate(unit.radars):
            yield from (((*path, "radars", i, "decoys", n), place) for n, place in enumerate(radar.decoys))
        for at, _, scoot, _ in movers(path, unit):
            yield from (((*at, "to", i), place) for i, place in enumerate(scoot.to))
    for i, asset in enumerate(scenario.assets):
        yield ("assets", i, "at"), asset.at
    for i, way in enumerate(scenario.airways):
        yield from ((("airways", i, "points", n), place) for n, place in enumerate(way.points))
    for path, item in _items(scenario):
        for i, point in enumerate(item.route):
            if point.at:
                yield (*path, "route", i, "at"), point.at


def _site(scenario: Scenario, path: Path, place: Place) -> Iterator[Problem]:
    if place.site is None:
        return
    try:
        site_of(scenario, place.site)
    except BadInput as exc:
        at = path if place.distance_km is None else (*path, "site")
        yield Problem(at, "no site of this name in the scenario or the catalogue", exc.allowed, exc.cure)


def _formation(path: Path, unit: Formation, parents: Sequence[Formation]) -> Iterator[Problem]:
    """Launchers need an engagement radar in their unit or above; a fire unit has one."""
    engaging = [i for i, radar in enumerate(unit.radars) if role(radar.system) in ("engagement", "both")]
    for i in engaging[1:]:
        cure = "give it a unit of its own, with its launchers"
        yield Problem(
            (*path, "radars", i), "second engagement radar in one unit", "one engagement radar a unit", cure
        )
    if parents and (unit.level == parents[-1].level or _rank(unit) < _rank(parents[-1])):
        above = parents[-1]
        yield Problem(
            (*path, "level"), f"a {unit.level} under the {above.level} {above.name}", f"a level below {above.level}",
            "move it up, or give it the level that it has",
        )  # fmt: skip
    yield from _foreign(path, unit, parents)
    if unit.launchers and not engaging and not any(parent.engagement_radar() for parent in parents):
        yield Problem(
            (*path, "launchers"),
            "launchers without an engagement radar in their unit or in a unit above",
            "one radar of role engagement: " + ", ".join(_engagement_radars()),
            "add the radar to `radars`, or move the launchers under a unit that has one",
        )


def _rank(unit: Formation) -> int:
    """Place of a level in the chain of command, 0 the highest; a brigade may stand over regiments or under one."""
    return max(get_args(Level).index(unit.level), 1)


def _foreign(path: Path, unit: Formation, parents: Sequence[Formation]) -> Iterator[Problem]:
    """Launchers whose missiles the engagement radar of their unit, or of the one above, does not guide."""
    radar = next((r for step in (unit, *reversed(parents)) if (r := step.engagement_radar())), None)
    if radar is None:
        return
    own, guided = launcher_of(radar.system), missiles_of(radar.system)
    elsewhere = missiles_of_units().difference(guided)
    for i, group in enumerate(unit.launchers):
        if own and group.system != own:
            cure = f"the radar of its own fire unit for {group.system}, or the launcher {own}"
            given = f"a launcher whose missiles {radar.system} does not guide"
            yield Problem((*path, "launchers", i, "system"), given, own, cure)
            continue
        for missile in group.load if guided else ():
            if missile in elsewhere:
                cure = "the radar of a fire unit that has it in the catalogue"
                given = f"a missile that {radar.system} does not guide"
                yield Problem((*path, "launchers", i, "load", missile), given, ", ".join(guided), cure)


def _engagement_radars() -> list[str]:
    return sorted(item.key for item in catalogue().items("radar") if role(item.key) in ("engagement", "both"))


def _protected(scenario: Scenario, path: Path, unit: Formation) -> Iterator[Problem]:
    known = [asset.name for asset in scenario.assets]
    for _, other, _ in scenario.walk():
        known += [other.name, *(radar.name for radar in other.radars)]
    for i, defence in enumerate(unit.point_defence):
        if defence.tied and defence.protects is None:
            yield Problem((*path, "point_defence", i, "tied"), "tied to nothing", "protects", "name there what it stands by")
        if defence.protects is not None and defence.protects not in known:
            yield Problem(
                (*path, "point_defence", i, "protects"),
                "no asset, unit or radar of this name",
                ", ".join(known),
                nearest(defence.protects, known),
            )


def _raid_item(
    scenario: Scenario, items: dict[str, RaidItem], path: Path, item: RaidItem
) -> Iterator[Problem]:
    assets, aims = [asset.name for asset in scenario.assets], list(aims_of(scenario))
    if item.aim is not None and item.aim not in aims:
        known = aims if item.damage == "cep" or item.home_on else assets
        cure = nearest(item.aim, known) or "the name of an asset, or, with damage: cep, of a part of the defence"
        given = "no asset of this name" if known is assets else "no asset and no part of the defence of this name"
        yield Problem((*path, "aim"), given, ", ".join(known), cure)
    elif item.aim is not None and item.aim not in assets and item.damage != "cep" and item.home_on is None:
        given = f"{item.aim} is a part of the defence, no asset"
        yield Problem((*path, "aim"), given, ", ".join(assets), "damage: cep, by which the defence's own parts can be hit")
    blast = item.damage == "cep" and "warhead_mass" in catalogue()[item.system]
    if blast and item.aim is None and item.home_on is None:
        given = "a warhead without anything to hit: neither aim nor home_on"
        cure = "aim: the name of an asset or of a part of the defence; or leave damage out"
        yield Problem((*path, "damage"), given, "together with aim, or with home_on", cure)
    radars = [radar.name for _, unit, _ in scenario.walk() for radar in unit.radars]
    if item.home_on not in (None, "emitters", *radars):
        words = ", ".join(["emitters", *radars])
        yield Problem((*path, "home_on"), "no radar of this name", words, nearest(str(item.home_on), ["emitters", *radars]))
    if (item.start_s or 0) >= scenario.duration_s:
        allowed = f"below duration_s = {scenario.duration_s:g}"
        yield Problem(
            (*path, "start_s"), "starts after the end", allowed, "start earlier, or raise duration_s"
        )
    yield from _standing(path, item)
    if item.released_by:
        yield from _release(items, path, item)


def _standing(path: Path, item: RaidItem) -> Iterator[Problem]:
    """A leg without length has no course and no duration (compile finds those written in two ways)."""
    spots = [(point.at, point.lat, point.lon) for point in item.route]
    for i in range(1, len(spots)):
        if spots[i] == spots[i - 1]:
            given = "same place as the waypoint before"
            yield Problem((*path, "route", i), given, cure="remove one of the two")


def _release(items: dict[str, RaidItem], path: Path, item: RaidItem) -> Iterator[Problem]:
    release: Any = item.released_by
    at = (*path, "released_by")
    carrier = items.get(release.raid)
    if carrier is None:
        yield Problem(
            (*at, "raid"), "no raid item of this name", ", ".join(items), nearest(release.raid, items)
        )
        return
    if _carried_by_itself(items, item):
        yield Problem(
            (*at, "raid"), "a weapon that carries itself, by way of its carriers", "an aircraft of the raid"
        )
        return
    if carrier.ballistic:
        given = f"{carrier.name} flies free, from its launcher on"
        yield Problem((*at, "raid"), given, "an item that flies a route", "remove `ballistic` there, or name an aircraft")
    elif release.waypoint >= len(carrier.route):
        allowed = f"0 to {len(carrier.route) - 1} (the route of {carrier.name})"
        yield Problem((*at, "waypoint"), "no such waypoint", allowed, "waypoints are counted from 0")
    room = carrier.count * release.per_carrier
    if release.per_carrier > 1 and "count" not in item.model_fields_set:
        given = f"without count: one weapon in all, of the {room} that {carrier.name} can carry"
        yield Problem((*at, "per_carrier"), given, f"with count: 1 to {room}", f"count: {room}")
    if item.count > room:
        yield Problem(
            (*path, "count"),
            f"more than {carrier.count} x {release.per_carrier} that {carrier.name} can carry",
            f"at most {room}",
            "raise per_carrier, or the count of the carriers",
        )


def _carried_by_itself(items: dict[str, RaidItem], item: RaidItem) -> bool:
    seen = {item.name}
    step = item
    while step.released_by and step.released_by.raid in items:
        step = items[step.released_by.raid]
        if step.name in seen:
            return True
        seen.add(step.name)
    return False


def _override(key: str) -> Iterator[Problem]:
    """catalog: keys are `item.key` of a number in the catalogue."""
    system, _, name = key.rpartition(".")
    path: Path = ("catalog", key)
    try:
        item = catalogue()[system]
    except BadInput:
        known = sorted(other.key for other in catalogue().items())
        yield Problem(path, f"no item {system} in the catalogue", "item.key", nearest(system, known))
        return
    numbers = sorted(word for word, value in item.values.items() if value.form == "number")
    if name not in numbers:
        yield Problem(path, f"{item.key} has no number {name}", ", ".join(numbers), nearest(name, numbers))
