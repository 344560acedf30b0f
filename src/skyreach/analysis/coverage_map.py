"""The map of a coverage answer as a PNG: relief, coast and borders, the advertised circle, and the honest areas.

The plane of the map keeps azimuth and distance from the site (x = s sin az, y = s cos az). A place has the colour of
the lowest height at which a target there is seen (or can be engaged); lines are the outlines of each height.
"""

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from skyreach.analysis.coverage_data import Coverage, metres
from skyreach.analysis.coverage_grid import positions
from skyreach.analysis.coverage_rings import polygons
from skyreach.catalog import load
from skyreach.earth.geodesy import TWO_PI, enu_from_ecef, geodetic_to_ecef
from skyreach.earth.geoid import load_geoid
from skyreach.earth.outlines import outlines
from skyreach.earth.terrain import Dem, open_terrain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 14.0, 8.9, 100  # inches, dots per inch: 1400 pixels wide
BEYOND = 1.07  # half the side of the map over the larger of circle and range
PIXELS = 1400  # of the picture below the lines, both ways
LAND, SEA, INK, FAINT, ALARM = "#f1eee7", "#dbe6ec", "#22262b", "#5c646d", "#b3261e"
STRENGTH = 0.62  # of the colour of a height over the relief
TITLES = {"seen": "Seen", "engageable": "Can be engaged"}


def png(answer: Coverage) -> bytes:
    """The map as the bytes of a PNG file, 1400 pixels wide."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    draw(answer, figure)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": "skyreach"})
    return out.getvalue()
