"""Formations -> rows of sites, radars, launchers and links; parameters and tables of the model."""

import math

import numpy as np
import pymap3d
import pytest

from skyreach.errors import BadInput
from skyreach.scenario import read_scenario
from skyreach.scenario.compile import compile_scenario
from skyreach.world import codes
from skyreach.world.tables import MISSILE_TYPES, PARAMS, TABLES, dtype_of

TEXT = """\
skyreach: 1
name: two
start: 2026-05-01T02:00:00Z
duration_s: 60
sites:
  home: {lat: 40.0, lon: 33.0}
  east: {lat: 40.0, lon: 33.4}
doctrine: {weapons: tight, salvo: 2}
formations:
  - name: regiment
    level: regiment
    command_post: {system: 55k6e, at: home}
    radars:
      - {name: big-bird, system: 91n6e, at: home}
    point_defence:
      - {name: pantsir, system: pantsir-s1, at: home, axis_deg: 90}
    units:
      - name: one
        level: battalion
        doctrine: {economy: false, salvo: 3, max_range_share: 0.8}
        radars:
          - {name: eye-1, system: 92n6e, at: home, axis_deg: 225, mast: 40v6m}
        units:
          - name: battery
            level: battery
            launchers:
              - {system: 5p85te2, count: 2, load: {48n6e3: 3, 9m96e2: 4}, at: home}
      - name: two
        level: battalion
        doctrine: {weapons: hold, engage: [cruise, drone]}
        radars:
          - {name: eye-2, system: 92n6e, at: east, emitting: false}
          - {name: cheese-board, system: 96l6e, at: east}
        launchers:
          - {system: 5p85te2, count: 1, load: {40n6: 4}, at: east}
  - name: alone
    level: battery
    radars:
      - {name: eye-3, system: 92n6e, at: east}
    launchers:
      - {system: 5p85te2, count: 1, load: {48n6e3: 4}, at: east}
assets:
  - {name: base, at: home, value: 7, points: 3}
raid:
  - name: drone
    system: shahed-136
    aim: base
    route:
      - {at: {site: home, bearing_deg: 180, distance_km: 90}, height_m: 500, ref: agl}
      - {at: {site: home, bearing_deg: 180, distance_km: 20}, height_m: 500, ref: agl}
"""
ALL_BUT_CIVIL = 0b111111


@pytest.fixture(scope="module")
def compiled():
    return compile_scenario(read_scenario(TEXT), "smooth")


@pytest.fixture
def row(compiled):
    """row("sites", "one"): the row of that name."""

    def find(table, name):
        return getattr(compiled.world, table)[compiled.names[table].index(name)]

    return find


def test_sites_in_the_order_of_the_file(compiled):
    assert compiled.names["sites"] == ["regiment command post", "pantsir", "one", "two", "alone", "base"]
    kinds = [codes.POST, codes.FIRE_UNIT, codes.FIRE_UNIT, codes.FIRE_UNIT, codes.FIRE_UNIT, codes.ASSET]
    assert compiled.world.sites["kind"].tolist() == kinds
    assert compiled.systems["sites"] == ["55k6e", "pantsir-s1", "98zh6e", "98zh6e", "98zh6e", ""]
    assert (compiled.world.sites["alive"] == 1).all()


def test_who_obeys_whom(compiled, row):
    post = compiled.names["sites"].index("regiment command post")
    assert [int(row("sites", n)["post"]) for n in ("pantsir", "one", "two", "alone")] == [post, post, post, -1]
    links = compiled.world.links
    assert sorted(zip(links["a"].tolist(), links["b"].tolist(), strict=True)) == [(post, 1), (post, 2), (post, 3)]
    assert (links["up"] == 1).all()
    assert (links["delay"] == compiled.catalog["55k6e"].si("link_delay")).all()
    assert [int(row("sites", n)["side"]) for n in ("one", "alone", "base")] == [codes.BLUE] * 3


def test_doctrine_comes_down_key_by_key(row):
    one, two, pantsir = row("sites", "one"), row("sites", "two"), row("sites", "pantsir")
    assert (one["control"], two["control"], pantsir["control"]) == (codes.TIGHT, codes.HOLD, codes.TIGHT)
    assert (one["salvo"], two["salvo"]) == (3, 2)
    assert pantsir["salvo"] == 1  # of its catalogue entry: one missile a target
    assert (one["economy"], two["economy"]) == (0, 1)
    assert (one["max_range_share"], two["max_range_share"]) == (0.8, 1.0)
    assert one["engage"] & ALL_BUT_CIVIL == ALL_BUT_CIVIL
    assert two["engage"] & ALL_BUT_CIVIL == 1 << codes.CRUISE | 1 << codes.DRONE


def test_numbers_of_a_fire_unit_are_those_of_the_catalogue(compiled, row):
    item, one = compiled.catalog["98zh6e"], row("sites", "one")
    for column, key in (
        ("target_channels", "target_channels"), ("missile_channels", "missile_channels"), ("reaction", "reaction_time"),
        ("spacing", "launch_spacing"), ("assess", "assess_time"),
    ):  # fmt: skip
        assert one[column] == item.si(key), column
    assert one["cycle"] == compiled.catalog["55k6e"].si("cycle_time")
    assert row("sites", "base")["value"] == 7.0
    assert row("sites", "base")["hits_left"] == 3


def test_radars_are_si(compiled, row):
    item, eye = compiled.catalog["92n6e"], row("radars", "eye-1")
    assert eye["role"] == codes.ENGAGEMENT
    assert eye["scan"] == codes.SECTOR
    assert eye["boresight"] == pytest.approx(math.radians(225.0), rel=1e-15)
    assert eye["half_sector"] == pytest.approx(0.5 * item.si("sector_width"), rel=1e-15)
    assert eye["h_ell"] - eye["h_ground"] == pytest.approx(item.si("height_40v6m"), rel=1e-12)
    assert (eye["r_max"], eye["r_ref"]) == (item.si("instrumented_range"), item.si("reference_range"))
    assert (row("radars", "eye-2")["emitting"], eye["emitting"]) == (0, 1)
    assert [int(row("radars", n)["role"]) for n in ("big-bird", "cheese-board", "pantsir 1rs1-1e", "pantsir 1rs2-1e")] == [
        codes.ACQUISITION, codes.ACQUISITION, codes.ACQUISITION, codes.ENGAGEMENT,
    ]  # fmt: skip
    for unit, radar in (("one", "eye-1"), ("two", "eye-2"), ("pantsir", "pantsir 1rs2-1e"), ("alone", "eye-3")):
        assert compiled.names["radars"][row("sites", unit)["radar"]] == radar


def test_the_reference_range_gives_the_reference_probability(compiled):
    """Swerling 1, one look: pd = pfa ** (1 / (1 + snr)) (Skolnik, 3rd ed., ch. 2)."""
    for radar, system in zip(compiled.world.radars, compiled.systems["radars"], strict=True):
        item = compiled.catalog[system]
        # behind a cell-averaging threshold: Pd = (1 + T / (N (1 + snr))) ** -N, T = N (Pfa ** (-1 / N) - 1) (Richards, ch. 6)
        n = item.si("cfar_cells")
        assert (1.0 + (item.si("pfa") ** (-1.0 / n) - 1.0) / (1.0 + radar["snr_ref"])) ** -n == pytest.approx(item.si("reference_pd"), rel=1e-9)


def test_places_are_those_of_pymap3d(compiled, row):
    for table, name, lat, lon, up in (
        ("sites", "one", 40.0, 33.0, 0.0), ("radars", "eye-1", 40.0, 33.0, compiled.catalog["92n6e"].si("height_40v6m")),
        ("radars", "cheese-board", 40.0, 33.4, compiled.catalog["96l6e"].si("height_none")),
    ):  # fmt: skip
        line = row(table, name)
        ground = line["h_ell"] - up
        assert line["pos_ecef"] == pytest.approx(np.array(pymap3d.geodetic2ecef(lat, lon, ground + up)), abs=1e-6)
        east = np.array(pymap3d.enu2uvw(1.0, 0.0, 0.0, lat, lon))
        assert line["R_enu_from_ecef"][0] == pytest.approx(east, abs=1e-12)
        assert line["R_enu_from_ecef"] @ line["R_enu_from_ecef"].T == pytest.approx(np.eye(3), abs=1e-14)


def test_launchers_of_a_unit_stand_together(compiled):
    world, types = compiled.world, compiled.names["missile_types"]
    for k, site in enumerate(world.sites):
        mine = np.flatnonzero(world.launchers["site"] == k)
        if site["kind"] == codes.FIRE_UNIT:
            assert mine.tolist() == list(range(site["launcher"], site["launcher"] + site["n_launchers"]))
        else:
            assert len(mine) == 0
    carried = {
        name: sorted(
            (types[line["type"]], int(line["rounds"])) for line in world.launchers if line["site"] == compiled.names["sites"].index(name)
        )
        for name in ("one", "two", "pantsir", "alone")
    }
    assert carried == {
        "one": [("48n6e3", 3), ("48n6e3", 3), ("9m96e2", 4), ("9m96e2", 4)], "two": [("40n6", 4)],
        "pantsir": [("57e6-e", 12)], "alone": [("48n6e3", 4)],
    }  # fmt: skip
    assert len(world.missiles) == world.launchers["rounds"].sum()
    one = world.launchers[world.launchers["site"] == compiled.names["sites"].index("one")]
    assert len(set(one["vehicle"].tolist())) == 2  # two vehicles with two loads each


def test_parameters_come_from_the_command_post_and_the_scenario(compiled):
    item, p = compiled.catalog["55k6e"], compiled.model.params[0]
    assert (p["dt"], p["duration"], p["k"]) == (0.1, 60.0, 4.0 / 3.0)
    assert p["gate"] == item.si("gate_sigma") ** 2
    for key in ("process_noise", "speed_prior", "confirm_hits", "drop_time", "identify_time", "threat_distance"):
        assert p[key] == item.si(key)
    assert len(compiled.world.tracks) == item.si("track_capacity")


def test_all_arrays_have_the_dtypes_of_the_registry(compiled):
    for name, table in compiled.world._asdict().items():
        assert table.dtype == dtype_of(TABLES[name]), name
    assert compiled.model.params.dtype == dtype_of(PARAMS)
    assert compiled.model.missile_types.dtype == dtype_of(MISSILE_TYPES)
    assert compiled.model.reach.dtype == compiled.model.floors.dtype == np.float32
    n_sites, n_radars, n_targets = (len(getattr(compiled.world, t)) for t in ("sites", "radars", "targets"))
    assert compiled.world.looks.shape == (n_radars, n_targets)
    assert compiled.world.limits.shape == (n_sites, n_targets)


def test_radars_at_one_place_and_height_share_a_floor_map(compiled, row):
    assert row("radars", "eye-2")["floor"] == row("radars", "eye-3")["floor"]
    assert row("radars", "eye-1")["floor"] != row("radars", "eye-2")["floor"]
    assert set(compiled.world.radars["floor"].tolist()) == set(range(len(compiled.model.floors)))


def test_a_new_world_is_a_function_of_the_seed(compiled):
    (model_1, one), (_, again), (_, other) = compiled.new_world(1), compiled.new_world(1), compiled.new_world(2)
    assert model_1.params[0]["seed"] == 1
    assert compiled.model.params[0]["seed"] == 0  # the shared one is not touched
    for name, table in one._asdict().items():
        assert table.tobytes() == getattr(again, name).tobytes()
    turning = one.radars["scan"] == codes.ROTATING
    assert turning.any()
    assert (one.radars["t_phase"][turning] != other.radars["t_phase"][turning]).all()
    assert (one.radars["t_phase"] <= 0).all()
    assert (one.radars["t_phase"] >= -one.radars["update_search"]).all()
    one.sites["alive"] = 0
    assert (compiled.world.sites["alive"] == 1).all()


@pytest.mark.parametrize("seed", [0, 2**63, 2**64 - 1])
def test_all_seeds_of_64_bits_are_good(compiled, seed):
    assert int(compiled.new_world(seed)[0].params[0]["seed"]) == seed


def test_without_log_nothing_is_sampled():
    assert compile_scenario(read_scenario(TEXT), "smooth", log=False).model.params[0]["sample_frames"] == 0


def test_an_override_of_the_catalogue_reaches_the_tables_and_is_marked():
    text = TEXT.replace("doctrine: {weapons: tight", "catalog: {98zh6e.target_channels: 2}\ndoctrine: {weapons: tight", 1)
    compiled = compile_scenario(read_scenario(text), "smooth")
    assert compiled.world.sites[2]["target_channels"] == 2
    (used,) = [u for u in compiled.catalog.used() if (u["item"], u["key"]) == ("98zh6e", "target_channels")]
    assert used["source"] == ["user"]


def test_a_red_formation_is_refused_not_half_modelled():
    text = TEXT.replace("  - name: alone", "  - name: alone\n    side: red")
    with pytest.raises(BadInput, match=r"side of alone[\s\S]*blue"):
        compile_scenario(read_scenario(text), "smooth")
