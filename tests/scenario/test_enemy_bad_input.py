"""Wrong missiles, stocks, weapons and claims as a user would write them: `check` and `run` refuse them alike.

A message says where (file, line, key), what was given, what is allowed and the likely cure; the exit code is 2, there is no
traceback and no run folder. Line numbers are counted by hand in ENEMY.
"""

import pytest

ENEMY = """\
skyreach: 1
name: sead
start: 2026-05-01T02:00:00Z
duration_s: 420
terrain: smooth
sites:
  home: {lat: 40.0, lon: 33.0}
formations:
  - name: group
    level: regiment
    command_post: {system: 55k6e, at: {site: home, bearing_deg: 300, distance_km: 2}}
    units:
      - name: battalion
        level: battalion
        radars:
          - {name: grave-stone, system: 92n6e, at: home, axis_deg: 0}
        launchers:
          - {system: 5p85te2, count: 2, load: {48n6e3: 4}, at: {site: home, bearing_deg: 90, distance_km: 0.3}}
timeline:
  - {at_s: 230, what: silent, of: grave-stone, until_s: 300}
assets:
  - {name: base, at: home, value: 10, points: 4}
raid:
  - name: strike
    system: f-16c
    evade: {how: beam, g: 5, chaff: 6}
    route:
      - {at: {site: home, bearing_deg: 0, distance_km: 100}, height_m: 7000, ref: msl}
      - {at: {site: home, bearing_deg: 180, distance_km: 60}, height_m: 7000, ref: msl}
  - name: harm
    system: agm-88
    start_s: 190
    home_on: emitters
    route:
      - {at: {site: home, bearing_deg: 0, distance_km: 70}, height_m: 8000, ref: msl}
      - {at: home, height_m: 8000, ref: msl}
  - name: iskander
    system: iskander-m
    aim: base
    ballistic: low
    damage: cep
    weave: {g: 20, period_s: 4, last_s: 12}
    route:
      - {at: {site: home, bearing_deg: 45, distance_km: 250}, height_m: 0, ref: agl, speed_mps: 1800}
  - name: storm
    system: storm-shadow
    count: 2
    aim: base
    released_by: {raid: strike, waypoint: 0, per_carrier: 2}
    popup: {at_km: 8, height_m: 400}
    route:
      - {at: {site: home, bearing_deg: 0, distance_km: 60}, height_m: 60, ref: agl}
  - name: shahed
    system: shahed-136
    count: 4
    aim: base
    swarm: {from_deg: [0, 120, 240], distance_km: 20, height_m: 100, ref: agl}
    route: []
"""
GUNS = "        launchers:\n" + ENEMY.splitlines(keepends=True)[17]
LOAD = "launchers[0].load.48n6e3"

SPOILED = {  # what is wrong: (text in ENEMY, what stands there instead, line, what the message must hold)
    "negative stock": ("{48n6e3: 4}", "{48n6e3: -4}", 18, [f"{LOAD} = -4: out of range", "1 to 64", "did you mean 4?"]),
    "stock that is no number": ("{48n6e3: 4}", "{48n6e3: .nan}", 18, [f"{LOAD} = nan: not a whole number", "1 to 64"]),
    "half a missile": ("{48n6e3: 4}", "{48n6e3: 2.5}", 18, [f"{LOAD} = 2.5: not a whole number", "1 to 64"]),
    "huge stock": ("{48n6e3: 4}", "{48n6e3: 1000000}", 18, [f"{LOAD} = 1000000: out of range", "1 to 64"]),
    "no stock": ("{48n6e3: 4}", "{48n6e3: 0}", 18, [f"{LOAD} = 0: out of range", "1 to 64"]),
    "more than the rails": ("{48n6e3: 4}", "{48n6e3: 5}", 18, ["1.25 times what 5p85te2 carries", "4 48n6e3", "more launchers by `count`"]),
    "negative launchers": ("count: 2, load", "count: -2, load", 18, ["launchers[0].count = -2", "1 to 64", "did you mean 2?"]),
    "negative reloads": ("count: 2, load", "count: 2, reloads: -1, load", 18, ["reloads = -1", "0 to 20", "did you mean 1?"]),
    "missile without a launcher": ("48n6e3: 4", "57e6-e: 4", 18, ["5p85te2 cannot carry 57e6-e", "48n6e3", "57e6-e is fired by pantsir-s1"]),
    "missile of another launcher": ("48n6e3: 4", "pac-3-mse: 4", 18, ["cannot carry pac-3-mse", "pac-3-mse goes on m903"]),
    "launcher of another system": (
        "5p85te2, count: 2, load: {48n6e3", "m903, count: 2, load: {pac-3-mse", 18, ["whose missiles 92n6e does not guide", "5p85te2"],
    ),
    "no emitter": ("axis_deg: 0}", "axis_deg: 0, emitting: false}", 33, ["raid[1].home_on", "no emitter", "grave-stone 9.5 GHz", "let it radiate"]),
    "emitter that is not there": ("home_on: emitters", "home_on: gravestone", 33, ["no radar of this name", "did you mean grave-stone?"]),
    "homing without a seeker": ("system: agm-88", "system: shahed-136", 33, ["shahed-136 has no seeker_range", "agm-88, kh-31p"]),
    "ballistic out of reach": (
        "distance_km: 250}", "distance_km: 2500}", 44, ["raid[2].route[0]", "1800 m/s to an aim 2500.0 km away", "at most 338.0 km", "speed_mps of 4523"],
    ),
    "ballistic at its cruise": (", speed_mps: 1800", "", 44, ["free flight at 1150 m/s", "at most 136.0 km", "launch nearer"]),
    "ballistic faster than an orbit": ("speed_mps: 1800", "speed_mps: 8000", 44, ["low arc at 8000 m/s", "below 7911 m/s", "ballistic: high"]),
    "ballistic that homes": ("    ballistic: low\n", "    ballistic: low\n    home_on: emitters\n", 41, ["home_on = emitters: together with ballistic"]),
    "weave against its sign": ("g: 20, period", "g: -20, period", 42, ["weave.g = -20", "above 0, at most 60", "did you mean 20?"]),
    "weave longer than the flight": ("last_s: 12", "last_s: 600", 42, ["raid[2].weave", "152.0 s of flight", "a shorter last_s"]),
    "release beyond the route": ("waypoint: 0, per", "waypoint: 7, per", 49, ["released_by.waypoint = 7", "0 to 1", "counted from 0"]),
    "more than is carried": ("per_carrier: 2", "per_carrier: 1", 47, ["count = 2: more than 1 x 1 that strike can carry", "at most 1", "raise per_carrier"]),
    "carrier in free flight": ("raid: strike", "raid: iskander", 49, ["released_by.raid = iskander", "flies free", "name an aircraft"]),
    "carrier of itself": ("raid: strike", "raid: storm", 49, ["a weapon that carries itself"]),
    "swarm of none": ("count: 4\n    aim", "count: 0\n    aim", 55, ["raid[4].count = 0", "1 to 1000"]),
    "swarm from nowhere": ("[0, 120, 240]", "[]", 57, ["swarm.from_deg: empty", "at least 1"]),
    "swarm below the ground": ("height_m: 100, ref", "height_m: -100, ref", 57, ["raid[4].swarm", "100 m below the ground", "raise it by 150 m"]),
    "unknown jammer": ("evade: {how: beam, g: 5, chaff: 6}", "jammer: jammer-airplane", 26, ["no jammer of this name", "did you mean jammer-aircraft?"]),
    "pop-up below the ground": ("height_m: 400}", "height_m: -400}", 50, ["popup.height_m = -400", "above 0, at most 20000", "did you mean 400?"]),
    "pop-up lower than the way": ("height_m: 400}", "height_m: 40}", 50, ["raid[3].popup", "last waypoint at 60 m agl", "lower than height_m = 40"]),
    "pop-up before the leg": ("at_km: 8,", "at_km: 80,", 50, ["at_km below 60.0", "a smaller at_km"]),
    "chaff without a count": ("chaff: 6", "chaff: null", 26, ["evade.chaff = nothing: not a whole number", "0 to 1000"]),
    "negative chaff": ("chaff: 6", "chaff: -6", 26, ["evade.chaff = -6", "did you mean 6?"]),
    "turn without a load": ("g: 5", "g: 1", 26, ["evade.g = 1", "above 1, at most 40"]),
    "blast without a warhead": ("    evade: {how", "    damage: cep\n    evade: {how", 26, ["raid[0].damage", "f-16c has no cep, warhead_mass", "iskander-m"]),
    "blast without an aim": ("    home_on: emitters\n", "    damage: cep\n", 33, ["raid[1].damage = cep", "neither aim nor home_on", "or leave damage out"]),
    "carried without a count": (
        "    count: 2\n    aim: base\n    rel", "    aim: base\n    rel", 48, ["per_carrier = 2", "one weapon in all, of the 2 that strike can carry", "count: 2"],
    ),
    "climb beyond the upright": ("height_m: 400}", "height_m: 400, climb_deg: 120}", 50, ["popup.climb_deg = 120", "1 to 80"]),
    "conduct in one word": ("evade: {how: beam, g: 5, chaff: 6}", "evade: beam", 26, ["evade = beam: not a mapping of keys", "how, g, height_m, chaff", "key: value"]),
    "waypoints in one word": ("    route: []\n", "    route: straight\n", 58, ["route = straight: not a list", "a list of waypoints"]),
    "no system": ("    system: shahed-136\n", "", 53, ["raid[4].system: missing", "skyreach catalog"]),
    "timeline of nobody": ("of: grave-stone", "of: gravestone", 20, ["timeline[0].of", "gravestone", "did you mean grave-stone?"]),
    "timeline that runs backwards": ("until_s: 300", "until_s: 200", 20, ["until_s = 200", "is not after at_s", "swap the two"]),
}  # fmt: skip

VALUES = {  # (path of --set, what the message must hold)
    "lethal radius 0": ("48n6e3.lethal_radius=0", ["0 m", "numbers above 0", "20 is the catalogue's value"]),
    "lethal radius of a world": ("48n6e3.lethal_radius=1e9", ["lethal_radius 1e+09 m", "lethal_radius below min_range"]),
    "reliability over 1": ("48n6e3.reliability=1.2", ["1.2", "0 to 1", "0.95 is the catalogue's value"]),
    "kill probability in percent": ("48n6e3.pk_aircraft=70", ["0 to 1", "0.7 for 70 %?"]),
    "thrust that pulls back": ("48n6e3.thrust=-3", ["-3 kN", "numbers above 0"]),
    "more propellant than missile": ("48n6e3.propellant_mass=5000", ["launch_mass 1840 kg", "propellant_mass below launch_mass", "together"]),
    "burns longer than it flies": ("48n6e3.burn_time=1e9", ["burn_time below max_flight_time"]),
    "dead zone beyond the reach": ("48n6e3.min_range=900", ["min_range below max_range_aircraft"]),
    "ceiling under the floor": ("48n6e3.max_altitude=0.005", ["min_altitude below max_altitude"]),
    "navigation constant 1": ("48n6e3.nav_constant=1", ["above 2", "3 to 5 are usual"]),
    "anti-radiation range 0": ("agm-88.seeker_range=0", ["0 km", "numbers above 0", "100 is the catalogue's value"]),
    "band of a seeker reversed": ("agm-88.frequency_min=30", ["frequency_max 20 GHz", "frequency_min below frequency_max"]),
    "band of a jammer reversed": ("jammer-aircraft.frequency_min=20", ["frequency_max 18 GHz", "frequency_min below frequency_max"]),
    "negative CEP": ("iskander-m.cep=-3", ["-3 m", "numbers above 0"]),
    "half a channel": ("98zh6e.target_channels=2.5", ["2.5", "a whole number"]),
    "negative rounds": ("pantsir-s1.rounds=-5", ["-5", "numbers above 0"]),
    "loft past the upright": ("48n6e3.loft=120", ["120 deg", "0 to 90 deg", "30.5 is the catalogue's value"]),
    "loft into the ground": ("48n6e3.loft=-5", ["-5 deg", "0 is a flat shot"]),
    "dive past the upright": ("iskander-m.dive_angle=120", ["120 deg", "90 straight down", "70 is the catalogue's value"]),
    "radar that looks over its shoulder": ("92n6e.elevation_max=130", ["130 deg", "90 is straight up"]),
    "booster dropped while it burns": ("57e6-e.separation_time=0.5", ["dropped after 0.5 s", "burns until 2.4 s", "separation_time = 2.4"]),
    "booster of two dropped early": ("aster-30-b1.separation_time=1", ["dropped after 1 s", "after the booster is empty"]),
    "unknown value": ("48n6e3.thrst=300", ["48n6e3 has no number thrst", "did you mean thrust?"]),
}  # fmt: skip

CITED = 'confidence = "L", source = ["user"], note = "a blog"'
CLAIMED = {  # (lines of a claim set, what the message must hold)
    "no source": ('pk_aircraft = {nominal = 0.9, unit = "1", confidence = "L"}', ["pk_aircraft.source", "a list of source keys", "user with a note"]),
    "no source in the list": ('pk_aircraft = {nominal = 0.9, unit = "1", confidence = "L", source = []}', ["pk_aircraft.source", "[]"]),
    "unknown source": ('pk_aircraft = {nominal = 0.9, unit = "1", confidence = "L", source = ["BLOG"]}', ["BLOG", "a key of sources.toml"]),
    "own source unsaid": ('pk_aircraft = {nominal = 0.9, unit = "1", confidence = "L", source = ["user"]}', ["user without a note", "title, page"]),
    "unknown fact": (f'pk_aircarft = {{nominal = 0.9, unit = "1", {CITED}}}', ["pk_aircarft", "no such value", "pk_aircraft"]),
    "bare figure": ("pk_aircraft = 0.9", ["pk_aircraft", "a bare number has no source"]),
    "probability over 1": (f'pk_aircraft = {{nominal = 0.9, high = 1.3, unit = "1", {CITED}}}', ["1.3", "0 to 1"]),
    "another unit": (f'lethal_radius = {{nominal = 4, unit = "kg", {CITED}}}', ["lethal_radius.unit", "kg", "m, as in the catalogue"]),
    "thrust backwards": (f'thrust = {{t = [10, 5, 0], value = [300, 300, 0], unit = "kN", {CITED}}}', ["5 after 10, 0 after 5", "sort the two lists by t"]),
    "thrust table": (f'thrust = {{t = [0, 5, 10], value = [300, 300, 0], unit = "kN", {CITED}}}', ["a table", "a number, as in the catalogue", "one figure"]),
    "drag backwards": (f'cd = {{mach = [7, 2, 0], value = [0.2, 0.3, 0.2], unit = "1", {CITED}}}', ["mach does not rise: 2 after 7", "sort"]),
    "drag given twice": (f'cd = {{mach = [0, 2, 2, 4], value = [0.2, 0.3, 0.4, 0.2], unit = "1", {CITED}}}', ["2 after 2", "each mach once"]),
    "drag below 0": (f'cd = {{mach = [0, 2, 4, 7], value = [0.2, -0.3, 0.2, 0.2], unit = "1", {CITED}}}', ["-0.3 at Mach 2", "above 0"]),
    "drag with a gap": (f'cd = {{mach = [0, 0.9, 7], value = [0.2, 0.3, 0.2], unit = "1", {CITED}}}', ["nothing between Mach 0.9 and 7", "steps of at most"]),
    "drag that ends early": (f'cd = {{mach = [0, 1, 2], value = [0.2, 0.4, 0.3], unit = "1", {CITED}}}', ["Mach 0 to 2", "or more (its peak_speed)"]),
    "drag that begins late": (f'cd = {{mach = [2, 4, 6, 7], value = [0.2, 0.4, 0.3, 0.2], unit = "1", {CITED}}}', ["Mach 2 to 7", "from 0.6 or less"]),
    "drag in metres": (f'cd = {{mach = [0, 2, 4, 7], value = [0.2, 0.4, 0.3, 0.2], unit = "m", {CITED}}}', ["cd.unit", "1, as in the catalogue"]),
    "loft of the world": (f'loft = {{nominal = 140, unit = "deg", {CITED}}}', ["loft", "140 deg", "0 to 90 deg"]),
    "curve backwards": (f'thrust_curve = {{share = [0, 0.5, 0.2, 1], value = [1, 1, 0.5, 0.5], unit = "1", {CITED}}}', ["0.2 after 0.5", "sort the two lists by share"]),
    "no drag at all": (f'cd = {{mach = [0, nan], value = [0.2, 0.3], unit = "1", {CITED}}}', ["cd.mach[1]", "a finite number"]),
}  # fmt: skip


@pytest.fixture
def told(tmp_path, monkeypatch, skyreach):
    """A function that calls the command line in a folder of its own, and gives what it says of bad input."""
    monkeypatch.chdir(tmp_path)

    def call(*words, made=("raid.yaml",)):
        code, _, said = skyreach(*words)
        assert code == 2, said
        assert said.startswith("skyreach: ")
        assert "Traceback" not in said
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(made)
        return said

    return call


@pytest.mark.parametrize("verb", [("check",), ("run", "--quiet")])
@pytest.mark.parametrize("what", SPOILED)
def test_a_wrong_enemy_is_told_where_it_stands(told, tmp_path, what, verb):
    old, new, line, parts = SPOILED[what]
    assert old in ENEMY
    (tmp_path / "raid.yaml").write_text(ENEMY.replace(old, new, 1))
    said = told(*verb, "raid.yaml")
    assert f"raid.yaml:{line}  " in said
    for part in parts:
        assert part in said


@pytest.mark.parametrize("verb", [("check",), ("run", "--quiet")])
@pytest.mark.parametrize("what", VALUES)
def test_a_wrong_value_is_told_with_its_setting(told, tmp_path, what, verb):
    setting, parts = VALUES[what]
    (tmp_path / "raid.yaml").write_text(ENEMY)
    said = told(*verb, "raid.yaml", "--set", f"catalog.{setting}")
    for part in (f"catalog.{setting.partition('=')[0]}", *parts):
        assert part in said


@pytest.mark.parametrize("verb", [("check",), ("run", "--quiet")])
@pytest.mark.parametrize("what", CLAIMED)
def test_a_wrong_claim_is_told_with_its_file(told, tmp_path, what, verb):
    line, parts = CLAIMED[what]
    (tmp_path / "raid.yaml").write_text(ENEMY.replace("name: sead\n", "name: sead\nclaims: [mine.toml]\n"))
    (tmp_path / "mine.toml").write_text(f"[48n6e3]\n{line}\n")
    said = told(*verb, "raid.yaml", made=("raid.yaml", "mine.toml"))
    for part in ("raid.yaml:3  claims[0]", "mine.toml: ", "48n6e3", *parts):
        assert part in said


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b"", ["no values in it", "remove it from `claims`"]),
        (b"# nothing yet\n", ["no values in it", "[ITEM]"]),
        (b"48n6e3 = 3\n", ["48n6e3", "[ITEM] and below it the values"]),
        (b'[48n6e3]\nloft = {nominal = 9 unit = "deg"}\n', ["not readable as TOML", "line 2", "a comma between two parts"]),
        (b"[48n6e3\n", ["not readable as TOML", "every bracket closed"]),
        (b"\xff\xfe[48n6e3]\n", ["not UTF-8 text", "save the file as UTF-8"]),
    ],
)
def test_a_file_of_claims_without_claims_is_refused(told, tmp_path, content, parts):
    (tmp_path / "raid.yaml").write_text(ENEMY.replace("name: sead\n", "name: sead\nclaims: [mine.toml]\n"))
    (tmp_path / "mine.toml").write_bytes(content)
    said = told("check", "raid.yaml", made=("raid.yaml", "mine.toml"))
    for part in ("raid.yaml:3  claims[0]", "mine.toml", *parts):
        assert part in said


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", ["raid.yaml:1", "no scenario here: the file is empty", "begin with skyreach: 1"]),
        ("# nothing yet\n", ["the file is empty"]),
        ("a headline\n", ["raid.yaml:1", "no scenario here", "keys and values"]),
        ("- one\n- two\n", ["no scenario here"]),
        ("skyreach: 1\nname: [x\n", ["raid.yaml:3", "not valid YAML", "check indentation, quotes and colons"]),
        (ENEMY[: ENEMY.index("raid:")], ["raid.yaml:1  raid: missing", "name, system and route of each"]),
        (ENEMY[: ENEMY.index("raid:")] + "raid:\n", ["raid.yaml:23  raid = nothing: not a list", "a list of what flies in"]),
        (ENEMY.replace("duration_s: 420", "duration_s: 7 min"), ["duration_s = 7 min: not a number", "the unit is in the key's name"]),
    ],
)
def test_a_file_that_is_no_scenario_is_told_so(told, tmp_path, content, parts):
    (tmp_path / "raid.yaml").write_text(content)
    said = told("check", "raid.yaml")
    for part in parts:
        assert part in said


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("check sinop-2021", ["sinop-2021: no such file", "skyreach catalog --kind episode", "did you mean sinop-2020?"]),
        ("run sinop-2021 --quiet", ["did you mean sinop-2020?"]),
        ("episodes sinop-2021", ["sinop-2021", "did you mean sinop-2020?"]),
    ],
)
def test_a_name_that_is_no_episode_is_told_the_nearest(told, words, parts):
    said = told(*words.split(), made=())
    for part in parts:
        assert part in said


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("envelope 48n6e3 --set 48n6e3.propellant_mass=9000 --out folder", ["propellant_mass below launch_mass"]),
        ("envelope 48n6e3 --set 48n6e3.lethal_radius=0 --out folder", ["numbers above 0"]),
        ("envelope 48n6e3 --set 48n6e3.min_range=900 --out folder", ["min_range below max_range_aircraft"]),
        ("envelope 48n6e9 --out folder", ["unknown item", "48n6e3"]),
        ("envelope 48n6e3 --target s-400 --out folder", ["s-400 is a system", "iskander-m"]),
        ("envelope 48n6e3 --speed -3 --out folder", ["-3 m/s", "0 to 4800 m/s"]),
        ("claims s-400 --set 48n6e3.reliability=2", ["override 48n6e3.reliability", "0 to 1"]),
        ("claims s-400 --set 98zh6e.target_channels=-6", ["-6", "numbers above 0"]),
        ("claims s-400 --set s-400.targets=3", ["no value 'targets'", "targets_at_once"]),
        ("claims s-500", ["unknown item", "s-400"]),
        ("claims 48n6e3", ["48n6e3 is a missile", "s-400"]),
    ],
)
def test_wrong_questions_to_envelope_and_claims(told, words, parts):
    said = told(*words.split(), made=())
    for part in parts:
        assert part in said


def test_values_that_go_together_are_taken_together():
    """Each alone would contradict the catalogue, both do not; nor does any draw between low and high of the catalogue."""
    from skyreach.catalog import load
    from skyreach.catalog.sense import LESS

    heavy = {"48n6e3.propellant_mass": 5000.0, "48n6e3.launch_mass": 8000.0}
    assert load(heavy)["48n6e3"].si("launch_mass") == 8000.0
    for kind, pairs in LESS.items():
        for item in load().items(kind):
            for low, high in pairs:
                if low in item and high in item:
                    assert item.si(low, "high") < item.si(high, "low"), (item.key, low, high)


def test_no_draw_drops_a_booster_while_it_burns():
    """The earliest separation with the longest burn of the catalogue, as a study may draw them."""
    from skyreach.catalog import load

    for item in load().items("missile"):
        if "separation_time" in item:
            drawn = {f"{item.key}.{key}": item.value(key).low for key in ("separation_time",)}
            drawn[f"{item.key}.burn_time"] = item.value("burn_time").high
            assert load(drawn)[item.key].si("separation_time") == item.value("separation_time").low


def test_a_fire_unit_that_cannot_shoot_is_noted(tmp_path, monkeypatch, skyreach):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raid.yaml").write_text(ENEMY.replace(GUNS, ""))
    code, out, _ = skyreach("check", "raid.yaml")
    assert code == 0
    assert "note: battalion: an engagement radar, but no launchers" in out
