"""The defence: formations of a scenario -> rows of sites, radars, launchers and links, before terrain is known."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from skyreach.earth.geodesy import enu_from_ecef, gaussian_radius, geodetic_to_ecef
from skyreach.errors import BadInput
from skyreach.physics.cfar import ca_cfar_loss
from skyreach.physics.detection import required_snr, square_law_threshold
from skyreach.physics.jamming import jam_density, jam_temperature
from skyreach.physics.radar import REFERENCE_TEMPERATURE, beam_gain, system_noise_temperature, wavelength_of
from skyreach.scenario.doctrine import Doctrine
from skyreach.scenario.known import catalogue
from skyreach.scenario.models import Formation, PointDefence, Radar, Scenario
from skyreach.scenario.names import decoy_name, launcher_names, post_name
from skyreach.world.codes import (
    ACQUISITION,
    ASSET,
    ASSIGNMENTS,
    BLUE,
    ENGAGEMENT,
    FIRE_UNIT,
    FREE,
    HOLD,
    LURE,
    NEUTRAL,
    OWN,
    POST,
    RED,
    RELEASES,
    SCANS,
    TARGET_KINDS,
    TIGHT,
)
from skyreach.world.tables import TABLES, dtype_of

if TYPE_CHECKING:
    from skyreach.catalog import Catalog, Item

SIDE = {"blue": BLUE, "red": RED, "civil": NEUTRAL}
CONTROL = {"free": FREE, "tight": TIGHT, "hold": HOLD}
BANDS = {"X": 0, "Ku": 0, "K": 0, "Ka": 0, "VHF": 2}  # columns of radar cross-section; 1 for all others
DEFAULT_POST = "55k6e"  # whose rules of tracking and decision hold where a scenario has no command post


@dataclass
class Draft:
    """A row in the making: the columns that are known, and its place (lat, lon [deg], antenna height above ground [m])."""

    name: str
    lat: float
    lon: float
    height: float
    columns: dict = field(default_factory=dict)
    system: str = ""
    where: str = ""


@dataclass
class Order:
    """Everything that the defence has placed."""

    sites: list[Draft] = field(default_factory=list)
    radars: list[Draft] = field(default_factory=list)
    launchers: list[Draft] = field(default_factory=list)
    links: list[tuple[int, int, float, float, bool]] = field(default_factory=list)  # post, fire unit, delay [s], loss [1], up
    parts: dict[str, list[int]] = field(default_factory=dict)  # rows of the fire units of each formation, by its name
    mobile: dict[int, str | None] = field(default_factory=dict)  # rows of point defences, and what each is tied to
    missiles: list[str] = field(default_factory=list)  # ids, in order of first appearance

    def missile(self, key: str) -> int:
        if key not in self.missiles:
            self.missiles.append(key)
        return self.missiles.index(key)


def place_defence(scenario: Scenario, cat: "Catalog") -> Order:
    """Sites, radars, launchers, links and assets of a scenario in the order of the file."""
    order = Order()
    posts: dict[int, int] = {}  # id of a formation -> row of its command post
    units: dict[int, int] = {}  # id of a formation -> row of its fire unit
    for path, unit, parents in scenario.walk():
        side = SIDE[scenario.side_of(unit, parents)]
        if side != BLUE:
            raise BadInput(
                f"{scenario.line_of(path)}  side of {unit.name}", "red", "blue",
                "the raid is red; formations of both sides in one run are not modelled yet",
            )  # fmt: skip
        doctrine = scenario.doctrine_of(unit, parents)
        post = next((posts[id(p)] for p in reversed(parents) if id(p) in posts), -1)
        where, linked = scenario.line_of(path), Link(_is_linked(unit, parents), _loss(unit, parents))
        first = len(order.sites)
        if unit.command_post:
            posts[id(unit)] = post = _add_post(order, scenario, cat, unit, side, doctrine, where)
        radar = unit.engagement_radar()
        if radar:
            units[id(unit)] = _add_fire_unit(order, scenario, cat, unit.name, radar, side, doctrine, post, linked, where)
        fire_unit = next((units[id(p)] for p in (unit, *reversed(parents)) if id(p) in units), -1)
        owner = units.get(id(unit), posts.get(id(unit), fire_unit if fire_unit >= 0 else post))
        _add_radars(order, scenario, cat, unit, side, owner, where)
        _add_launchers(order, scenario, cat, unit, fire_unit, where)
        for defence in unit.point_defence:
            _add_point_defence(order, scenario, cat, defence, side, doctrine, post, linked, where)
        for name in (unit.name, *(parent.name for parent in parents)):
            rows = order.parts.setdefault(name, [])
            rows += [k for k in range(first, len(order.sites)) if order.sites[k].columns["kind"] == FIRE_UNIT]
    _add_assets(order, scenario)
    _tie(order)
    order.launchers.sort(key=lambda draft: draft.columns["site"])  # those of a fire unit stand together
    return order


def _weights(doctrine: Doctrine) -> list[float]:
    """Factor on the threat by class, in the order of TARGET_KINDS."""
    return [doctrine.threat_weights.get(name, 1.0) for name in TARGET_KINDS]  # type: ignore[call-overload]


def _add_post(order: Order, scenario, cat, unit: Formation, side: int, doctrine: Doctrine, where: str) -> int:
    post = unit.command_post
    assert post is not None  # the caller has looked
    lat, lon = scenario.resolve(post.at)
    item = cat[post.system]
    columns = {
        "kind": POST, "side": side, "value": item.si("own_worth"), "hits_left": 1, "post": -1, "stands_for": -1, "radar": -1,
        "cycle": item.si("cycle_time"), "assignment": ASSIGNMENTS[doctrine.assignment], "type_weight": _weights(doctrine),
    }  # fmt: skip
    order.sites.append(Draft(post_name(unit.name), lat, lon, 0.0, columns, item.key, where))
    return len(order.sites) - 1


def _fire_unit_columns(order: Order, cat, item: "Item", side: int, doctrine: Doctrine, post: int) -> dict:
    rules = cat[order.sites[post].system if post >= 0 else DEFAULT_POST]  # a unit alone decides as its post would
    mask = 0
    for name in doctrine.engage:
        mask |= 1 << TARGET_KINDS[name]
    return {
        "kind": FIRE_UNIT, "side": side, "value": rules.si("own_worth"), "hits_left": 1, "post": post, "stands_for": -1,
        "cycle": rules.si("cycle_time"),
        "control": CONTROL[doctrine.weapons], "engage": mask, "economy": int(doctrine.economy),
        "assignment": ASSIGNMENTS[doctrine.assignment],
        "look_first": int(doctrine.shoot_look_shoot), "salvo": doctrine.salvo,
        "max_range_share": doctrine.max_range_share, "reserve": doctrine.reserve, "remote": int(doctrine.remote_track),
        "hand_over": int(doctrine.hand_over), "type_weight": _weights(doctrine), **_release(rules, doctrine),
        "target_channels": int(item.si("target_channels")), "missile_channels": int(item.si("missile_channels")),
        "reaction": item.si("reaction_time"), "spacing": item.si("launch_spacing"), "assess": item.si("assess_time"),
        "visual_range": item.get_si("visual_range", 0.0) if doctrine.sight else 0.0,
    }  # fmt: skip


def _release(rules: "Item", doctrine: Doctrine) -> dict:
    """Whose leave a fire unit needs, how long it takes over the links there and back, and what it may do without."""
    code, delay = RELEASES[doctrine.release], doctrine.consent_delay_s
    if delay is None:
        delay = 0.0 if code == OWN else rules.si("consent_delay" if doctrine.release == "superior" else "partner_delay")
    return {
        "release": code, "consent": delay + 2.0 * rules.si("link_delay"), "refusal": doctrine.refusal,
        "ask_again": rules.si("ask_again"), "self_defence": int(doctrine.self_defence),
    }  # fmt: skip


def _add_fire_unit(
    order: Order, scenario, cat, name: str, radar: Radar, side: int, doctrine, post: int, linked: "Link", where: str
) -> int:
    fitting = {key: item for item in cat.items("fire_unit") for key in item.texts("engagement_radar")}
    if radar.system not in fitting:
        raise BadInput(f"{where} {name}: no fire unit of the catalogue has this radar", radar.system, ", ".join(fitting))
    item = fitting[radar.system]
    lat, lon = scenario.resolve(radar.at)
    columns = _fire_unit_columns(order, cat, item, side, doctrine, post)
    _has_whom_to_ask(columns, where, name)
    order.sites.append(Draft(name, lat, lon, 0.0, columns, item.key, where))
    return _link(order, cat, post, linked)


def _has_whom_to_ask(columns: dict, where: str, name: str) -> None:
    if columns["release"] != OWN and columns["post"] < 0:
        word = next(word for word, code in RELEASES.items() if code == columns["release"])
        raise BadInput(
            f"{where} {name}: doctrine.release", f"{word}, without a command post above", "own",
            "give a unit above it a command_post, or let it decide itself",
        )  # fmt: skip


@dataclass
class Link:
    """Link of a fire unit to its command post: up or not, and the probability that it loses an order [1]."""

    up: bool
    loss: float


def _link(order: Order, cat, post: int, link: Link) -> int:
    row = len(order.sites) - 1
    if post >= 0:
        order.links.append((post, row, cat[order.sites[post].system].si("link_delay"), link.loss, link.up))
    return row


def _loss(unit: Formation, parents: tuple[Formation, ...]) -> float:
    """Loss of the link of a formation: its own, else the nearest parent's, else none."""
    return next((f.link_loss for f in (unit, *reversed(parents)) if f.link_loss is not None), 0.0)


def _is_linked(unit: Formation, parents: tuple[Formation, ...]) -> bool:
    """True if no link lies down between a formation and the command post that it obeys."""
    for step in (unit, *reversed(parents)):
        if step.command_post:
            return True
        if step.link == "down":
            return False
    return True


def _add_radars(order: Order, scenario, cat, unit: Formation, side: int, owner: int, where: str) -> None:
    engagement = unit.engagement_radar()
    for radar in unit.radars:
        lat, lon = scenario.resolve(radar.at)
        item = cat[radar.system]
        key = "height_none" if radar.mast == "none" else f"height_{radar.mast}"
        role = ENGAGEMENT if radar is engagement else ACQUISITION
        columns = radar_columns(item, role, side, owner, math.radians(radar.axis_deg))
        columns["emitting"] = int(radar.emitting and radar.cue_km is None)
        columns["cue_range"], columns["cue_hold"] = 1e3 * (radar.cue_km or 0.0), radar.cue_hold_s
        columns["plot_loss"], columns["plot_delay"] = radar.plot_loss, radar.plot_delay_s
        order.radars.append(Draft(radar.name, lat, lon, item.si(key), columns, item.key, where))
        row = len(order.radars) - 1
        if radar is engagement:
            order.sites[owner].columns["radar"] = row
            columns |= _beam_time(item, order.sites[owner].columns["target_channels"])
        for n, place in enumerate(radar.decoys):
            lat, lon = scenario.resolve(place)
            alike = columns | {"role": LURE, "decoy_of": row, "linked": 0, "emitting": 1, "cue_range": 0.0, "t_due": math.inf}
            name = decoy_name(radar.name, n)
            order.radars.append(Draft(name, lat, lon, item.si("height_none"), alike, f"decoy of {item.key}", where))


def radar_columns(item: "Item", role: int, side: int, owner: int, axis: float) -> dict:
    """Columns of TABLES['radars'] that a catalogue radar fixes; axis [rad] is where its sector looks."""
    search = item.si("update_search")
    return {
        "site": owner, "side": side, "alive": 1, "emitting": 1, "linked": 1, "decoy_of": -1,
        "scan": SCANS[item.text("scan")], "role": role,
        "band": BANDS.get(item.text("band"), 1),
        "update_search": search, "update_track": item.get_si("update_track", search),
        "tan_el_min": math.tan(item.si("elevation_min")), "tan_el_max": _tan_up_to_zenith(item.si("elevation_max")),
        "half_sector": 0.5 * item.si("sector_width"), "boresight": axis, "bearing_wanted": axis,
        "slew_rate": item.get_si("slew_rate", 0.0),
        "sigma_r": item.si("sigma_range"), "sigma_az": item.si("sigma_az"), "sigma_el": item.si("sigma_el"),
        **_reference(item), **_receiver(item),
    }  # fmt: skip


def _beam_time(item: "Item", channels: int) -> dict:
    """Beam time of a radar with a search share: what that leaves by the catalogue holds its track file and its channels."""
    looks = item.si("track_capacity") / item.si("update_search") + channels / item.get_si("update_track", math.inf)
    share, usual = (1.0 - of.get_si("search_share", 1.0) for of in (item, catalogue()[item.key]))
    return {"track_share": share, "dwell": usual / looks, "track_capacity": int(item.si("track_capacity")) if usual > 0.0 else 0}


def _reference(item: "Item") -> dict:
    """What the published range of a radar fixes: that range, and the signal-to-noise ratio that its Pd stands for there."""
    pfa, pd, pulses = item.si("pfa"), item.si("reference_pd"), int(item.si("n_pulses"))
    loss = ca_cfar_loss(item.si("cfar_cells"), pfa, pd)
    return {
        "r_max": item.si("instrumented_range"), "r_ref": item.si("reference_range"), "rcs_ref": item.si("reference_rcs"),
        "h_ref": item.si("reference_height"), "snr_ref": required_snr(1, pd, pulses, pfa) * loss, "pfa": pfa,
        "n_pulses": pulses, "threshold": square_law_threshold(pulses, pfa), "cfar_loss": loss,
    }  # fmt: skip


def _receiver(item: "Item") -> dict:
    """Beam, resolution, filters and noise of a radar."""
    frequency, width_az, width_el = item.si("frequency"), item.si("beamwidth_az"), item.si("beamwidth_el")
    wavelength = wavelength_of(frequency)
    noise = system_noise_temperature(REFERENCE_TEMPERATURE, item.si("noise_figure"))
    one_watt = jam_density(1.0, 1.0, 1.0, beam_gain(width_az, width_el), wavelength, 1.0)  # W/Hz received of 1 W/Hz at 1 m
    return {
        "frequency": frequency, "wavelength": wavelength, "vertical": 1 if item.text("polarisation") == "vertical" else 0,
        "width_az": width_az, "width_el": width_el, "resolution": item.si("range_resolution"), "sidelobe": item.si("sidelobe"),
        "scan_exponent": item.get_si("scan_exponent", 0.0), "improvement": item.si("improvement_clutter"),
        "improvement_rain": item.si("improvement_rain"), "notch": item.si("notch_speed"),
        "jam_scale": jam_temperature(one_watt) / noise,
    }  # fmt: skip


def _tan_up_to_zenith(el: float) -> float:
    """Tangent of an elevation [rad], inf from the zenith on."""
    return math.tan(el) if el < math.pi / 2 - 1e-6 else math.inf


def _rounds(rounds: int, reloads: int, item: "Item") -> dict:
    """Columns of a launcher about what is on it and what may follow."""
    return {
        "alive": 1, "rounds": rounds, "load": rounds, "reloads": reloads, "t_loaded": math.inf,
        "reload_time": item.si("reload_time") if reloads else 0.0,
    }  # fmt: skip


def _add_launchers(order: Order, scenario, cat, unit: Formation, fire_unit: int, where: str) -> None:
    for group, names in zip(unit.launchers, launcher_names(unit), strict=True):
        lat, lon = scenario.resolve(group.at)
        for name in names:
            vehicle = len({d.columns["vehicle"] for d in order.launchers})
            for key, rounds in group.load.items():
                columns = {"site": fire_unit, "vehicle": vehicle, "type": order.missile(key)}
                columns |= _rounds(rounds, group.reloads, cat[group.system])
                order.launchers.append(Draft(name, lat, lon, 0.0, columns, group.system, where))


def _add_point_defence(
    order: Order, scenario, cat, defence: PointDefence, side: int, doctrine, post: int, linked: Link, where: str
) -> None:
    item = cat[defence.system]
    lat, lon = scenario.resolve(defence.at)
    columns = _fire_unit_columns(order, cat, item, side, doctrine, post)
    columns["salvo"] = min(doctrine.salvo, int(item.si("missiles_per_target")))
    _has_whom_to_ask(columns, where, defence.name)
    order.sites.append(Draft(defence.name, lat, lon, 0.0, columns, item.key, where))
    row = _link(order, cat, post, linked)
    order.mobile[row] = defence.protects if defence.tied else None
    for key, role in (("engagement_radar", ENGAGEMENT), ("search_radar", ACQUISITION)):
        radar = cat[item.text(key)]
        values = radar_columns(radar, role, side, row, math.radians(defence.axis_deg))
        name = f"{defence.name} {radar.key}"
        order.radars.append(Draft(name, lat, lon, radar.si("height_none"), values, radar.key, where))
        if role == ENGAGEMENT:
            order.sites[row].columns["radar"] = len(order.radars) - 1
    missile = item.texts("missiles")[0]
    values = {"site": row, "vehicle": len({d.columns["vehicle"] for d in order.launchers}), "type": order.missile(missile)}
    values |= _rounds(int(item.si("rounds")), defence.reloads, item)
    order.launchers.append(Draft(defence.name, lat, lon, 0.0, values, item.key, where))


def _tie(order: Order) -> None:
    """Note of each fire unit which site it is tied to, -1 none."""
    rows = named_rows(order)
    for k, draft in enumerate(order.sites):
        tied = order.mobile.get(k)
        draft.columns["guards"] = rows.get(tied, order.parts.get(tied, [-1])[0]) if tied else -1


def named_rows(order: Order) -> dict[str, int]:
    """Row of sites for each thing that has a place: a radar stands for its owner, assets go before all others."""
    rows: dict[str, int] = {}
    for k, draft in reversed(list(enumerate(order.sites))):
        if draft.columns["kind"] == ASSET:
            rows[draft.name] = k
    for draft in order.radars:
        rows.setdefault(draft.name, draft.columns["site"])
    for k, draft in enumerate(order.sites):
        rows.setdefault(draft.name, k)
    for k, draft in enumerate(order.sites):  # the name of a formation that is no fire unit stands for its post
        rows.setdefault(draft.name.removesuffix(post_name("")), k)
    return rows


def _site_of(order: Order, unit: str | None) -> int:
    """Row of the fire unit or point defence of that name, else of the command post of the formation; -1 for none."""
    names = [draft.name for draft in order.sites]
    return next((names.index(name) for name in (unit, post_name(unit)) if name in names), -1)


def _add_assets(order: Order, scenario: Scenario) -> None:
    for n, asset in enumerate(scenario.assets):
        lat, lon = scenario.resolve(asset.at)
        columns = {
            "kind": ASSET, "side": BLUE, "value": asset.value, "hits_left": asset.points, "post": -1, "radar": -1,
            "stands_for": _site_of(order, asset.unit),
        }  # fmt: skip
        order.sites.append(Draft(asset.name, lat, lon, 0.0, columns, "", scenario.line_of(("assets", n))))


def fill_rows(table: str, drafts: list[Draft], ground: list[float]) -> np.ndarray:
    """Rows of a table from drafts and the ellipsoidal height of the ground below each [m]."""
    rows = np.zeros(len(drafts), dtype_of(TABLES[table]))
    for row, draft, h_ground in zip(rows, drafts, ground, strict=True):
        for key, value in draft.columns.items():
            row[key] = value
        lat, lon, h = math.radians(draft.lat), math.radians(draft.lon), h_ground + draft.height
        row["pos_ecef"] = geodetic_to_ecef(lat, lon, h)
        R = np.zeros((3, 3))
        enu_from_ecef(lat, lon, R)
        if table == "launchers":
            row["up_ecef"] = R[2]
            continue
        row["R_enu_from_ecef"], row["h_ell"], row["alive"] = R, h, 1
        if table == "radars":
            row["h_ground"], row["radius"] = h_ground, gaussian_radius(lat)
    return rows
