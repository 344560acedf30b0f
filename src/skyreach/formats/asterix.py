"""ASTERIX: CAT034 service messages and CAT048 plots per radar, CAT062 system tracks; as blocks in a file, or in a .pcap.

libasterix makes one record of each kind; its bytes are the pattern into which whole columns are then written, so that
millions of records take seconds. Editions: CAT034 1.29, CAT048 1.31, CAT062 1.20 (Eurocontrol). Lengths of the fields set
what is kept: range 1/256 NM (7.2 m), azimuth 360/65536 deg, time 1/128 s, track position 180/2**25 deg (0.6 m), altitude
6.25 ft above the ellipsoid. What does not fit is counted in NAME.about.json.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from skyreach.formats import pcap, story
from skyreach.formats.output import beside, part_file
from skyreach.formats.paths import course
from skyreach.formats.reader import Columns, Feed
from skyreach.intake.points import ecef

FOOT, NAUTICAL_MILE = 0.3048, 1852.0
PORT = 8600  # registered with IANA for ASTERIX surveillance data
PACKET = 1400  # bytes of a block at the most
DAY = 86_400.0
SYSTEM = 0xFFFF  # SAC and SIC of the tracker
TRACK_NUMBERS = {48: 4096, 62: 65536}
Block = tuple[float, bytes]


class Pattern:
    """One kind of record: its bytes with all fields zero, and where each item stands in them."""

    def __init__(self, category: int, edition: Any, items: dict[str, Any]) -> None:
        self.category = category
        self.names = [name for name in edition.cv_items_dict if name in items]  # in the order of the user application profile
        self.bytes = np.frombuffer(edition.create(items).unparse().to_bytes(), np.uint8)
        head = int(np.flatnonzero(self.bytes & 1 == 0)[0]) + 1  # length of the field specification: its last octet is even
        self.place, at = {}, head
        for n, name in enumerate(self.names):
            part = edition.create({key: items[key] for key in self.names[: n + 1]}).unparse().to_bytes()
            length = len(part) - (int(np.flatnonzero(np.frombuffer(part, np.uint8) & 1 == 0)[0]) + 1)
            self.place[name] = (at, head + length)
            at = head + length

    def rows(self, n: int) -> np.ndarray:
        """n records (n, size)."""
        return np.tile(self.bytes, (n, 1))

    def put(self, rows: np.ndarray, name: str, values: np.ndarray, offset: int = 0, size: int = 0) -> None:
        """Write whole numbers as big-endian two's complement into an item, or into `size` bytes of it from `offset` on."""
        begin, end = self.place[name]
        begin, end = (begin + offset, begin + offset + size) if size else (begin, end)
        wide = np.ascontiguousarray(values, ">i8").view(np.uint8).reshape(-1, 8)
        rows[:, begin:end] = wide[:, 8 - (end - begin) :]

    def blocks(self, t: np.ndarray, rows: np.ndarray) -> Iterator[Block]:
        """(time of the first record, data block) of records in the order of time; a block holds records of one second."""
        most = (PACKET - 3) // rows.shape[1]
        seconds = np.floor(t).astype(np.int64)
        edges = np.concatenate([[0], np.flatnonzero(np.diff(seconds)) + 1, [t.size]])
        for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            for a in range(first, last, most):
                body = rows[a : min(a + most, last)].tobytes()
                yield float(t[a]), bytes((self.category,)) + (len(body) + 3).to_bytes(2, "big") + body


class Encoder:
    """The three patterns, and the run that fills them."""

    def __init__(self, feed: Feed) -> None:
        import asterix.generated as edition

        self.feed = feed
        cat034, cat048, cat062 = (c.cv_record for c in (edition.Cat_034_1_29, edition.Cat_048_1_31, edition.Cat_062_1_20))
        self.north = Pattern(34, cat034, {"010": 0, "000": 1, "030": 0, "041": 0, "120": 0})
        plot = {"010": 0, "140": 0, "020": ((("TYP", 1), 0, 0, 0, 0, None),), "040": 0, "110": 0}
        self.plot, self.tied = Pattern(48, cat048, plot), Pattern(48, cat048, {**plot, "161": 0})
        status = ((("MON", 0), ("SPI", 0), ("MRH", 1), ("SRC", 2), ("CNF", 0), None),)
        self.track = Pattern(62, cat062, {"010": 0, "070": 0, "105": 0, "185": 0, "040": 0, "080": status, "130": 0})
        start = feed.start
        self.midnight = start.hour * 3600.0 + start.minute * 60.0 + start.second + start.microsecond / 1e6
        self.beams = story.beams(feed)
        self.beyond_range = self.records = 0

    def clock(self, t: np.ndarray) -> np.ndarray:
        """Time of day in 1/128 s."""
        return np.round((self.midnight + t) % DAY * 128.0).astype(np.int64) % int(DAY * 128)

    def window(self, start: float, end: float, plots: Columns, tracks: Columns) -> list[Block]:
        """All blocks of a window in the order of time."""
        out = [*self._service(start, end), *self._plots(plots), *self._tracks(tracks)]
        return sorted(out, key=lambda block: block[0])

    def _service(self, start: float, end: float) -> Iterator[Block]:
        """A north marker of each working radar every turn or pass; the run does not record the phase of the turn."""
        for entity in self.feed.of("radar"):
            period = self.beams[entity.number].update or 10.0
            t = np.arange(np.ceil(start / period), np.ceil(end / period)) * period
            t = t[t < (entity.t_to if entity.t_to is not None else self.feed.duration)]
            for begin, end in self.feed.silent(entity):
                t = t[(t < begin) | (t >= end)]
            rows, p, at = self.north.rows(t.size), self.north, entity.at
            if not t.size or at is None or not self.beams[entity.number].emitting:
                continue
            p.put(rows, "010", np.full(t.size, entity.row + 1))
            p.put(rows, "030", self.clock(t))
            p.put(rows, "041", np.full(t.size, min(round(period * 128.0), 65535)))
            moved = self.feed.moves.get(entity.number)
            lat, lon, h = (np.full(t.size, x) for x in at) if moved is None else np.array([moved.at(x) for x in t.tolist()]).T
            for offset, size, value in (
                (0, 2, self.feed.ellipsoidal(h)),
                (2, 3, lat / (180 / 2**23)),
                (5, 3, lon / (180 / 2**23)),
            ):
                p.put(rows, "120", np.round(value).astype(np.int64), offset, size)
            self.records += t.size
            yield from p.blocks(t, rows)

    def _plots(self, c: Columns) -> Iterator[Block]:
        rho = np.round(c["r_slant_m"] / NAUTICAL_MILE * 256.0).astype(np.int64)
        fits = rho < 65536
        self.beyond_range += int((~fits).sum())
        for pattern, chosen in ((self.plot, fits & (c["track"] < 0)), (self.tied, fits & (c["track"] >= 0))):
            rows = pattern.rows(int(chosen.sum()))
            pattern.put(rows, "010", c["radar"][chosen] + 1)
            pattern.put(rows, "140", self.clock(c["t_s"][chosen]))
            pattern.put(rows, "040", rho[chosen], 0, 2)
            pattern.put(rows, "040", np.round(c["az_deg"][chosen] / 360.0 * 65536.0).astype(np.int64) % 65536, 2, 2)
            pattern.put(rows, "110", np.clip(np.round(c["h_msl_m"][chosen] / FOOT / 25.0), -8192, 8191).astype(np.int64) & 0x3FFF)
            if pattern is self.tied:
                pattern.put(rows, "161", c["track"][chosen] % TRACK_NUMBERS[48])
            self.records += len(rows)
            yield from pattern.blocks(c["t_s"][chosen], rows)

    def _tracks(self, c: Columns) -> Iterator[Block]:
        n, p = c["t_s"].size, self.track
        if not n:
            return
        rows = p.rows(n)
        p.put(rows, "010", np.full(n, SYSTEM))
        p.put(rows, "070", self.clock(c["t_s"]))
        p.put(rows, "105", np.round(c["lat_deg"] / (180 / 2**25)).astype(np.int64), 0, 4)
        p.put(rows, "105", np.round(c["lon_deg"] / (180 / 2**25)).astype(np.int64), 4, 4)
        for offset, speed in zip((0, 2), self._velocity(c), strict=True):
            p.put(rows, "185", np.clip(np.round(speed / 0.25), -32768, 32767).astype(np.int64), offset, 2)
        p.put(rows, "040", c["track"] % TRACK_NUMBERS[62])
        height = np.round(self.feed.ellipsoidal(c["h_msl_m"]) / FOOT / 6.25)
        p.put(rows, "130", np.clip(height, -32768, 32767).astype(np.int64))
        self.records += n
        yield from p.blocks(c["t_s"], rows)

    def _velocity(self, c: Columns) -> tuple[np.ndarray, np.ndarray]:
        """East and north [m/s] of each track, from where it is at its next sample."""
        order = np.lexsort((c["t_s"], c["track"]))
        lat, lon = c["lat_deg"][order], c["lon_deg"][order]
        pos = np.empty((order.size, 3))
        ecef(lat, lon, self.feed.ellipsoidal(c["h_msl_m"][order]), pos)
        v = course(c["track"][order], c["t_s"][order], pos)
        phi, lam = np.radians(lat), np.radians(lon)
        east, north = np.empty(order.size), np.empty(order.size)
        east[order] = -np.sin(lam) * v[:, 0] + np.cos(lam) * v[:, 1]
        north[order] = -np.sin(phi) * (np.cos(lam) * v[:, 0] + np.sin(lam) * v[:, 1]) + np.cos(phi) * v[:, 2]
        return east, north

    def about(self) -> dict[str, Any]:
        """What the file cannot say of itself: who is who, what was left out."""
        numbers = sorted(set(zip(*(self.feed.run.tracks[c].to_pylist() for c in ("track", "target")), strict=True)))
        names = self.feed.run.targets["name"].to_pylist()
        return {
            **self.feed.about,
            "editions": {"34": "1.29", "48": "1.31", "62": "1.20"},
            "radars": [{"name": e.name, "sac": (e.row + 1) >> 8, "sic": (e.row + 1) & 255} for e in self.feed.of("radar")],
            "tracker": {"sac": 255, "sic": 255},
            "tracks": [{"track": n, "target": names[target] if target >= 0 else None} for n, target in numbers],
            "track_numbers": "CAT048 modulo 4096, CAT062 modulo 65536",
            "service": "a north marker each turn or pass; the phase of the turn is not recorded by a run",
            "records": self.records,
            "left_out": {"plots beyond 256 NM, the most that item 048/040 holds": self.beyond_range},
        }


def write(feed: Feed, path: Path) -> list[Path]:
    """Write the blocks, and NAME.about.json with SAC, SIC, track numbers and what was left out."""
    encoder = Encoder(feed)
    capture = path.suffix.lower() == ".pcap"
    with part_file(path) as part, part.open("wb") as out:
        if capture:
            out.write(pcap.HEAD)
        for start, tables in feed.windows("plots", "tracks"):
            blocks = encoder.window(start, start + 60.0, tables["plots"], tables["tracks"])
            _put(feed, out, blocks, capture)
    if encoder.beyond_range:
        feed.notes.append(f"{encoder.beyond_range} plots beyond 256 NM are left out: the format cannot hold them")
    return [path, beside(path, encoder.about())]


def _put(feed: Feed, out: BinaryIO, blocks: list[Block], capture: bool) -> None:
    epoch = feed.start.timestamp()
    for t, block in blocks:
        if capture:
            out.write(pcap.frames(np.array([epoch + t]), np.frombuffer(block, np.uint8)[None, :], PORT))
        else:
            out.write(block)
