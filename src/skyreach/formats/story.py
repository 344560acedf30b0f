"""Events of a run as sentences with a time and the entities they are about, and what radars and fire units do when."""

from dataclasses import dataclass
from typing import Any

from skyreach.formats.reader import Entity, Feed
from skyreach.records.explain import sentence
from skyreach.world import codes


@dataclass(frozen=True)
class Mark:
    """Something that happened: t [s], word of codes.EVENTS, text, numbers of target and other entity (0 none), value."""

    t: float
    kind: str
    text: str
    target: int
    other: int
    missile: int
    value: float


OF_SITE = {codes.E_ASSIGNED, codes.E_ABORTED, codes.E_LAUNCH, codes.E_HOMING, codes.E_DETONATION, codes.E_MISSILE_LOST,
           codes.E_KILL, codes.E_ASSESSED, codes.E_ARRIVED, codes.E_DAMAGE, codes.E_SITE_LOST, codes.E_RELEASED, codes.E_REFUSED,
           codes.E_RELOADED, codes.E_HANDED_OVER, codes.E_LAUNCHER_LOST, codes.E_PACKS, codes.E_IN_PLACE,
           codes.E_DARK}  # fmt: skip
OF_RADAR = {codes.E_FIRST_SEEN, codes.E_STROBE, codes.E_EMISSION, codes.E_BEAM_FULL, codes.E_WARNED, codes.E_EVADES,
            codes.E_EMITTER, codes.E_EMITTER_SILENT, codes.E_RADAR_LOST}  # fmt: skip
OF_MISSILE = {codes.E_LAUNCH, codes.E_HOMING, codes.E_DARK, codes.E_DETONATION, codes.E_MISSILE_LOST, codes.E_KILL}


def word(code: Any) -> str:
    """The word of an event code."""
    return codes.EVENTS[int(code)][0]


def marks(feed: Feed) -> list[Mark]:
    """All events in the order of time."""
    radars, sites = feed.run.radars["name"].to_pylist(), feed.run.sites["name"].to_pylist()
    shots = feed.run.shots.to_pylist()
    site_words, radar_words, missile_words = ({word(c) for c in group} for group in (OF_SITE, OF_RADAR, OF_MISSILE))
    out = []
    for e in feed.run.events.to_pylist():
        kind = e["kind"]
        other = feed.number("site", e["b"]) if kind in site_words else feed.number("radar", e["b"]) if kind in radar_words else 0
        missile = feed.number("missile", e["c"]) if kind in missile_words else 0
        text = sentence(e, radars, sites, shots, feed.run)
        out.append(Mark(e["t_s"], kind, text, feed.number("target", e["target"]), other, missile, e["value"]))
    return sorted(out, key=lambda mark: mark.t)


@dataclass(frozen=True)
class Beam:
    """What a radar is: reach [m], sector and beam widths [deg], axis [deg from north], whether it turns all round."""

    reach: float
    width: float
    height: float
    axis: float
    elevation: float
    turns: bool
    frequency: float
    update: float  # s between looks
    emitting: bool


def beams(feed: Feed) -> dict[int, Beam]:
    """Each radar by number, from the run, its catalogue and its scenario."""
    axes: dict[str, tuple[float, bool]] = {}
    if feed.scenario:
        for _, unit, _ in feed.scenario.walk():
            axes |= {radar.name: (radar.axis_deg, radar.emitting) for radar in unit.radars}
            for short in unit.point_defence:
                axes[short.name] = (short.axis_deg, True)
    out = {}
    for entity, row in zip(feed.of("radar"), feed.run.radars.to_pylist(), strict=True):
        item = feed.catalog[entity.system] if entity.system in feed.catalog else None
        axis, emitting = axes.get(
            entity.name, axes.get(feed.entities[entity.owner - 1].name if entity.owner else "", (0.0, True))
        )
        if item is None:
            out[entity.number] = Beam(row["range_m"], 360.0, 90.0, axis, 45.0, True, 0.0, 0.0, emitting)
            continue
        low, high = (_degrees(item.get_si(key, 0.0)) for key in ("elevation_min", "elevation_max"))
        turns = item.text("scan") == "rotating"
        width = 360.0 if turns else _degrees(item.get_si("sector_width", 6.283185307179586))
        out[entity.number] = Beam(
            row["range_m"], width, max(high - low, 1.0), axis, 0.5 * (low + high), turns,
            item.get_si("frequency", 0.0), item.get_si("update_search", 0.0), emitting,
        )  # fmt: skip
    return out


def _degrees(angle: float) -> float:
    return angle * 57.29577951308232


def reaches(feed: Feed) -> dict[int, tuple[float, float]]:
    """Longest range and height [m] of the missiles of each fire unit by number, from the catalogue."""
    types: dict[int, set[str]] = {}
    if feed.scenario:
        from skyreach.scenario.order_of_battle import place_defence

        order = place_defence(feed.scenario, feed.catalog)
        for draft in order.launchers:
            types.setdefault(draft.columns["site"] + 1, set()).add(order.missiles[draft.columns["type"]])
    for entity in feed.of("missile"):
        types.setdefault(entity.owner, set()).add(entity.system)
    out = {}
    for number, names in types.items():
        items = [feed.catalog[name] for name in sorted(names) if name in feed.catalog]
        reach = max((item.get_si("max_range_aircraft", 0.0) for item in items), default=0.0)
        height = max((item.get_si("max_altitude", 0.0) for item in items), default=0.0)
        out[number] = (reach, height)
    return out


def gone(entity: Entity) -> bool:
    """Whether an entity was shot down or lost, and did not merely leave."""
    return entity.end in (codes.TARGET_STATUS[codes.DESTROYED], "lost")
