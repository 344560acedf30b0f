"""Packaged coast lines and borders: where well-known lines lie, and that cutting to a box loses nothing
inside."""

import math

import numpy as np
import pytest

from skyreach.earth.outlines import COVERED, outlines

rad = math.radians


def nearest_km(lines, lat, lon):
    """Distance from a place [deg] to the nearest vertex, on a flat map that is true at that place."""
    points = np.degrees(np.concatenate(lines))
    north, east = points[:, 0] - lat, (points[:, 1] - lon) * math.cos(rad(lat))
    return float(np.hypot(north, east).min()) * 111.2


def box(south, north, west, east):
    return rad(south), rad(north), rad(west), rad(east)


# Places on the coast from general maps; the scale 1:50 million is good to some kilometres, vertices lie 5-10
# km apart
@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [("Sinop", 42.03, 35.15), ("Odesa", 46.48, 30.74), ("Latakia", 35.52, 35.77), ("Haifa", 32.82, 34.98),
     ("Gibraltar", 36.14, -5.35), ("Gdansk", 54.40, 18.68), ("Aden", 12.79, 45.03)],
)  # fmt: skip
def test_coast_where_it_should_be(place, lat, lon):
    assert nearest_km(outlines(*COVERED, kind="coast"), lat, lon) < 12.0


# Border crossings from general maps
@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [
        ("Kapikule", 41.72, 26.35),
        ("Bab al-Hawa", 36.23, 36.69),
        ("Medyka", 49.80, 22.94),
        ("Sarpi", 41.52, 41.55),
    ],
)
def test_borders_where_they_should_be(place, lat, lon):
    assert nearest_km(outlines(*COVERED, kind="border"), lat, lon) < 12.0


def test_the_middle_of_anatolia_is_empty():
    assert outlines(*box(38.5, 40.0, 31.0, 35.0)) == []


def test_kinds_add_up_and_lines_are_lines():
    both = outlines(*COVERED)
    assert len(outlines(*COVERED, kind="coast")) + len(outlines(*COVERED, kind="border")) == len(both)
    for line in both:
        assert line.ndim == 2
        assert line.shape[0] >= 2
        assert line.shape[1] == 2
        assert np.isfinite(line).all()
        # no line jumps: Natural Earth 1:50 million has no edge of 10 degrees here except straight desert
        # borders
        assert float(np.abs(np.diff(line, axis=0)).max()) < rad(12.0)


def test_box_keeps_every_segment_inside():
    south, north, west, east = box(40.0, 42.0, 26.0, 30.0)  # Marmara
    length = lambda lines: sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines)  # noqa: E731

    def within(lines):
        middle = [0.5 * (line[:-1] + line[1:]) for line in lines]
        return sum(
            int(((m[:, 0] > south) & (m[:, 0] < north) & (m[:, 1] > west) & (m[:, 1] < east)).sum())
            for m in middle
        )

    cut, everything = outlines(south, north, west, east), outlines(*COVERED)
    assert within(cut) == within(everything) > 50
    assert length(cut) < 0.05 * length(everything)


def test_nothing_outside():
    assert outlines(*box(-40.0, -30.0, 10.0, 20.0)) == []
    assert outlines(*box(40.0, 41.0, 26.0, 27.0)) != []
    assert pytest.approx(rad(5.0), abs=1e-12) == COVERED[0]
