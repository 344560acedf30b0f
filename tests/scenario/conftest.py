"""A small scenario as text, with numbered lines, to be spoiled by the tests."""

import pytest

TINY = """\
skyreach: 1
name: tiny
start: 2026-05-01T02:00:00Z
duration_s: 600
sites:
  hill: {lat: 39.75, lon: 32.84}
formations:
  - name: regiment
    level: regiment
    command_post: {system: 55k6e, at: murted}
    radars:
      - {name: big-bird, system: 91n6e, at: {site: murted, bearing_deg: 90, distance_km: 2}}
    units:
      - name: battalion
        level: battalion
        radars:
          - {name: grave-stone, system: 92n6e, at: hill, mast: 40v6m, axis_deg: 225}
        launchers:
          - {system: 5p85te2, count: 4, load: {48n6e3: 4}, at: hill}
        point_defence:
          - {name: pantsir, system: pantsir-s1, at: hill, protects: base}
assets:
  - {name: base, at: murted, value: 10}
raid:
  - name: shahed
    system: shahed-136
    count: 4
    spacing_s: 5
    aim: base
    route:
      - {lat: 39.5, lon: 32.0, height_m: 300, ref: agl}
      - {lat: 39.9, lon: 32.4, height_m: 300, ref: agl}
civil:
  - name: airliner
    system: a320
    route:
      - {lat: 39.5, lon: 32.0, height_m: 10000, ref: msl}
      - {at: hill, height_m: 10000, ref: msl}
"""


@pytest.fixture
def tiny() -> str:
    return TINY
