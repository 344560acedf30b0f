"""The ellipse of the error of a track in the horizontal plane."""

import numpy as np
import pymap3d
import pytest

from skyreach import api
from skyreach.engine.replicate import digest, replicate
from skyreach.records.arrow import _ellipse
from skyreach.scenario.compile import compile_scenario
from skyreach.scenario.load import load_scenario


@pytest.mark.parametrize(("lat", "lon"), [(39.9, 32.6), (-33.0, -70.0), (0.0, 179.0), (78.0, 15.0)])
@pytest.mark.parametrize("axis", [0.0, 30.0, 90.0, 135.0])
def test_an_ellipse_that_was_laid_out_is_found_again(lat, lon, axis):
    """900 m along an azimuth, 120 m across it, 300 m upright; turned into ECEF by pymap3d."""
    a = np.radians(axis)
    along, across, up = (np.sin(a), np.cos(a), 0.0), (np.cos(a), -np.sin(a), 0.0), (0.0, 0.0, 1.0)
    cov = np.zeros((3, 3))
    for sigma, (e, n, u) in ((900.0, along), (120.0, across), (300.0, up)):
        v = np.array(pymap3d.enu2uvw(e, n, u, lat, lon), dtype=float)
        cov += sigma**2 * np.outer(v, v)
    point = np.array([pymap3d.geodetic2ecef(lat, lon, 5000.0)])
    found = {name: column[0][0] for name, column in _ellipse(point, cov[None]).items()}
    assert found["sigma_major_m"] == pytest.approx(900.0, rel=1e-9)
    assert found["sigma_minor_m"] == pytest.approx(120.0, rel=1e-6)
    assert abs((found["axis_deg"] - axis + 90.0) % 180.0 - 90.0) == pytest.approx(0.0, abs=1e-6)


def test_tracks_of_a_run_have_it_and_the_digest_does_not():
    scenario = load_scenario("murted-raid")
    table = api.run(scenario).tracks
    major, minor = (np.array(table[name]) for name in ("sigma_major_m", "sigma_minor_m"))
    assert len(major) > 0
    assert (major >= minor).all()
    assert (minor > 0).all()
    assert (np.hypot(major, minor) <= np.array(table["sigma_m"]) * (1 + 1e-9)).all()  # the upright part is left out
    ran = replicate(compile_scenario(scenario), 1)
    before = digest(ran.world, ran.log)
    ran.log["tracks"]["cov_pos"] += 1.0
    assert digest(ran.world, ran.log) == before == ran.digest
    ran.log["tracks"]["sigma_pos"][0] += 1.0
    assert digest(ran.world, ran.log) != before
