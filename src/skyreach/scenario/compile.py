"""Scenario -> numbers: the constant Model, the World at time zero, and the names that rows stand for."""

import hashlib
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from skyreach.catalog import Catalog
from skyreach.earth.floor import Antenna
from skyreach.earth.geodesy import gaussian_radius
from skyreach.earth.grid import Dem, ground_height
from skyreach.earth.polar_ground import polar_ground
from skyreach.earth.rays import Rays
from skyreach.earth.terrain import SMOOTH, open_terrain
from skyreach.earth.terrain_sources import Spec, names_in
from skyreach.earth.traced import NOTHING, sight_maps
from skyreach.errors import BadInput
from skyreach.scenario.missiles import AIR_STEP, REACH_DH, REACH_RANGES, missile_reach, missile_rows
from skyreach.scenario.models import Scenario
from skyreach.scenario.order_of_battle import DEFAULT_POST, Draft, Order, fill_rows, named_rows, place_defence
from skyreach.scenario.overlay import values_of
from skyreach.scenario.problems import spot
from skyreach.scenario.scoot import Move, march_tables, moves_of
from skyreach.scenario.sizes import check_room, in_memory
from skyreach.scenario.surroundings import Surroundings, sea_of
from skyreach.scenario.tactics import tactics_of
from skyreach.scenario.targets import Fleet, place_targets, route_box
from skyreach.scenario.timeline import airways_of, changes_of
from skyreach.scenario.tracking import fill_tracking
from skyreach.world.codes import ROTATING
from skyreach.world.dice import PHASE, uniform
from skyreach.world.state import Model, World, copy_world, rows
from skyreach.world.tables import PARAMS, TABLES, dtype_of

FLOOR_AZIMUTHS = 1440
FLOOR_RANGES = 800
CLUTTER_STRIDE = 2  # nodes of a floor map to one of a clutter map, both ways
TIDY_TIME = 1.0  # s between looks through the track file
NOISE_ROOM = 100  # false alarms of one radar in one frame that the table of plots has room for
SAMPLE_TIME = 1.0  # s between samples in the log


@dataclass
class Compiled:
    """A scenario ready to run. `world` is the state at time zero without a seed; `new_world` gives one to run."""

    scenario: Scenario
    model: Model
    world: World
    names: dict[str, list[str]]
    systems: dict[str, list[str]]
    terrain: dict[str, Any]
    catalog: Catalog
    undulation: float
    around: Surroundings

    def new_world(self, seed: int) -> tuple[Model, World]:
        """Model and World of one replication: what chance sets at the start is drawn from the seed."""
        params = self.model.params.copy()
        params[0]["seed"] = seed
        with in_memory(self.scenario):
            world = copy_world(self.world)
        turned = np.array([uniform(params[0]["seed"], PHASE, i, 0, 0) - 1.0 for i in range(len(world.radars))])
        world.radars["t_phase"] = world.radars["update_search"] * turned
        return self.model._replace(params=params), world


def compile_scenario(scenario: Scenario, terrain: Spec = None, log: bool = True, cat: Catalog | None = None) -> Compiled:
    """Compile a checked scenario. terrain overrides the scenario's; log: keep samples, plots and tracks for the record;
    cat: values instead of those of the package, the scenario's own already laid over them."""
    with in_memory(scenario):
        return _compile(scenario, terrain, log, cat or values_of(scenario))


def _compile(scenario: Scenario, terrain: Spec, log: bool, cat: Catalog) -> Compiled:
    placed = _place(scenario, terrain, cat)
    order, stood, fleet, ground = placed.order, placed.stood, placed.fleet, placed.ground
    dem, undulation = ground.dem, ground.undulation
    heights = {id(draft): _ground(dem, draft) for draft in _drafts(stood)}
    places = [
        fill_rows(table, drafts, [heights[id(d)] for d in drafts])
        for table, drafts in (("sites", stood.sites), ("radars", stood.radars), ("launchers", stood.launchers))
    ]
    dr = float(max((r["r_max"] for r in places[1]), default=400e3)) / FLOOR_RANGES
    around = Surroundings(scenario.environment, cat, scenario.refraction_k, _middle(scenario, order))
    floors = _floors(places[1], stood.radars, dem, dr, around.rays)
    around.complete(places[1])
    places[1]["maps"] = np.arange(len(places[1]))
    sites, radars, launchers = (
        table[: len(drafts)].copy() for table, drafts in zip(places, (order.sites, order.radars, order.launchers), strict=True)
    )
    model = _model(scenario, cat, order, sites, floors, dem, dr, log, undulation)
    model = _surround(model, around, places[1], stood.radars, open_terrain(SMOOTH).window(*ground.box), fleet.targets)
    if model.params[0]["clutter_plots"]:
        for radar in radars:
            radar["spikes_land"], radar["spikes_sea"] = around.spikes(float(radar["pfa"]))
    _note_launchers(sites, launchers, model, [_fired_by(cat, order, d.system) for d in order.sites])
    marches = march_tables(placed.moves, *places)
    tables = sites, radars, launchers, fleet.targets, fleet.routes, placed.changes, placed.tactics, marches
    world = _world(scenario, cat, order, *tables, model.params[0])
    names = {
        "sites": [d.name for d in order.sites], "radars": [d.name for d in order.radars],
        "launchers": [d.name for d in order.launchers], "targets": fleet.names, "missile_types": order.missiles,
    }  # fmt: skip
    systems = {
        "sites": [d.system for d in order.sites], "radars": [d.system for d in order.radars], "targets": fleet.systems,
    }  # fmt: skip
    terrain_used = {**ground.source, "given": names_in(terrain or scenario.terrain), "sha256": _fingerprint(dem)}
    return Compiled(scenario, model, world, names, systems, terrain_used, cat, undulation, around)


def rehearse(scenario: Scenario, terrain: Spec = None) -> None:
    """BadInput for what compile_scenario would refuse; without its maps and tables, which take most of its time."""
    cat = values_of(scenario)
    placed = _place(scenario, terrain, cat)
    for draft in _drafts(placed.stood):
        _ground(placed.ground.dem, draft)
    missile_rows([cat[key] for key in placed.order.missiles])
    airways_of(scenario, placed.ground.undulation)


class Ground(NamedTuple):
    """The terrain that a scenario lies on: heights, box of the window [rad], geoid above the ellipsoid [m], description."""

    dem: Dem
    box: tuple[float, float, float, float]
    undulation: float
    source: dict[str, Any]


class Placed(NamedTuple):
    """A scenario on its ground, before maps and tables."""

    order: Order
    stood: Order  # with the further places of what moves
    moves: list[Move]
    fleet: Fleet
    changes: np.ndarray
    tactics: np.ndarray
    ground: Ground


def _place(scenario: Scenario, terrain: Spec, cat: Catalog) -> Placed:
    """The defence, all that flies, rows of changes and tactics, and the ground."""
    if scenario.duration_s < scenario.frame_s:
        place = spot(scenario, ("duration_s",))
        raise BadInput(place, scenario.duration_s, f"at least one frame, {scenario.frame_s:g} s", "a longer duration_s")
    order = place_defence(scenario, cat)
    moves, stood = moves_of(scenario, order, cat)
    changes, tactics = changes_of(scenario, order), tactics_of(scenario, order, cat)
    source, box = open_terrain(terrain or scenario.terrain), _box(scenario, stood)
    ground = Ground(source.window(*box), box, source.undulation(*_middle(scenario, order)), source.describe())
    fleet = place_targets(scenario, cat, ground.dem, ground.undulation, named_rows(order))
    return Placed(order, stood, moves, fleet, changes, tactics, ground)


def _drafts(order: Order) -> tuple[Draft, ...]:
    """All that stands somewhere."""
    return (*order.sites, *order.radars, *order.launchers)


def _fingerprint(dem: Dem) -> str:
    """SHA-256 (hex) of the ground that a run stands on: heights of the window and where its nodes are."""
    total = hashlib.sha256(repr((dem.lat0, dem.lon0, dem.dlat, dem.dlon, dem.h.shape)).encode())
    total.update(np.ascontiguousarray(dem.h).data)
    return total.hexdigest()


def _box(scenario: Scenario, order: Order) -> tuple[float, float, float, float]:
    """lat_min, lat_max, lon_min, lon_max [rad] around all radars with their range, all places and all routes."""
    lats, lons, boxes = [], [], []
    for draft in order.radars:
        reach = 1.01 * draft.columns["r_max"] / gaussian_radius(math.radians(draft.lat))
        lat, lon = math.radians(draft.lat), math.radians(draft.lon)
        wide = math.asin(min(math.sin(min(reach, 1.5)) / math.cos(lat), 1.0))
        boxes.append((lat - reach, lat + reach, lon - wide, lon + wide))
    for draft in (*order.sites, *order.launchers):
        lats.append(math.radians(draft.lat))
        lons.append(math.radians(draft.lon))
    boxes.append(route_box(scenario))
    if lats:
        boxes.append((min(lats) - 0.002, max(lats) + 0.002, min(lons) - 0.002, max(lons) + 0.002))
    return (min(b[0] for b in boxes), max(b[1] for b in boxes), min(b[2] for b in boxes), max(b[3] for b in boxes))


def _middle(scenario: Scenario, order: Order) -> tuple[float, float]:
    """Where the geoid is read: the first radar or site of the defence, else the first waypoint."""
    for draft in (*order.radars, *order.sites):
        return math.radians(draft.lat), math.radians(draft.lon)
    box = route_box(scenario)
    return 0.5 * (box[0] + box[1]), 0.5 * (box[2] + box[3])


def _ground(dem: Dem, draft: Draft) -> float:
    h = float(ground_height(dem, math.radians(draft.lat), math.radians(draft.lon)))
    if not math.isfinite(h):
        raise BadInput(f"{draft.where} {draft.name}", "no ground height here", cure="give a DEM that covers the site")
    return h


def _floors(radars: np.ndarray, drafts: list[Draft], dem: Dem, dr: float, rays: Rays) -> np.ndarray:
    """Floor maps, one per place and height; writes the row of each radar's map into radars."""
    antennas: dict[tuple, Antenna] = {}
    for row, draft in zip(radars, drafts, strict=True):
        key = (draft.lat, draft.lon, draft.height)
        reach = max(d.columns["r_max"] for d in drafts if (d.lat, d.lon, d.height) == key)
        place = Antenna(math.radians(draft.lat), math.radians(draft.lon), float(row["h_ell"]), math.ceil(reach / dr) * dr)
        antennas.setdefault(key, place)
        row["floor"] = list(antennas).index(key)
    floors = np.full((len(antennas), 2 if rays.traced else 1, FLOOR_AZIMUTHS, FLOOR_RANGES), np.inf, np.float32)
    floors[:, 1:] = NOTHING
    for full, part in zip(floors, sight_maps(dem, list(antennas.values()), dr, FLOOR_AZIMUTHS, rays), strict=True):
        full[:, :, : part.shape[2]] = part
    return floors


def _surround(model: Model, around: Surroundings, radars, drafts: list[Draft], geoid: Dem, targets) -> Model:
    """The model with the tables of losses and ground echo, and the params of the surroundings."""
    around.fill_params(model.params[0])
    dr, step = float(model.params[0]["floor_dr"]), CLUTTER_STRIDE
    model.params[0]["clutter_dr"], model.params[0]["n_jammers"] = step * dr, int((targets["jam_density"] > 0.0).sum())
    shape = (FLOOR_AZIMUTHS // step, FLOOR_RANGES // step)
    losses = around.losses(radars)
    sea = np.zeros((len(model.floors), *shape), np.uint8)
    ground = np.zeros((len(model.floors), *shape), np.float32)
    for n in range(len(model.floors)):
        row = int(np.flatnonzero(radars["floor"] == n)[0])
        place = math.radians(drafts[row].lat), math.radians(drafts[row].lon)
        level = np.empty(shape, np.float32)
        polar_ground(model.ground, *place, step * dr, ground[n])
        polar_ground(geoid, *place, step * dr, level)
        sea[n] = sea_of(ground[n], level)
    clutter = np.zeros((len(radars), *shape), np.float32)
    for i, radar in enumerate(radars):
        floor = np.ascontiguousarray(model.floors[radar["floor"], 0, ::step, step - 1 :: step])
        clutter[i] = around.ground_echo(radar, floor, ground[radar["floor"]], sea[radar["floor"]], step * dr, losses[i])
    return model._replace(losses=losses, clutter=clutter, sea=sea)


def _model(scenario, cat, order: Order, sites, floors, dem: Dem, dr: float, log: bool, undulation: float) -> Model:
    h_site = float(np.mean(sites["h_ell"])) if len(sites) else 0.0
    types, drag, air, reach = missile_reach([cat[key] for key in order.missiles], h_site)
    nothing = np.zeros((0, 0, 0), np.float32)
    params = _params(scenario, cat, order, dem, dr, log)
    return Model(params, types, drag, air, reach, floors, nothing, nothing, nothing, airways_of(scenario, undulation), dem)


def _fired_by(cat: Catalog, order: Order, system: str) -> list[int]:
    """Rows of the missile types that a fire unit of the catalogue has; none for another system."""
    known = cat[system].texts("missiles") if system and "missiles" in cat[system] else ()
    return [n for n, key in enumerate(order.missiles) if key in known]


def _note_launchers(sites: np.ndarray, launchers: np.ndarray, model: Model, known: list[list[int]]) -> None:
    """Write into sites where the launchers of each fire unit stand in the table, how far and long their missiles fly, and what
    its radar guides: the missile types known of its system, and those on its launchers."""
    for k, site in enumerate(sites):
        rows = np.flatnonzero(launchers["site"] == k)
        site["guided"] = sum(1 << n for n in {*known[k], *launchers["type"][rows].tolist()})
        if len(rows):
            types = model.missile_types[launchers["type"][rows]]
            site["launcher"], site["n_launchers"] = rows[0], len(rows)
            site["r_reach"] = float(types["reach_dr"].max()) * (REACH_RANGES - 1)
            site["t_reach"] = float(types["max_time"].max()) + site["reaction"] + 60.0


def _params(scenario: Scenario, cat: Catalog, order: Order, dem: Dem, dr: float, log: bool) -> np.ndarray:
    post = next((d.system for d in order.sites if d.system and cat[d.system].kind == "command_post"), DEFAULT_POST)
    item = cat[post]
    params = np.zeros(1, dtype_of(PARAMS))
    p = params[0]
    p["dt"], p["duration"] = scenario.frame_s, scenario.duration_s
    p["floor_dr"], p["air_dh"], p["reach_dh"] = dr, AIR_STEP, REACH_DH
    fill_tracking(p, item, scenario.tracking)
    for key in (
        "identify_time", "identify_error", "iff_reply", "airway_speed", "airway_angle", "acquire_time", "threat_time",
        "threat_distance", "in_hand_looks", "replan_time", "on_course_share", "inner_sector", "drone_speed", "arm_speed",
        "low_height",
    ):  # fmt: skip
        p[key] = item.si(key)
    p["h_top"] = float(dem.h.max())
    p["tidy_frames"] = max(round(TIDY_TIME / scenario.frame_s), 1)
    p["sample_frames"] = max(round(SAMPLE_TIME / scenario.frame_s), 1) if log else 0
    return params


def _on_their_way(radars: np.ndarray, n_targets: int, p: np.ndarray) -> int:
    """Rows for the plots that can be on their way at once; makes the delays whole frames."""
    dt = float(p["dt"])
    frames = np.ceil(radars["plot_delay"] / dt - 1e-9).astype(int)
    radars["plot_delay"] = frames * dt
    return int((n_targets * (frames + 1))[frames > 0].sum())


def _world(
    scenario: Scenario, cat, order: Order, sites, radars, launchers, targets, routes, changes, tactics,
    marches: tuple[np.ndarray, np.ndarray], p,
) -> World:  # fmt: skip
    duration, n_targets = scenario.duration_s, len(targets)
    posts = [d for d in order.sites if d.system and cat[d.system].kind == "command_post"]
    capacity = int(max((cat[d.system].si("track_capacity") for d in posts), default=cat[DEFAULT_POST].si("track_capacity")))
    check_room(scenario, {"sites": len(sites), "radars": len(radars), "targets": n_targets, "tracks": capacity})
    rounds = int((launchers["rounds"] * (1 + launchers["reloads"])).sum()) if len(launchers) else 0
    channels = int(sites["target_channels"].sum()) if len(sites) else 0
    switched = int(duration) * int((radars["cue_range"] > 0.0).sum())
    events = 1000 + int(n_targets * (100 + 0.5 * duration)) + (22 if len(marches[0]) else 20) * rounds + len(changes) + switched
    links = np.zeros(len(order.links), dtype_of(TABLES["links"]))
    for row, (a, b, delay, loss, up) in zip(links, order.links, strict=True):
        row["a"], row["b"], row["up"], row["delay"] = a, b, int(up), delay
        sites[b]["order_delay"], sites[b]["order_loss"] = delay, loss
    looks = rows("looks", (len(radars), n_targets))
    looks["t_seen"] = -np.inf
    for i in np.flatnonzero(radars["scan"] != ROTATING):  # a beam that does not turn takes its first looks one by one
        looks[i]["t_next"] = radars[i]["update_search"] * (np.arange(n_targets) / max(n_targets, 1))
    room = NOISE_ROOM if p["noise_plots"] else 0
    clock = rows("clock", 1)
    clock["t_full"], clock["t_change"] = -np.inf, changes["t"][0] if len(changes) else np.inf
    radars["t_cued"], radars["t_full"] = -np.inf, -np.inf
    return World(
        sites, radars, launchers, rows("missiles", max(rounds, 1)), targets, routes, rows("tracks", capacity),
        rows("assignments", max(2 * channels, 1)), links, rows("events", events), looks,
        rows("banks", capacity + 2 if p["n_models"] else 0), rows("fixes", (capacity, len(radars))),
        rows("limits", (len(sites), n_targets)), rows("waits", (len(sites), capacity)), changes, tactics, *marches,
        rows("plots", max(len(radars) * (n_targets + room), 1)), rows("late", _on_their_way(radars, n_targets, p)), clock,
    )  # fmt: skip
