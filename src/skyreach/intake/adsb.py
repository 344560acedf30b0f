"""Civil traffic from recordings of ADS-B: OpenSky state vectors (CSV, JSON) and tracks (JSON), tables of the package traffic
(Parquet, CSV), readsb traces (JSON), and the BaseStation lines of dump1090 and readsb (CSV). Lists of flights go to flights.py.

Columns are known by name; a name that ends in a unit says its unit. Pressure altitudes are used as heights above mean sea
level and that is noted: they differ by some 8 m for each hPa that the air at sea level is off 1013.25 hPa.
"""

import io
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

from skyreach.errors import BadInput
from skyreach.intake import flights
from skyreach.intake.columns import numbers, time, truth
from skyreach.intake.inputs import json_of, read_bytes, text_of
from skyreach.intake.sharing import parted, say_shared
from skyreach.intake.trails import FOOT, Limits, Trails

MOST_ROWS = 8_000_000  # some 6 GB while they are read
ROW = flights.ROW
TIMES = ("time", "timestamp", "time_utc", "time_position", "t", "lastposupdate")
IDS = ("icao24", "hex", "icao", "hex_ident", "id", "flight_id")
CALLSIGNS = ("callsign", "flight")
LATS, LONS = ("lat", "latitude", "lat_deg"), ("lon", "longitude", "long", "lng", "lon_deg")
GROUND = ("onground", "on_ground", "is_on_ground")
TYPES = ("typecode", "type", "aircraft_type")
GEOMETRIC = ("geoaltitude", "geo_altitude", "alt_geom", "geo_altitude_ft", "geo_altitude_m", "geoaltitude_m", "geoaltitude_ft")
PRESSURE = ("baroaltitude", "baro_altitude", "altitude", "alt_baro", "baro_altitude_ft", "baro_altitude_m", "altitude_ft",
            "altitude_m", "alt", "height", "height_m", "height_ft", "h_m")  # fmt: skip
KNOTS = ("groundspeed", "ground_speed_kt", "gs")
METRES, FEET = ("lastcontact", "last_contact", "vertrate", "velocity"), ("groundspeed", "vertical_rate", "ground_speed_kt", "gs")
STATE = ("icao24", "callsign", "origin_country", "time_position", "last_contact", "longitude", "latitude", "baro_altitude",
         "on_ground", "velocity", "true_track", "vertical_rate", "sensors", "geo_altitude", "squawk", "spi",
         "position_source")  # fmt: skip
SBS = ("msg", "kind", "session", "aircraft", "hex_ident", "flight_id", "date", "clock", "date_logged", "clock_logged", "callsign",
       "altitude_ft", "speed", "track", "lat", "lon", "vertical_rate", "squawk", "alert", "emergency", "spi",
       "on_ground")  # fmt: skip

KNOWN = (TIMES, IDS, CALLSIGNS, LATS, LONS, GROUND, TYPES, GEOMETRIC, PRESSURE, METRES, FEET, flights.COLUMNS)


def read(
    file: Path, unit: str | None, ref: str | None, limits: Limits, airports: Path | None, notes: list[str], counts: Counter
) -> Trails:
    """Samples of all aircraft in the air."""
    where = f"import {file}"
    name = file.name.lower()
    has: list[str] | None = None
    if name.endswith(".parquet"):
        table, has = _parquet(file, where)
    elif name.endswith(".json"):
        table = _json(json_of(read_bytes(file), where, notes), where, counts)
    else:
        table = read_csv(file, where, notes, counts)
    _each_once(table, where)
    if not table.num_rows:
        skipped = "; ".join(f"{key}: {n:,}" for key, n in counts.items())
        names = ", ".join(name for name in table.column_names if name != ROW)[:300]
        given = f"no rows ({skipped})" if skipped else "no rows"
        raise BadInput(where, given, "a row for each sample", f"has only columns: {names}")
    if flights.holds_flights(table):
        return flights.trails(table, where, limits, _airports(airports, notes), notes, counts)
    _needed(table, where, has or table.column_names)
    return _trails(table, where, unit, ref, limits, notes, counts)


def _airports(file: Path | None, notes: list[str]) -> dict[str, tuple[float, float]]:
    """Places of airports [deg] by their ICAO code: of a table with icao (or ident), lat and lon."""
    if file is None:
        return {}
    table = read_csv(file, f"airports {file}", notes, Counter())
    _each_once(table, f"airports {file}")
    return flights.airports(table, f"airports {file}")


def _each_once(table: pa.Table, where: str) -> None:
    doubles = sorted(name for name, n in Counter(table.column_names).items() if n > 1)
    if doubles:
        raise BadInput(where, f"two columns of one name: {', '.join(doubles)[:200]}", "each column once")


def _parquet(file: Path, where: str) -> tuple[pa.Table, list[str]]:
    """What is known of the columns of a file, and the names of all that it has."""
    if not file.is_file():
        read_bytes(file, 0)  # says what is wrong
    try:
        with pq.ParquetFile(file) as source:
            if source.metadata.num_rows > MOST_ROWS:
                raise BadInput(
                    where, f"{source.metadata.num_rows:,} rows", f"{MOST_ROWS:,} at most", "cut it to the time and area needed"
                )
            known = {name for names in KNOWN for name in names}
            names = source.schema_arrow.names
            table = source.read([n for n in names if n.lower().strip() in known], use_threads=True)
            return table.append_column(ROW, pa.array(np.arange(1, table.num_rows + 1))), names
    except (OSError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        cure = "was it downloaded whole? a table of text ends in .csv"
        raise BadInput(where, f"not Parquet, or damaged ({fault})", "a file of Parquet", cure) from None


def read_csv(file: Path, where: str, notes: list[str], counts: Counter) -> pa.Table:
    """A table of comma, semicolon or tab separated values, with ROW, the line of each; odd lines are left out and counted."""
    data = read_bytes(file)
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadInput(where, "an empty file", "a line of column names and a row for each sample", "was it downloaded whole?")
    head = data[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or not _is_utf8(data):
        data = text_of(data, where, notes).encode()
    plain = head.lstrip(b"\xef\xbb\xbf")[:4].upper() == b"MSG,"

    skipped: list[int] = []
    odd_rows: list[int] = []

    def odd(row: Any) -> str:
        skipped.append(row.number)
        if row.text.strip():
            counts["left out: lines with another number of fields"] += 1
            odd_rows.append(row.number)
        return "skip"

    first = head.split(b"\n")[0]
    delimiter = max((",", ";", "\t"), key=lambda mark: first.count(mark.encode()))
    options = csv.ReadOptions(use_threads=False, column_names=list(SBS) if plain else None)  # threads do not know their lines
    nothing = ["", "NULL", "null", "NaN", "nan", "None"]
    types = dict.fromkeys((*IDS, *CALLSIGNS, *flights.WORDS, "squawk", "date", "clock"), pa.string())
    try:
        table = csv.read_csv(
            io.BytesIO(data), options, csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=odd),
            csv.ConvertOptions(column_types=types, null_values=nothing, strings_can_be_null=True),
        )  # fmt: skip
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError, UnicodeDecodeError) as fault:
        raise BadInput(where, f"not CSV ({str(fault).splitlines()[0][:200]})") from None
    top = 1 if plain else 2
    lost = counts["left out: lines with another number of fields"]
    if lost:
        notes.append(f"lines with another number of fields than columns: {lost:,}, the first is line {odd_rows[0]}")
    lines = np.arange(top, top + table.num_rows + len(skipped))
    lines = lines[~np.isin(lines, skipped)]
    return table.append_column(ROW, pa.array(lines))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _rows(values: list[Any], least: int, counts: Counter) -> tuple[list[list[Any]], list[int]]:
    """Those of the values that are rows of so many fields, and their numbers from 1; the others are counted."""
    found = [(row, n) for n, row in enumerate(values, 1) if isinstance(row, list) and len(row) >= least]
    if len(found) < len(values):
        counts["left out: entries that are no rows of the format"] += len(values) - len(found)
    return [row for row, _ in found], [n for _, n in found]


def _json(document: Any, where: str, counts: Counter) -> pa.Table:
    """Rows of a readsb trace, of OpenSky states, of an OpenSky track, or OpenSky flights."""
    if isinstance(document, dict) and isinstance(document.get("trace"), list):
        return _trace(document, counts)
    if isinstance(document, dict) and isinstance(document.get("states"), list):
        rows, at = _rows(document["states"], 14, counts)
        columns = {name: [row[n] if n < len(row) else None for row in rows] for n, name in enumerate(STATE) if name != "sensors"}
        return _columns({**columns, ROW: at})
    if isinstance(document, dict) and isinstance(document.get("path"), list):
        rows, at = _rows(document["path"], 6, counts)
        named = ("time", "lat", "lon", "baro_altitude", "true_track", "on_ground")
        columns = {name: [row[n] for row in rows] for n, name in enumerate(named)}
        same = {
            "icao24": document.get("icao24"),
            "callsign": document.get("callsign") or document.get("calllsign"),
            "last_contact": None,
        }
        return _columns({**columns, **{name: [value] * len(rows) for name, value in same.items()}, ROW: at})
    if isinstance(document, list) and any(isinstance(entry, dict) and "firstSeen" in entry for entry in document):
        good = [(entry, n) for n, entry in enumerate(document, 1) if isinstance(entry, dict)]
        if len(good) < len(document):
            counts["left out: entries that are no rows of the format"] += len(document) - len(good)
        columns = {name.lower(): [entry.get(name) for entry, _ in good] for name in flights.FIELDS}
        return _columns({**columns, ROW: [n for _, n in good]})
    raise BadInput(where, "JSON of another kind", "a readsb trace, OpenSky states or flights, or an OpenSky track")


def _trace(document: dict[str, Any], counts: Counter) -> pa.Table:
    """Rows of a readsb trace."""
    base = document.get("timestamp")
    rows, at = _rows(document["trace"], 4, counts)
    columns = {
        "timestamp": [_sum(base, row[0]) for row in rows], "lat": [row[1] for row in rows], "lon": [row[2] for row in rows],
        "alt_baro": [0 if row[3] == "ground" else row[3] for row in rows], "on_ground": [row[3] == "ground" for row in rows],
        "alt_geom": [row[10] if len(row) > 10 else None for row in rows],
        "icao24": [str(document.get("icao", "trace"))] * len(rows), "callsign": [document.get("r")] * len(rows),
        "typecode": [document.get("t")] * len(rows), ROW: at,
    }  # fmt: skip
    return _columns({**columns, "gs": [None] * len(rows)})


def _sum(base: Any, offset: Any) -> float | None:
    return base + offset if all(isinstance(v, int | float) for v in (base, offset)) else None


def _columns(columns: dict[str, list[Any]]) -> pa.Table:
    """A table of columns whose values may be of several kinds."""
    arrays = {}
    for name, values in columns.items():
        if name in (*IDS, *CALLSIGNS, *TYPES, *flights.WORDS, "origin_country", "squawk"):
            arrays[name] = pa.array([None if v is None else str(v) for v in values], pa.string())
        elif name in GROUND:
            arrays[name] = pa.array([v is True for v in values], pa.bool_())
        else:
            numbers = [
                float(v) if isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e300 else None for v in values
            ]
            arrays[name] = pa.array(numbers, pa.float64())
    return pa.table(arrays)


def _needed(table: pa.Table, where: str, has: list[str]) -> None:
    """BadInput where a column is missing without which there are no samples; has: all columns of the file."""
    lower = {name.lower().strip() for name in table.column_names}
    parts = {"time": TIMES, "lat": LATS, "lon": LONS}
    missing = [part for part, names in parts.items() if lower.isdisjoint(names)]
    if {"date", "clock"} <= lower:
        missing = [part for part in missing if part != "time"]
    if missing:
        given = f"no column for {', '.join(missing)}; has: {', '.join(name for name in has if name != ROW)[:300]}"
        allowed = "; ".join(f"{part}: {', '.join(names)}" for part, names in parts.items())
        raise BadInput(where, given, allowed, "rename the columns that hold them, or export the recording with them")


def _trails(
    table: pa.Table, where: str, unit: str | None, ref: str | None, limits: Limits, notes: list[str], counts: Counter
) -> Trails:  # fmt: skip
    lower = {name.lower().strip(): name for name in reversed(table.column_names)}
    found = {part: next((lower[n] for n in names if n in lower), None)
             for part, names in (("time", TIMES), ("id", IDS), ("lat", LATS), ("lon", LONS), ("ground", GROUND), ("type", TYPES),
                                 ("call", CALLSIGNS))}  # fmt: skip
    if "date" in lower and "clock" in lower and found["time"] is None:
        joined = pc.binary_join_element_wise(table["date"].combine_chunks(), table["clock"].combine_chunks(), " ")
        table, found["time"] = table.append_column("time", joined), "time"
    if table.num_rows > MOST_ROWS:
        raise BadInput(where, f"{table.num_rows:,} rows", f"{MOST_ROWS:,} at most")
    if found["ground"] is not None:
        down = truth(table[found["ground"]])
        if down.any():
            counts["left out: on the ground"] += int(down.sum())
            table = table.filter(pa.array(~down))
    t = time(table[found["time"]], where)
    lat, lon = numbers(table[found["lat"]]), numbers(table[found["lon"]])
    h, datum = _height(table, lower, where, unit, ref, notes)
    owner, names, kinds = _objects(table, found, (t, lat, lon), limits, notes, counts)
    return Trails(names, kinds, [""] * len(names), owner, t, lat, lon, h, datum, table[ROW].to_numpy().astype(np.int64))


def _objects(
    table: pa.Table, found: dict[str, str | None], flown: tuple[np.ndarray, np.ndarray, np.ndarray], limits: Limits,
    notes: list[str], counts: Counter,
) -> tuple[np.ndarray, list[str], list[str]]:  # fmt: skip
    """Row of the object of each sample, names (callsign and address) and types of objects; flown: t, lat, lon of the samples."""
    n = table.num_rows
    if found["id"] is None and found["call"] is None:
        return np.zeros(n, np.int64), ["object"], [""]
    ids = pc.fill_null(table[found["id"] or found["call"]].cast(pa.string()), "none")
    owner, key_of = _coded(ids)
    call = np.full(n, -1)
    if found["id"] is not None and found["call"] is not None:
        calls = pc.utf8_trim_whitespace(pc.fill_null(table[found["call"]].cast(pa.string()), ""))
        call, words = _coded(calls)
        call = np.where(np.isin(call, [i for i, word in enumerate(words) if not word]), -1, call)
        keys, (owner, pairs) = owner, parted(owner, call, *flown, limits)
        if pairs:
            known = [key_of[k] for k in keys.tolist()]
            say_shared(pairs, known, calls.to_pylist(), table[ROW].to_numpy(), limits, notes, counts)
    _, first = np.unique(owner, return_index=True)
    known = ids.take(pa.array(first)).to_pylist()
    label, kinds = _firsts(table, found["call"], first), _firsts(table, found["type"], first)
    names = [f"{call} {key}".strip() if call and call != key else key for call, key in zip(label, known, strict=True)]
    return owner, names, kinds


def _coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Words of a column as numbers (n,) in the order in which they first come, and the words."""
    words = column.combine_chunks().dictionary_encode()
    words = words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
    return words.indices.to_numpy().astype(np.int64), words.dictionary.to_pylist()


def _firsts(table: pa.Table, column: str | None, first: np.ndarray) -> list[str]:
    """Words of a column at the first sample of each object; empty where there is none."""
    if column is None:
        return [""] * first.size
    return [(value or "").strip() for value in table[column].cast(pa.string()).take(pa.array(first)).to_pylist()]


def _height(
    table: pa.Table, lower: dict[str, str], where: str, unit: str | None, ref: str | None, notes: list[str]
) -> tuple[np.ndarray, str]:
    """Heights [m] and what they count from: those of satellite navigation where nearly all samples have them."""
    geometric, pressure = (next((n for n in names if n in lower), None) for names in (GEOMETRIC, PRESSURE))
    chosen = pressure
    if geometric is not None:
        there = np.isfinite(numbers(table[lower[geometric]])).mean() if table.num_rows else 0.0
        chosen = geometric if there > 0.9 or pressure is None else pressure
    if chosen is None:
        notes.append("no column of heights")
        return np.full(table.num_rows, np.nan), "msl"
    said = unit or _unit(chosen, lower)
    if said is None:
        cure = "--height-unit ft; height_unit: ft in a scenario"
        raise BadInput(where, f"column {lower[chosen]}: its unit is not said", "m or ft", cure)
    h = numbers(table[lower[chosen]]) * (FOOT if said == "ft" else 1.0)
    if chosen in ("alt", "height", "height_m", "height_ft", "h_m") and ref is None:
        cure = "--height-ref msl; height_ref: msl in a scenario"
        raise BadInput(where, f"column {lower[chosen]}: what its heights count from is not said", "msl, ell or agl", cure)
    datum = ref or ("ell" if chosen == geometric else "msl")
    kind = (
        "given"
        if ref
        else "of satellite navigation, above the ellipsoid"
        if chosen == geometric
        else "pressure altitude, used as above mean sea level"
    )
    notes.append(f"heights: column {lower[chosen]} in {said}, {kind}")
    return h, datum


def _unit(name: str, lower: dict[str, str]) -> str | None:
    """Unit of a column by its own name, else by the company it keeps: OpenSky writes metres, traffic and readsb feet."""
    for ending, unit in (("_ft", "ft"), ("_m", "m")):
        if name.endswith(ending):
            return unit
    metric, knots = any(word in lower for word in METRES), any(word in lower for word in KNOTS)
    if metric and knots:
        return None  # columns of both: it must be said
    if metric:
        return "m"
    if name in ("alt_baro", "alt_geom") or any(word in lower for word in FEET):
        return "ft"
    return None
