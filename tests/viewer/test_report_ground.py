"""Relief and lines under the map."""

import base64
import io
import math

import numpy as np
import pytest
from PIL import Image

from skyreach.viewer.report_ground import HEIGHT_PIXELS, SHADE_PIXELS, Ground, hillshade
from skyreach.viewer.report_plane import Plane


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(Plane(38.5312, 35.4469), 60.0, smooth=False)


def pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",", 1)[1]))))


def test_flat_ground_has_the_light_of_the_sun_height():
    assert hillshade(np.zeros((5, 5))) == pytest.approx(math.sin(math.radians(45.0)), abs=1e-12)


def test_slopes_towards_the_north_west_are_bright():
    """Row 0 is north: ground that falls to the north-west rises with row and column."""
    rows, columns = np.mgrid[0:5, 0:5]
    falls_to_the_north_west = 20.0 * (rows + columns)
    flat = hillshade(np.zeros((5, 5))).mean()
    assert hillshade(falls_to_the_north_west).mean() > flat > hillshade(-falls_to_the_north_west).mean()


def test_heights_of_a_known_mountain(ground):
    """Erciyes, 3917 m (any atlas); a 30 arc-second grid takes some hundred metres off a peak."""
    line = np.linspace(-3.0, 3.0, 25)
    top = ground.heights(*np.meshgrid(line, line)).max()
    assert 3200.0 < top < 3950.0


def test_pictures(ground):
    relief = ground.relief()
    shade, height = pixels(relief["shade"]), pixels(relief["height"])
    assert shade.shape == (SHADE_PIXELS, SHADE_PIXELS)
    assert height.shape == (HEIGHT_PIXELS, HEIGHT_PIXELS)
    assert height.min() >= 1  # no water within 60 km of Erciyes that the grid would put at sea level
    middle = slice(HEIGHT_PIXELS // 2 - 40, HEIGHT_PIXELS // 2 + 40)
    assert height[middle, middle].max() == height.max()


def test_a_smooth_earth_is_flat():
    relief = Ground(Plane(38.5, 35.4), 60.0, smooth=True).relief()
    assert pixels(relief["height"]).max() == 0
    assert np.ptp(pixels(relief["shade"])) <= 1


def test_lines_lie_on_the_map():
    """Coast of the Sea of Marmara and no border within 60 km of Istanbul; lines reach over the rim by a segment."""
    found = Ground(Plane(41.0, 29.0), 60.0, smooth=True).lines()
    assert found["coast"]
    assert not found["border"]
    for line in found["coast"]:
        x, y = np.cumsum(np.array(line).reshape(-1, 2), axis=0).T / 10.0
        assert np.hypot(x, y).min() < 90.0
