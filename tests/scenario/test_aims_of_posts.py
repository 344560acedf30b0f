"""A unit with a command post of its own some way off: what is aimed at the one does not name the other.

The places are 3 km apart; a weapon of 10 m CEP comes down within some tens of metres of its aim, and the event names what stands
there.
"""

import pytest

from skyreach import api
from skyreach.errors import BadInput
from skyreach.scenario import read_scenario
from skyreach.scenario.aims import aims_of

TEXT = """\
skyreach: 1
name: posts
start: 2026-05-01T02:00:00Z
duration_s: 80
terrain: smooth
sites: {home: {lat: 40.0, lon: 33.0}, camp: {lat: 39.975, lon: 32.99}, hill: {lat: 40.02, lon: 33.02}}
doctrine: {weapons: hold}
formations:
  - name: group
    level: regiment
    command_post: {system: 55k6e, at: hill}
    units:
      - name: battalion
        level: battalion
        command_post: {system: 55k6e, at: camp}
        radars: [{name: gs, system: 92n6e, at: home}]
        launchers: [{system: 5p85te2, load: {48n6e3: 4}, at: home}]
raid:
  - name: tgt
    system: iskander-m
    aim: AIM
    damage: cep
    route:
      - {at: {site: home, bearing_deg: 0, distance_km: 60}, height_m: 20000, ref: msl}
      - {at: {site: home, bearing_deg: 0, distance_km: 20}, height_m: 12000, ref: msl}
"""


@pytest.mark.parametrize(
    ("aim", "named", "lost"),
    [
        ("battalion", "battalion", "radar lost"), ("battalion command post", "battalion command post", "site lost"),
        ("group", "group command post", "site lost"), ("group command post", "group command post", "site lost"),
    ],
)  # fmt: skip
def test_an_impact_names_what_the_weapon_was_aimed_at(aim, named, lost):
    run = api.run(read_scenario(TEXT.replace("AIM", aim)))
    names = run.sites["name"].to_pylist()
    events = run.events.to_pylist()
    (impact,) = [e for e in events if e["kind"] == "impact"]
    assert names[impact["b"]] == named
    assert impact["value"] < 100.0
    (first, *_) = [e for e in events if e["cause"] == impact["event"]]
    assert first["kind"] == lost
    assert run.targets["aim"].to_pylist() == [named]


def test_each_post_has_a_place_under_its_own_name():
    aims = aims_of(read_scenario(TEXT.replace("AIM", "gs")))
    assert {name: place.site for name, place in aims.items()} == {
        "gs": "home", "battalion": "home", "battalion command post": "camp", "group": "hill", "group command post": "hill",
    }  # fmt: skip


def test_a_misspelt_post_is_told_the_names_that_there_are():
    with pytest.raises(BadInput) as fault:
        read_scenario(TEXT.replace("AIM", "battalion comand post"))
    for words in ("raid[0].aim", "allowed: gs, battalion, group, group command post, battalion command post", "did you mean battalion command post?"):
        assert words in str(fault.value)
