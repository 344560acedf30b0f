"""The assembled echo of a look against its closed forms: noise alone, clutter, notch, jamming, and the limits between them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyreach.catalog import load
from skyreach.physics import echo, jamming
from skyreach.physics.radar import BOLTZMANN, beam_gain, snr_at
from skyreach.scenario.order_of_battle import radar_columns
from skyreach.world.tables import TABLES, dtype_of

POSITIVE = st.floats(1e-6, 1e6)


def radar(key="92n6e", **changes):
    row = np.zeros(1, dtype_of(TABLES["radars"]))[0]
    for name, value in {**radar_columns(load()[key], 1, 0, 0, 0.0), **changes}.items():
        row[name] = value
    return row


def test_noise_alone_is_the_radar_equation():
    row = radar()
    assert echo.signal_of(row, 3.0, 70e3, 0.0, 1.0) == pytest.approx(snr_at(70e3, 3.0, row["r_ref"], row["rcs_ref"], row["snr_ref"]), rel=1e-12)
    assert echo.signal_of(row, 3.0, 70e3, 0.0, 0.25) == pytest.approx(0.25 * echo.signal_of(row, 3.0, 70e3, 0.0, 1.0), rel=1e-12)
    assert echo.signal_of(row, 1.0, 35e3, 0.0, 1.0) == pytest.approx(16.0 * echo.signal_of(row, 1.0, 70e3, 0.0, 1.0), rel=1e-12)


@pytest.mark.parametrize("key", ["91n6e", "92n6e", "96l6e", "1l119", "1rs1-1e"])
def test_the_reference_target_is_detected_as_the_catalogue_says(key):
    row, item = radar(key), load()[key]
    signal = echo.signal_of(row, item.si("reference_rcs"), item.si("reference_range"), 0.0, 1.0)
    assert echo.detected_with(row, 1, signal) == pytest.approx(item.si("reference_pd"), rel=1e-9)


def test_several_pulses_keep_the_reference():
    """Ten samples added: less signal per sample is needed, and the reference still holds; case 2 then gains on case 1."""
    cat = load({"92n6e.n_pulses": 10.0})
    row = np.zeros(1, dtype_of(TABLES["radars"]))[0]
    for name, value in radar_columns(cat["92n6e"], 1, 0, 0, 0.0).items():
        row[name] = value
    signal = echo.signal_of(row, 1.0, row["r_ref"], 0.0, 1.0)
    assert echo.detected_with(row, 1, signal) == pytest.approx(0.5, rel=1e-9)
    assert signal < 0.3 * radar()["snr_ref"]
    assert echo.detected_with(row, 2, 2.0 * signal) > echo.detected_with(row, 1, 2.0 * signal)


def test_a_beam_halves_at_half_its_width_and_ends_at_its_side_lobes():
    row = radar()
    half = 0.5 * row["width_az"]
    assert echo.one_way_gain(row, half, 0.0) == pytest.approx(0.5, rel=1e-12)
    assert echo.one_way_gain(row, half, 0.5 * row["width_el"]) == pytest.approx(0.25, rel=1e-12)
    assert echo.one_way_gain(row, 1.0, 0.0) == row["sidelobe"]
    r = 40e3
    assert echo.clutter_share(row, r, 0.5 * r * row["width_el"]) == pytest.approx(0.25, rel=1e-12)  # two-way
    assert echo.clutter_share(row, r, 9e3) == pytest.approx(row["sidelobe"] ** 2, rel=1e-12)


def test_scan_loss_is_a_power_of_the_cosine():
    assert echo.scan_gain(radar(scan_exponent=3.0), math.radians(45.0)) == pytest.approx(0.5**1.5, rel=1e-12)
    assert echo.scan_gain(radar(scan_exponent=0.0), math.radians(45.0)) == 1.0


@given(POSITIVE, st.floats(0.0, 2000.0), st.floats(0.0, 1e9), st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_interference_never_helps_and_each_one_hurts(signal, v, clutter, rain, jam):
    row = radar()
    clear = echo.heard(row, signal, v, 0.0, 0.0, 0.0)
    assert clear == signal
    found = echo.heard(row, signal, v, clutter, rain, jam)
    assert found <= signal * (1.0 + 1e-12)
    assert found <= echo.heard(row, signal, v, clutter, rain, 0.0) * (1.0 + 1e-12)
    assert found <= echo.heard_anywhere(row, signal, clutter, rain, jam) * (1.0 + 1e-12) or clutter + rain < row["improvement"]
    assert found >= signal / (1.0 + clutter + rain + jam) * (1.0 - 1e-12)  # past the filter it is at least that


def test_clutter_limited_signal_is_signal_over_clutter_times_improvement():
    """Far above the noise: SCR * I (Skolnik, 3rd ed., section 3.4), for a target that flies fast along the line of sight."""
    row = radar()
    assert echo.heard(row, 1e6, math.inf, 1e9, 0.0, 0.0) == pytest.approx(1e6 * row["improvement"] / (1e9 + row["improvement"]), rel=1e-9)


def test_the_notch_takes_half_the_power_at_its_speed_and_all_across():
    row = radar()
    assert echo.doppler_gain(row, float(row["notch"])) == pytest.approx(0.5, rel=1e-12)
    assert echo.doppler_gain(row, 0.0) == pytest.approx(1.0 / row["improvement"], rel=1e-12)
    assert echo.doppler_gain(row, math.inf) == 1.0
    assert echo.doppler_gain(row, -300.0) == echo.doppler_gain(row, 300.0) > 0.99


def test_jamming_is_the_friis_equation_in_the_receiver():
    """Barton 2013, section 3.4: J0 = p g Gr lambda^2 / ((4 pi r)^2), over k T with T from the noise figure."""
    row, item = radar("91n6e"), load()["91n6e"]
    gain = beam_gain(item.si("beamwidth_az"), item.si("beamwidth_el"))
    wavelength = 299792458.0 / item.si("frequency")
    density, r = 1e-4, 120e3
    received = density * gain * wavelength**2 / (4.0 * math.pi * r) ** 2
    noise = BOLTZMANN * (290.0 + 290.0 * (item.si("noise_figure") - 1.0))
    assert echo.jam_to_noise(row, density, 1.0, r) == pytest.approx(received / noise, rel=1e-9)


def test_burn_through_is_where_signal_and_jamming_balance():
    row, density, snr = radar(), 2e-6, 20.0
    r = echo.burn_through(row, 5.0, density, snr)
    ratio = echo.signal_of(row, 5.0, r, 0.0, 1.0) / echo.jam_to_noise(row, density, 1.0, r)
    assert ratio == pytest.approx(snr, rel=1e-9)
    # the same with powers of a radar made up to have this signal, by the function that the published cases check
    per_m4 = snr_at(1.0, 5.0, row["r_ref"], row["rcs_ref"], row["snr_ref"])
    power = per_m4 / row["jam_scale"] * 4.0 * math.pi / 5.0  # of a radar with gain 1, so that J/S at 1 m is the same
    assert jamming.self_screening_burn_through(power, 1.0, 5.0, density, 1.0, 1.0, 1.0 / snr) == pytest.approx(r, rel=1e-9)


def test_rain_fills_the_beam_below_its_top():
    row = radar(rain_rcs=1e-3)
    r, width = 50e3, 50e3 * float(radar()["width_el"])
    full = echo.rain_to_noise(row, r, 0.0, 20e3, 1.0)
    assert full == pytest.approx(snr_at(r, 1e-3 * r * r, row["r_ref"], row["rcs_ref"], row["snr_ref"]), rel=1e-12)
    assert echo.rain_to_noise(row, r, 3500.0, 3500.0, 1.0) == pytest.approx(0.5 * full, rel=1e-12)
    assert echo.rain_to_noise(row, r, 3500.0 + width, 3500.0, 1.0) == 0.0
    assert echo.rain_to_noise(radar(rain_rcs=0.0), r, 0.0, 20e3, 1.0) == 0.0
