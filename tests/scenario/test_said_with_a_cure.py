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
POWER = "what: silent, of: gs"

SPOILED = {  # what is wrong: (text in BASE, what stands there instead, line, what the message must hold)
    "airway from nowhere": ("points: [home,", "points: [hoem,", 23, ["airways[0].points[0]", "no site of this name", "did you mean home?"]),
    "decoy at no place": ("decoys: [home]", "decoys: [hoem]", 12, ["radars[0].decoys[0]", "no site of this name", "did you mean home?"]),
    "power of a point defence": (POWER, "what: power, of: p1", 25, ["timeline[0].of", "p1, a point defence: it has power of its own", "allowed: bat, group\n", "lost"]),
    "power of point defence alone": (POWER, "what: power, of: guns", 25, ["given: guns", "allowed: bat, group\n", "the name of a fire unit"]),
    "hold of a radar": (POWER, "what: hold, of: gs", 25, ["timeline[0].of", "allowed: bat, p1, p2, group, guns"]),
    "link of an engagement radar": (POWER, "what: cut, of: gs", 25, ["allowed: bat, p1, p2, big, p1 1rs1-1e, p2 1rs1-1e, group, guns", "did you mean guns?"]),
}  # fmt: skip
CUED = [
    ("    radars: [{name: big, system: 91n6e, at: home, decoys: [home]}]\n", ""),
    ("        point_defence: [{name: p1, system: pantsir-s1, at: home}]\n", ""),
    ("      - name: guns\n        level: battery\n        point_defence: [{name: p2, system: pantsir-s1, at: home}]\n", ""),
    ("system: 92n6e, at: home}", "system: 92n6e, at: home, cue_km: 30}"),
]


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


def test_the_unspoiled_scenario_is_sound(tmp_path, monkeypatch, skyreach):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raid.yaml").write_text(BASE, encoding="utf-8")
    assert skyreach("check", "raid.yaml")[0] == 0
