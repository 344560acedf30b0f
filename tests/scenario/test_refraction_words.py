"""What a user says about refraction, soundings included; words that cannot be are refused with what may stand there."""

import math

import numpy as np
import pytest

from skyreach.errors import BadInput
from skyreach.physics.profiles import exponential
from skyreach.scenario.refraction import rays_of

HERE = (math.radians(25.0), math.radians(55.0))


def test_words_that_give_k():
    assert rays_of("standard", 1.2, None).k == 1.2
    assert rays_of("local", 1.2, HERE).k == pytest.approx(1.0 / (1.0 - 79.969e-9 * 6371e3), rel=1e-4)
    assert rays_of("gradient:-80", 1.2, None).k == pytest.approx(1.0 / (1.0 - 80e-9 * 6371e3), rel=1e-6)
    assert not rays_of("local", 1.2, HERE).traced


@pytest.mark.parametrize("words", ["exponential", "exponential:340", "evaporation:15", "surface:100:30"])
def test_words_that_give_a_profile(words):
    rays = rays_of(words, 4.0 / 3.0, None)
    assert rays.traced
    assert np.all(np.diff(rays.h) > 0.0)
    assert rays.h[-1] > 60e3


def test_a_sounding_in_refractivity_and_in_weather_are_the_same(tmp_path):
    h = np.arange(0.0, 3001.0, 250.0)
    plain = tmp_path / "n.csv"
    plain.write_text("# made\nheight_m,n_units\n" + "\n".join(f"{x:g},{n:.4f}" for x, n in zip(h, exponential(h), strict=True)))
    rays = rays_of(str(plain), 1.0, None)
    assert np.interp([100.0, 2000.0, 9000.0], rays.h, rays.n) == pytest.approx(
        exponential(np.array([100.0, 2000.0, 9000.0])), abs=0.2
    )
    weather = tmp_path / "w.csv"
    weather.write_text("height_m, pressure_hPa, temperature_C, rh_percent\n0,1013.25,15,60\n500,954.6,11.8,60\n3000,701.1,-4.5,50\n")
    n0 = rays_of(str(weather), 1.0, None).n[0]
    # P.453-14: e = 0.6 * 17.04 hPa at 15 C and its enhancement; N = 77.6 / T (P - e) + 72 e / T + 3.75e5 e / T^2
    e = 0.6 * 6.1121 * math.exp((18.678 - 15.0 / 234.5) * 15.0 / (15.0 + 257.14)) * (1.0 + 1e-4 * (7.2 + 1013.25 * 0.0320))
    assert n0 == pytest.approx(77.6 / 288.15 * (1013.25 - e) + 72.0 * e / 288.15 + 3.75e5 * e / 288.15**2, abs=0.1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("locl", "standard, local"), ("", "nothing"), ("surface:100", "5 to 1000"), ("surface:x:30", "5 to 1000"),
        ("evaporation:500", "1 to 50"), ("gradient:-400", "rays are trapped"), ("no.csv", "No such file"), ("local:3", "standard, local"),
    ],
)  # fmt: skip
def test_words_that_cannot_be(words, said):
    with pytest.raises(BadInput, match=said):
        rays_of(words, 4.0 / 3.0, HERE)


def test_local_takes_a_place():
    with pytest.raises(BadInput, match="a place"):
        rays_of("local", 4.0 / 3.0, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("height_m,n_units\n0,300\n0,290\n500,280\n", "ascending"), ("height_m,n_units\n0,300\n100,bad\n500,280\n", "row 2: n_units"),
        ("height_ft,n_units\n0,300\n", "height_m and one of"), ("height_m,n_units\n0,300\n100,9000\n500,280\n", "0 to 600"),
        ("height_m,m_units\n0,300\n100,5\n5000,280\n", "refractivity"), ("", "columns none"),
    ],
)  # fmt: skip
def test_soundings_that_cannot_be(tmp_path, text, said):
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=said):
        rays_of(str(path), 4.0 / 3.0, None)
