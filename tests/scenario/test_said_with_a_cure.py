"""What used to be refused without a place or a cure, or not at all: file, line, key, what may stand there, and what to try.

Line numbers are counted by hand in BASE.
"""

import pytest

BASE = """\
skyreach: 1
name: cured
start: 2026-05-01T02:00:00Z
duration_s: 300
terrain: smooth
sites:
  home: {lat: 40.0, lon: 33.0}
formations:
  - name: group
    level: regiment
    command_post: {system: 55k6e, at: {site: home, bearing_deg: 300, distance_km: 2}}
    radars: [{name: big, system: 91n6e, at: home, decoys: [home]}]
    units:
      - name: bat
        level: battalion
        radars: [{name: gs, system: 92n6e, at: home}]
        launchers: [{system: 5p85te2, count: 1, load: {48n6e3: 4}, at: home}]
        point_defence: [{name: p1, system: pantsir-s1, at: home}]
      - name: guns
        level: battery
        point_defence: [{name: p2, system: pantsir-s1, at: home}]
airways:
  - {name: w84, points: [home, {lat: 41.0, lon: 33.0}], width_km: 10, from_m: 7000, to_m: 13000}
timeline:
  - {at_s: 30, what: silent, of: gs, until_s: 60}
assets:
  - {name: base, at: home, value: 10, points: 4}
raid:
  - name: strike
    system: f-16c
    evade: {how: beam, g: 5}
    route:
      - {at: {site: home, bearing_deg: 0, distance_km: 100}, height_m: 7000, ref: msl}
      - {at: {site: home, bearing_deg: 180, distance_km: 60}, height_m: 7000, ref: msl}
"""
HARM = """\
  - name: harm
    system: agm-88
    home_on: emitters
    route:
      - {at: {site: home, bearing_deg: 0, distance_km: 70}, height_m: 8000, ref: msl}
      - {at: home, height_m: 8000, ref: msl}
"""
ISKANDER = """\
  - name: iskander
    system: iskander-m
    aim: base
    ballistic: low
    damage: cep
    route:
      - {at: {site: home, bearing_deg: 45, distance_km: 0.4}, height_m: 0, ref: agl, speed_mps: 1800}
"""
ALONE = """\
  - name: lone
    level: battery
    radars: [{name: eye, system: 92n6e, at: home}]
"""
POWER = "what: silent, of: gs"

SPOILED = {  # what is wrong: (text in BASE, what stands there instead, line, what the message must hold)
    "airway from nowhere": ("points: [home,", "points: [hoem,", 23, ["airways[0].points[0]", "no site of this name", "did you mean home?"]),
    "decoy at no place": ("decoys: [home]", "decoys: [hoem]", 12, ["radars[0].decoys[0]", "no site of this name", "did you mean home?"]),
    "power of a point defence": (POWER, "what: power, of: p1", 25, ["timeline[0].of", "p1, a point defence: it has power of its own", "allowed: bat, group\n", "lost"]),
    "power of point defence alone": (POWER, "what: power, of: guns", 25, ["given: guns", "allowed: bat, group\n", "the name of a fire unit"]),
    "hold of a radar": (POWER, "what: hold, of: gs", 25, ["timeline[0].of", "allowed: bat, p1, p2, group, guns"]),
    "link of an engagement radar": (POWER, "what: cut, of: gs", 25, ["allowed: bat, p1, p2, big, p1 1rs1-1e, p2 1rs1-1e, group, guns", "did you mean guns?"]),
    "no missile of a type": ("{48n6e3: 4}", "{48n6e3: 0}", 17, ["load.48n6e3 = 0: out of range", "allowed: 1 to 64", "leave 48n6e3 out of `load`"]),
    "no load": ("{48n6e3: 4}", "{}", 17, ["launchers[0].load: empty", "as {48n6e3: 4}"]),
    "no launcher": ("count: 1", "count: 0", 17, ["launchers[0].count = 0: out of range", "remove the whole entry"]),
    "no place": ("system: 92n6e, at: home", "system: 92n6e", 16, ["radars[0].at: missing", "allowed: a site's name, or {lat, lon}", "at: home"]),
    "nobody": (POWER, "what: silent", 25, ["timeline[0].of: missing", "allowed: name of a command post, fire unit, formation, radar", "of: the name"]),
    "no time": ("at_s: 30, ", "", 25, ["timeline[0].at_s: missing", "0 to 86400", "at_s: 60"]),
    "nothing to engage": ("terrain: smooth\n", "terrain: smooth\ndoctrine: {engage: []}\n", 6, ["doctrine.engage: empty", "weapons: hold"]),
    "airway of one point": (", {lat: 41.0, lon: 33.0}]", "]", 23, ["airways[0].points: too few", "2 or more of them"]),
    "too wide an airway": ("width_km: 10", "width_km: 300", 23, ["width_km = 300", "at most 200", "width_km: 200"]),
    "no name": ("name: strike", "note: strike", 29, ["raid[0].name: missing", "a word that nothing else here has"]),
    "antipode": (
        "        radars: [{name: gs", "        scoot: {to: [{lat: -40.0, lon: -147.0}], after_shots: 1, march_kmh: 60}\n        radars: [{name: gs",
        16, ["scoot.to[0]", "20,003.9 km off", "at 60 km/h", "at most 5.0 km", "duration_s = 300", "a nearer place"],
    ),
    "just too far a march": (
        "system: pantsir-s1, at: home}]\n      -", "system: pantsir-s1, at: home, scoot: {to: [{site: home, bearing_deg: 90, distance_km: 5.1}], after_s: 9, march_kmh: 60}}]\n      -",
        18, ["point_defence[0].scoot.to[0]", "5.1 km off: 306 s on the road", "at most 5.0 km"],
    ),
    "turn harder than the aircraft": ("g: 5}", "g: 40}", 31, ["raid[0].evade.g", "40 g, more than f-16c can pull", "at most 9 g, its g_max", "f-16c.g_max"]),
    "weave harder than the weapon": (
        "    evade: {how: beam, g: 5}\n", "    weave: {g: 20}\n", 31, ["raid[0].weave.g", "20 g, more than f-16c can pull", "at most 9 g, its g_max"],
    ),
    "ballistic at its own launcher": (BASE[BASE.index("  - name: strike"):], ISKANDER, 35, ["raid[0].route[0]", "an aim 400 m away", "1 km or more", "launch further off"]),
}  # fmt: skip
DARK = [  # an entry of the timeline that leaves the only emitter silent for good
    "{at_s: 0, what: silent, of: eye}", "{at_s: 0, what: lost, of: eye}", "{at_s: 0, what: lost, of: lone}", "{at_s: 0, what: power, of: lone}",
    "{at_s: 0, what: silent, of: eye, until_s: 300}",
]  # fmt: skip
LIT = ["{at_s: 0, what: silent, of: eye, until_s: 100}", "{at_s: 1, what: lost, of: eye}", "{at_s: 0, what: hold, of: lone}"]
CUED = [
    ("    radars: [{name: big, system: 91n6e, at: home, decoys: [home]}]\n", ""),
    ("        point_defence: [{name: p1, system: pantsir-s1, at: home}]\n", ""),
    ("      - name: guns\n        level: battery\n        point_defence: [{name: p2, system: pantsir-s1, at: home}]\n", ""),
    ("system: 92n6e, at: home}", "system: 92n6e, at: home, cue_km: 30}"),
]


CITED = 'confidence = "L", source = ["user"], note = "a blog"'
CLAIMED = {  # a line of a claim set, what the message must hold
    "source of no letters": ('pk_aircraft = {nominal = 0.9, unit = "1", confidence = "L", source = [""]}', ["pk_aircraft.source", "given: ''", "user with a note"]),
    "source by another case": ('pk_aircraft = {nominal = 0.9, unit = "1", confidence = "L", source = ["lot"]}', ["given: lot", "did you mean LOT"]),
    "low below zero": (f'lethal_radius = {{low = -1, nominal = 4, unit = "m", {CITED}}}', ["given: -1 m", "numbers above 0", "20 is the catalogue's value"]),
    "low above nominal": (f'lethal_radius = {{low = 5, nominal = 4, unit = "m", {CITED}}}', ["low 5, nominal 4", "low <= nominal <= high", "sort the three"]),
    "no nominal": (f'lethal_radius = {{low = -1, unit = "m", {CITED}}}', ["lethal_radius.nominal", "given: missing", "nominal = 0.9"]),
    "nominal in quotes": (f'lethal_radius = {{nominal = "4", unit = "m", {CITED}}}', ["lethal_radius.nominal", "a finite number", "no quotes"]),
    "no confidence": ('lethal_radius = {nominal = 4, unit = "m", source = ["user"], note = "a blog"}', ["given: missing", "H, M, L"]),
    "key misspelt": (f'lethal_radius = {{nominl = 4, unit = "m", {CITED}}}', ["given: nominl", "try: nominal"]),
}  # fmt: skip


@pytest.fixture
def told(tmp_path, monkeypatch, skyreach):
    """told(text, *words): what `check` says of a scenario that it refuses."""
    monkeypatch.chdir(tmp_path)

    def call(text, *words):
        (tmp_path / "raid.yaml").write_text(text, encoding="utf-8")
        code, _, said = skyreach("check", "raid.yaml", *words)
        assert code == 2, said
        assert "Traceback" not in said
        assert "try: " in said
        return said

    return call


@pytest.mark.parametrize("what", SPOILED)
def test_a_wrong_scenario_is_told_where_and_how_to_mend_it(told, what):
    old, new, line, parts = SPOILED[what]
    assert old in BASE
    said = told(BASE.replace(old, new, 1))
    assert f"raid.yaml:{line}  " in said
    for part in parts:
        assert part in said


@pytest.mark.parametrize("what", CLAIMED)
def test_a_wrong_claim_is_told_how_to_mend_it(told, tmp_path, what):
    line, parts = CLAIMED[what]
    (tmp_path / "mine.toml").write_text(f"[48n6e3]\n{line}\n", encoding="utf-8")
    said = told(BASE.replace("name: cured\n", "name: cured\nclaims: [mine.toml]\n"))
    for part in ("raid.yaml:3  claims[0]", *parts):
        assert part in said


@pytest.mark.parametrize("post", [True, False])
def test_a_radar_that_nothing_would_ever_wake_is_refused(told, post):
    text = BASE
    for old, new in CUED:
        assert old in text
        text = text.replace(old, new)
    if not post:
        text = text.replace("    command_post: {system: 55k6e, at: {site: home, bearing_deg: 300, distance_km: 2}}\n", "")
    said = told(text)
    for part in (f"raid.yaml:{15 if post else 14}  ", "radars[0].cue_km = 30: it stays silent for ever", "remove cue_km"):
        assert part in said


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_cued_radar_beside_one_that_radiates_is_sound(kept):
    """An acquisition radar, or point defence of its unit or of another: each can find it the track."""
    from skyreach.scenario import read_scenario

    text = BASE
    for n, (old, new) in enumerate(CUED):
        text = text if n == kept else text.replace(old, new)
    assert read_scenario(text).name == "cured"


def lone(entry):
    """The scenario with one radar, an anti-radiation missile and an entry of the timeline."""
    a, b, c = BASE.index("  - name: group"), BASE.index("airways:"), BASE.index("timeline:")
    return BASE[:a] + ALONE + BASE[b:c] + f"timeline:\n  - {entry}\n" + BASE[BASE.index("assets:") :] + HARM


@pytest.mark.parametrize("entry", DARK)
def test_a_seeker_that_never_has_an_emitter_is_refused(told, entry):
    said = told(lone(entry))
    for part in ("raid.yaml:27  raid[1].home_on", "no emitter: by the timeline eye never radiates", "at_s: 0"):
        assert part in said


@pytest.mark.parametrize("entry", LIT)
def test_a_seeker_whose_emitter_radiates_at_some_time_is_sound(tmp_path, monkeypatch, skyreach, entry):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raid.yaml").write_text(lone(entry), encoding="utf-8")
    assert skyreach("check", "raid.yaml")[0] == 0


@pytest.mark.parametrize(
    ("setting", "parts"),
    [  # weight of 1840 kg: 18.04 kN
        ("48n6e3.thrust=2", ["catalog.48n6e3.thrust", "thrust 2 kN, below its weight of 18 kN", "above 18 kN", "in kN?"]),
        ("48n6e3.launch_mass=1e6", ["catalog.48n6e3.launch_mass", "cannot leave the launcher"]),
        ("agm-88.g_max=1", ["catalog.agm-88.g_max", "1 g: level flight takes 1 g", "above 1 g"]),
        ("f-16c.g_max=1", ["raid.yaml:31  raid[0].evade", "f-16c.g_max = 1 g"]),
    ],
)
def test_values_with_which_nothing_flies_are_refused(told, setting, parts):
    text = BASE.replace("beam, g: 5}", "beam}") + HARM
    said = told(text, "--set", f"catalog.{setting}")
    for part in parts:
        assert part in said


def test_no_draw_of_the_catalogue_is_refused():
    """The least thrust with the largest mass, and the least g_max, of every item, as a study may draw them."""
    from skyreach.catalog import load

    for item in load().items("missile"):
        drawn = {f"{item.key}.thrust": item.value("thrust").low, f"{item.key}.launch_mass": item.value("launch_mass").high}
        load(drawn)
    for item in load().items("threat"):
        load({f"{item.key}.g_max": item.value("g_max").low})


def test_a_march_that_ends_just_in_time_is_sound(tmp_path, monkeypatch, skyreach):
    """At 60 km/h 5 km are 300 s, the length of the run."""
    monkeypatch.chdir(tmp_path)
    move = "system: pantsir-s1, at: home, scoot: {to: [{site: home, bearing_deg: 90, distance_km: 4.99}], after_s: 9, march_kmh: 60}}]\n      -"
    (tmp_path / "raid.yaml").write_text(BASE.replace("system: pantsir-s1, at: home}]\n      -", move, 1), encoding="utf-8")
    assert skyreach("check", "raid.yaml")[0] == 0


def test_the_unspoiled_scenario_is_sound(tmp_path, monkeypatch, skyreach):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raid.yaml").write_text(BASE, encoding="utf-8")
    assert skyreach("check", "raid.yaml")[0] == 0
