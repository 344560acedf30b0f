"""Lists of flights of OpenSky: two places and two times each -> samples of the straight way between them, an assumption.

The monthly lists (CSV) give the first and the last place where a flight was seen, heights in metres (they are multiples of
7.62 m, the 25 ft of a transponder); the flights of the API (JSON) name airports, whose places come from a table or the catalogue.
Between the two an aircraft is taken to go straight along the geodesic at constant speed and climb: no airliner flies so, and the
notes of an import say it.
"""

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from skyreach.catalog import load
from skyreach.earth.geodesy import geodesic_direct, geodesic_inverse
from skyreach.errors import BadInput
from skyreach.intake.columns import numbers, time
from skyreach.intake.trails import EARLIEST, LATEST, Limits, Trails
from skyreach.jit import kernel

ROW = "row of the file"
FIELDS = ("icao24", "callsign", "firstSeen", "lastSeen", "estDepartureAirport", "estArrivalAirport")  # of the API
FROM, TO = ("origin", "estdepartureairport", "departure"), ("destination", "estarrivalairport", "arrival")
WORDS = (*FROM, *TO)
PLACES = ("latitude_1", "longitude_1", "altitude_1", "latitude_2", "longitude_2", "altitude_2")
COLUMNS = ("firstseen", "lastseen", *WORDS, *PLACES)
STEP = 60.0  # s between samples on the way
MOST_SAMPLES = 20_000_000


@kernel
def on_the_way(lat1, lon1, lat2, lon2, share, flight, lat, lon, length):
    """Places (n,) at share (n,) of the geodesics of flight (n,), into lat, lon; length (m,) of each [m]; all angles [rad]."""
    last, s, az = -1, 0.0, 0.0
    for i in range(share.size):  # i sample
        f = flight[i]
        if f != last:
            s, az, _ = geodesic_inverse(lat1[f], lon1[f], lat2[f], lon2[f])
            length[f], last = s, f
        lat[i], lon[i], _ = geodesic_direct(lat1[f], lon1[f], az, s * share[i])


def holds_flights(table: pa.Table) -> bool:
    """Whether a table is a list of flights and none of positions."""
    return {"firstseen", "lastseen"} <= {name.lower().strip() for name in table.column_names}


def airports(table: pa.Table, where: str) -> dict[str, tuple[float, float]]:
    """Places of airports [deg] by their ICAO code."""
    lower = {name.lower().strip(): name for name in table.column_names}
    wanted = (("icao", "ident", "icao_code"), ("lat", "latitude", "latitude_deg"), ("lon", "longitude", "longitude_deg"))
    found = [next((lower[n] for n in names if n in lower), None) for names in wanted]
    if None in found:
        raise BadInput(where, f"columns {', '.join(table.column_names)[:200]}", "icao (or ident), lat, lon")
    codes = table[found[0]].cast(pa.string()).to_pylist()
    lat, lon = (numbers(table[name]).tolist() for name in found[1:])
    places = {(code or "").strip().upper(): (y, x) for code, y, x in zip(codes, lat, lon, strict=True)}
    return {code: (y, x) for code, (y, x) in places.items() if abs(y) <= 90.0 and abs(x) <= 180.0}


def trails(
    table: pa.Table, where: str, limits: Limits, known: Mapping[str, tuple[float, float]], notes: list[str], counts: Counter
) -> Trails:  # fmt: skip
    """Samples of all flights that have two places, within the window of time."""
    lower = {name.lower().strip(): name for name in reversed(table.column_names)}
    t1, t2 = time(table[lower["firstseen"]], where), time(table[lower["lastseen"]], where)
    ends = [_ends(table, lower, n, codes, known) for n, codes in ((1, FROM), (2, TO))]
    row = table[ROW].to_numpy()
    names, kinds = _words(table, lower, "icao24", "callsign"), _words(table, lower, "typecode")
    counts["flights"] += table.num_rows
    keep = _kept(t1, t2, ends, names, row, limits, counts)
    start = limits.start if limits.start is not None else math.floor(float(t1[keep].min())) if keep.any() else 0.0
    begin, end = np.maximum(t1, start), np.minimum(t2, start + limits.duration)
    in_time = end > begin
    counts["left out: flights outside the window of time"] += int((keep & ~in_time).sum())
    rows = np.flatnonzero(keep & in_time)
    pieces = np.ceil((end[rows] - begin[rows]) / STEP).astype(np.int64)
    if pieces.sum() > MOST_SAMPLES:
        raise BadInput(where, f"{len(rows):,} flights of {pieces.sum() / 60.0:,.0f} hours", f"{MOST_SAMPLES / 60.0:,.0f} hours",
                       "cut it with start and duration")  # fmt: skip
    flight = np.repeat(rows, pieces + 1)
    step = np.arange(flight.size) - np.repeat(np.cumsum(pieces + 1) - pieces - 1, pieces + 1)
    t = begin[flight] + step * ((end[flight] - begin[flight]) / np.repeat(np.maximum(pieces, 1), pieces + 1))
    share = (t - t1[flight]) / (t2[flight] - t1[flight])
    lat, lon, length = np.empty(t.size), np.empty(t.size), np.zeros(len(t1))
    radians = [np.radians(ends[n][a]) for n in (0, 1) for a in (0, 1)]
    on_the_way(radians[0], radians[1], radians[2], radians[3], share, flight, lat, lon, length)
    h = ends[0][2][flight] + share * (ends[1][2][flight] - ends[0][2][flight])
    _explain(limits, notes, len(rows), t.size)
    if limits.height is not None:
        h = np.full(t.size, limits.height)
    slow = length[flight] <= limits.fastest * (t2[flight] - t1[flight])
    counts["left out: flights faster than an aircraft flies"] += len(np.unique(flight[~slow]))
    every = Trails(names, kinds, [""] * len(names), flight, t, np.degrees(lat), np.degrees(lon), h, "msl", row[flight])
    for key in [key for key, n in counts.items() if not n]:
        del counts[key]
    return every.take(slow)


def _explain(limits: Limits, notes: list[str], n: int, samples: int) -> None:
    """What was assumed."""
    notes.append(f"{n:,} flights of which two places are known: taken to go straight from one to the other along the geodesic at "
                 f"constant speed; {samples:,} samples were made so, one each {STEP:g} s, and none was observed")  # fmt: skip
    if limits.height is None:
        notes.append("heights: a straight line from the first to the last, pressure altitudes in m as OpenSky writes them, used "
                     "as above mean sea level; an airliner flies higher between: give a height")  # fmt: skip
    else:
        notes.append(f"heights: {limits.height:g} m from begin to end, as given")


def _ends(
    table: pa.Table, lower: dict[str, str], n: int, codes: tuple[str, ...], known: Mapping[str, tuple[float, float]]
) -> list[np.ndarray]:
    """Latitude, longitude [deg] and height [m] of one end of each flight; NaN where the file and the airports say nothing."""
    nothing = np.full(table.num_rows, np.nan)
    place = [numbers(table[lower[f"{part}_{n}"]]) if f"{part}_{n}" in lower else nothing.copy()
             for part in ("latitude", "longitude", "altitude")]  # fmt: skip
    column = next((lower[code] for code in codes if code in lower), None)
    if column is None:
        return place
    for i in np.flatnonzero(~(np.isfinite(place[0]) & np.isfinite(place[1]))):
        code = str(table[column][int(i)].as_py() or "").strip().upper()
        place[0][i], place[1][i] = known.get(code) or _site(code)
    return place


def _site(code: str) -> tuple[float, float]:
    """Place of an airport of the catalogue [deg]; NaN for one that it does not hold."""
    cat = load()
    if not code or code.lower() not in cat or cat[code.lower()].kind != "site":
        return math.nan, math.nan
    item = cat[code.lower()]
    return math.degrees(item.si("lat")), math.degrees(item.si("lon"))


def _kept(t1, t2, ends, names: list[str], row: np.ndarray, limits: Limits, counts: Counter) -> np.ndarray:
    """Flights with two places, a time between them, and given once; the others are counted, or refused where strict."""
    def leave(bad: np.ndarray, why: str, refuse: bool) -> None:
        if refuse and limits.strict and bad.any():
            first = int(np.flatnonzero(bad)[0])
            raise BadInput(f"{limits.file} row {row[first]}: {names[first]}", why, "a list without such flights, where strict")
        counts[f"left out: {why}"] += int(bad.sum())

    timed = (t1 > EARLIEST) & (t1 < LATEST) & (t2 > EARLIEST) & (t2 < LATEST)
    leave(~timed, "flights without times", False)
    back = timed & (t2 <= t1)
    leave(back, "flights that end before they begin", True)
    placed = np.all([np.abs(end[a]) <= most for end in ends for a, most in ((0, 90.0), (1, 180.0))], axis=0)
    good = timed & ~back
    leave(good & ~placed, "flights of which two places are not known (give airports)", False)
    good &= placed
    _, first = np.unique([f"{name} {a}" for name, a in zip(names, t1, strict=True)], return_index=True)
    again = np.ones(len(t1), bool)
    again[first] = False
    leave(good & again, "the same flight a second time", True)
    return good & ~again


def _words(table: pa.Table, lower: dict[str, str], *columns: str) -> list[str]:
    """Words of some columns of each flight, callsign before address."""
    parts = [table[lower[c]].cast(pa.string()).to_pylist() for c in reversed(columns) if c in lower]
    joined = [" ".join((word or "").strip() for word in words).strip() for words in zip(*parts, strict=True)]
    return joined or [""] * table.num_rows
