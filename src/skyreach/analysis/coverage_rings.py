"""Outlines of a mask on the polar grid: rings along the borders of its cells.

The rings follow the cells exactly, so that their area is the area reported. Cells that touch at a corner only are kept
apart; a ring that would touch itself is cut there into a shell and a hole. Shells run counterclockwise, holes clockwise.
"""

from typing import NamedTuple

import numpy as np

from skyreach.analysis.coverage_grid import PolarGrid, centre
from skyreach.earth.geodesy import TWO_PI

ARC = 360  # corners that a full circle keeps at least: chords 15 m off at 400 km
SPOKE = 4000.0  # m between the corners that a line away from the site keeps at least


class Polygon(NamedTuple):
    """A shell, then its holes; each ring is (azimuths [rad], ground ranges [m]) of its corners, the first not repeated."""

    rings: list[tuple[np.ndarray, np.ndarray]]


def polygons(grid: PolarGrid, mask: np.ndarray) -> list[Polygon]:
    """The marked area as polygons. Validated: test_coverage_rings (area, orientation, points inside, holes)."""
    cells = np.column_stack([np.full(grid.n_az, centre(mask)), mask])  # column 0 is the disc around the site
    if not cells.any():
        return []
    labels = _components(cells)
    start, end, heading, owner = _edges(cells, labels)
    radii = np.concatenate([[0.0], (np.arange(grid.n_r) + 0.5) * grid.dr, [grid.r_max]])
    parts: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
    for ring in _rings(start, end, heading, grid.n_az * (grid.n_r + 2)):
        line, column = np.divmod(start[ring], grid.n_r + 2)
        keep = _needed(heading[ring], line, column, grid)
        az, s = (line[keep] - 0.5) * (TWO_PI / grid.n_az), radii[column[keep]]
        part = parts.setdefault(int(owner[ring[0]]), [])
        if _signed_area(az, s) > 0.0:
            part.insert(0, (az, s))
        else:
            part.append((az, s))
    return [Polygon(rings) for rings in parts.values()]


def _components(cells: np.ndarray) -> np.ndarray:
    """Numbers of the connected parts of a mask that closes on itself in azimuth; neighbours share a side."""
    from scipy.ndimage import label

    labels, n = label(cells)
    parent = np.arange(n + 1)

    def root(a: int) -> int:
        while parent[a] != a:
            a = int(parent[a])
        return a

    seam = [(a, b) for a, b in zip(labels[0], labels[-1], strict=True) if a and b]
    disc = [(a, labels[0, 0]) for a in labels[:, 0] if a]
    for a, b in {(int(a), int(b)) for a, b in (*seam, *disc)}:
        parent[root(a)] = root(b)
    return np.array([root(a) for a in range(n + 1)])[labels]


def _edges(cells: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Directed sides between marked and other cells, the marked one to the left: start and end corner, heading, part.

    Corner (i, j) lies before cell (i, j) in azimuth and range and has the number i * columns + j, columns one more
    than those of cells; headings 0 to 3: clockwise round the site, outwards, back, inwards."""
    n, columns = cells.shape[0], cells.shape[1] + 1
    padded = np.pad(cells, ((0, 0), (1, 1)), constant_values=False)
    padded[:, 0] = cells[:, 0]  # nothing ends at the site itself
    sides = (
        (cells & ~padded[:, :-2], (0, 0), (1, 0)),
        (cells & ~np.roll(cells, -1, axis=0), (1, 0), (1, 1)),
        (cells & ~padded[:, 2:], (1, 1), (0, 1)),
        (cells & ~np.roll(cells, 1, axis=0), (0, 1), (0, 0)),
    )
    parts = []
    for heading, (where, first, last) in enumerate(sides):
        i, j = np.nonzero(where)
        start = (i + first[0]) % n * columns + j + first[1]
        end = (i + last[0]) % n * columns + j + last[1]
        parts.append((start, end, np.full(i.size, heading), labels[i, j]))
    start, end, headings, owner = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return start, end, headings, owner


def _rings(start: np.ndarray, end: np.ndarray, heading: np.ndarray, corners: int) -> list[list[int]]:
    """Closed chains of sides (their numbers), none of which passes a corner twice."""
    leaving = np.full((corners, 4), -1, np.int64)
    leaving[start, heading] = np.arange(start.size)
    following = np.full(start.size, -1, np.int64)
    for turn in (3, 0, 1):  # right, straight, left: the last one found counts, so that cells touching at a corner stay apart
        choice = leaving[end, (heading + turn) % 4]
        following = np.where(choice >= 0, choice, following)
    crossing = (leaving >= 0).sum(axis=1) > 1
    forked, after, begin = crossing[start].tolist(), following.tolist(), start.tolist()
    done = bytearray(start.size)
    out = []
    for first in range(start.size):
        if done[first]:
            continue
        chain: list[int] = []
        visited: dict[int, int] = {}  # corner where two sides leave: place in chain
        edge = first
        while not done[edge]:
            done[edge] = 1
            if forked[edge]:
                corner = begin[edge]
                if corner in visited:
                    cut = visited[corner]
                    out.append(chain[cut:])
                    visited = {c: place for c, place in visited.items() if place < cut}
                    del chain[cut:]
                visited[corner] = len(chain)
            chain.append(edge)
            edge = after[edge]
        out.append(chain)
    return out


def _needed(heading: np.ndarray, line: np.ndarray, column: np.ndarray, grid: PolarGrid) -> np.ndarray:
    """Which corners of a ring to keep: where it turns, and enough of the others for arcs and long lines."""
    turns = heading != np.roll(heading, 1)
    along_arc = heading % 2 == 0
    every_line, every_column = max(grid.n_az // ARC, 1), max(int(SPOKE / grid.dr), 1)
    return turns | np.where(along_arc, line % every_line == 0, column % every_column == 0)


def _signed_area(az: np.ndarray, s: np.ndarray) -> float:
    """Area of a ring in the plane of (s sin az, s cos az) [m2], positive when it runs counterclockwise."""
    x, y = s * np.sin(az), s * np.cos(az)
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
