"""Plots that take time to the track file: taken for when they were measured, in whatever order they come."""

import numpy as np
import pytest

from skyreach.errors import BadInput
from skyreach.world import codes

HOLD = {"weapons": "hold"}


def watched(lab, *delays, tracking=None):
    """91N6E radars side by side, with the delays of their plots [s], and a target that flies past."""
    units = [
        {"name": f"watch-{n}", "level": "battery",
         "radars": [{"name": f"eye-{n}", "system": "91n6e", "at": place, "plot_delay_s": delay}]}
        for n, (place, delay) in enumerate(zip(("home", "away"), delays, strict=False))
    ]  # fmt: skip
    raid = lab.flyer("mald", "mald", 80, 40, 6000.0)
    return lab.compile(lab.scenario(raid, formations=units, doctrine=HOLD, duration_s=120.0, tracking=tracking or {}))


def off(run, after=60.0):
    """Errors of firm tracks over their own standard deviations."""
    truth, rows = run.log["truth"], run.log["tracks"]
    rows = rows[(rows["state"] == codes.FIRM) & (rows["t"] > after)]
    found = []
    for row in rows:
        near = truth[np.argmin(np.abs(truth["t"] - row["t"]))]
        found.append(np.linalg.norm(row["x"][:3] - near["pos_ecef"] - (row["t"] - near["t"]) * near["vel_ecef"]) / row["sigma_pos"])
    return np.array(found)


@pytest.mark.parametrize("delay", [0.3, 2.0, 7.25])
def test_one_radar_says_the_same_later(lab, delay):
    """The plots are those without delay, with their own times; the track becomes firm later by the delay, in whole frames."""
    prompt, late = (lab.play(watched(lab, seconds), 1) for seconds in (0.0, delay))
    frames = np.ceil(delay / 0.1 - 1e-9) * 0.1
    n = len(late.log["plots"])
    assert 10 < n <= len(prompt.log["plots"])
    assert late.log["plots"]["pos_ecef"].tobytes() == prompt.log["plots"]["pos_ecef"][:n].tobytes()
    assert late.log["plots"]["t"] == pytest.approx(prompt.log["plots"]["t"][:n], abs=1e-6)
    firm = [lab.events(run.world, codes.E_TRACK_FIRM)["t"][0] for run in (prompt, late)]
    assert firm[1] - firm[0] == pytest.approx(frames, abs=1e-6)
    assert late.world.tracks["hits"].max() >= n - 1


def test_plots_out_of_order_keep_the_track_where_the_target_is(lab):
    for delays in ((0.0, 0.0), (0.0, 3.0), (4.0, 0.5)):
        compiled = watched(lab, *delays)
        run = lab.play(compiled, 1)
        assert len(lab.events(run.world, codes.E_TRACK_FIRM)) == 1
        errors = off(run)
        assert len(errors) > 20
        assert np.quantile(errors, 0.95) < 2.5
        assert lab.play(compiled, 1, stepped=True).digest == run.digest


def test_banks_take_no_late_plots(lab):
    with pytest.raises(BadInput, match="plot_delay_s"):
        watched(lab, 1.0, tracking={"filter": "imm"})
