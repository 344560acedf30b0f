"""DIS 7: a run as PDUs in the order of time, into a capture (.pcap, UDP port 3000), or live (dis_live).

Entity state for each sample of what flies and every HEARTBEAT for what stands or marches, fire at launches, detonation at the
ends of missiles, emission of each radar with no beam when it is lost, silent or on the march, one in search, more while it
engages, IFF of what answers, and the notice and the seed as a comment first. Emitter powers, pulses and names are not known
and left at 0.
"""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from skyreach.formats import dis_pdus as p
from skyreach.formats import pcap, story
from skyreach.formats.output import beside, part_file
from skyreach.formats.paths import course
from skyreach.formats.reader import Entity, Feed, Motion
from skyreach.intake.points import ecef
from skyreach.world import codes

PORT = 3000
HEARTBEAT = 5.0  # s, the default of the standard
REPEAT = 10.0  # s between emission and IFF PDUs of one entity, the default of the standard
FORCES = {"blue": 1, "red": 2, "neutral": 3}
OTHER = 0  # country
TYPES = {  # kind, domain, country, category, subcategory: SISO-REF-010
    "command post": (1, 1, OTHER, 6, 0), "fire unit": (1, 1, OTHER, 28, 0), "asset": (5, 1, OTHER, 0, 0),
    "radar": (1, 1, OTHER, 16, 0), "missile": (2, 1, OTHER, 1, 0), "aircraft": (1, 2, OTHER, 1, 0), "cruise": (2, 9, OTHER, 1, 0),
    "drone": (1, 2, OTHER, 50, 0), "ballistic": (2, 9, OTHER, 1, 0), "arm": (2, 6, OTHER, 1, 0), "decoy": (1, 2, OTHER, 50, 0),
    "civil": (1, 2, OTHER, 57, 0),
}  # fmt: skip
SEARCH, ACQUIRE_AND_TRACK = 1, 5  # beam functions: SISO-REF-010, UID 78
MULTI_FUNCTION, SURVEILLANCE = 1, 2  # emitter functions: UID 76
RESULT_HIT, RESULT_DETONATION, RESULT_NONE = 1, 5, 6
Chunk = tuple[np.ndarray, np.ndarray]  # times (n,) [s of the run], PDUs (n, size) as bytes


def write(feed: Feed, path: Path) -> list[Path]:
    """Write the capture, and NAME.about.json."""
    epoch = feed.start.timestamp()
    with part_file(path) as part, part.open("wb") as out:
        out.write(pcap.HEAD)
        for t, rows in pdus(feed):
            out.write(pcap.frames(epoch + t, rows, PORT))
    listed = [{"entity": e.number, "name": e.name, "key": e.key, "system": e.system} for e in feed.entities]
    return [path, beside(path, {**feed.about, "port": PORT, "site": p.SITE, "application": p.APPLICATION, "entities": listed})]


def pdus(feed: Feed) -> Iterator[Chunk]:
    """All PDUs in the order of time."""
    maker = Maker(feed)
    yield np.zeros(1), _bytes(p.comment(int(maker.stamp(np.zeros(1))[0]), feed.notice))
    others = maker.others()
    at = 0
    for start, motion in feed.motion():
        states = maker.states(motion)
        end = start + 60.0 if start + 60.0 < feed.duration else math.inf
        last = at
        while last < len(others) and others[last][0] < end:
            last += 1
        yield from _merged(states, [*maker.heartbeats(start, min(end, feed.duration)), *maker.answers(motion)], others[at:last])
        at = last


def _bytes(pdu: bytes) -> np.ndarray:
    return np.frombuffer(pdu, np.uint8)[None, :]


def _merged(states: Chunk, rare: list[Chunk], singles: list[tuple[float, bytes]]) -> Iterator[Chunk]:
    """Chunks in the order of time: states, cut wherever there is one of the rarer arrays or of the single PDUs."""
    moments = np.unique(np.concatenate([[t for t, _ in singles], *(t for t, _ in rare)]))
    ahead = iter([*singles, (math.inf, b"")])
    single = next(ahead)
    for cut in [*moments.tolist(), math.inf]:
        parts = [states, *rare]
        for n, (t, rows) in enumerate(parts):
            k = int(np.searchsorted(t, cut, "right"))
            if k:
                yield t[:k], rows[:k]
                parts[n] = (t[k:], rows[k:])
        states, *rare = parts
        while single[0] <= cut and single[1]:
            yield np.array([single[0]]), _bytes(single[1])
            single = next(ahead)


class Maker:
    """A run, and the PDUs that tell it."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.hour = feed.start.minute * 60.0 + feed.start.second + feed.start.microsecond / 1e6
        count = len(feed.entities) + 1
        self.force, self.types = np.zeros(count, np.uint8), np.zeros(count, p.ENTITY_TYPE)
        self.marking = np.zeros(count, "S11")
        self.domes = [e for e in feed.entities if e.at is not None]
        for e in feed.entities:
            self.force[e.number], self.marking[e.number] = FORCES[e.side], e.name.encode("ascii", "replace")[-11:]
            self.types[e.number] = (*TYPES[e.kind], 0, 0)
        self.civil = np.array([e.number for e in feed.of("target") if e.kind == "civil"], np.int64)

    def stamp(self, t: np.ndarray) -> np.ndarray:
        """Time stamps of t [s]."""
        return p.timestamp(self.hour + t)

    def _states(self, t: np.ndarray, number: np.ndarray, pos: np.ndarray, vel: np.ndarray) -> np.ndarray:
        rows = p.begin(p.STATE, p.ENTITY_STATE, self.stamp(t))
        p.identify(rows["id"], number)
        rows["force"], rows["entity_type"], rows["alternative"] = self.force[number], self.types[number], self.types[number]
        rows["velocity"], rows["location"], rows["orientation"] = vel, pos, euler(pos, vel)
        moves = np.any(vel != 0.0, axis=1)
        rows["algorithm"] = np.where(moves, 2, 1)  # dead reckoning: straight on, or not at all
        rows["charset"], rows["marking"] = 1, self.marking[number]
        return rows

    def states(self, motion: Motion) -> Chunk:
        """Entity states of all samples of a window."""
        order = np.lexsort((motion.t, motion.number))
        number, t = motion.number[order], motion.t[order]
        pos = np.empty((order.size, 3))
        ecef(motion.lat[order], motion.lon[order], self.feed.ellipsoidal(motion.h[order]), pos)
        rows = self._states(t, number, pos, course(number, t, pos))
        back = np.argsort(t, kind="stable")
        return t[back], _table(rows[back])

    def heartbeats(self, start: float, end: float) -> list[Chunk]:
        """Entity states of what stands."""
        times = np.arange(math.ceil(start / HEARTBEAT), math.ceil(end / HEARTBEAT)) * HEARTBEAT
        if not self.domes or not times.size:
            return []
        where = np.array([e.at for e in self.domes])
        pos = np.empty((len(where), 3))
        lat, lon, h = (np.ascontiguousarray(where[:, n]) for n in range(3))
        ecef(lat, lon, self.feed.ellipsoidal(h), pos)
        number = np.array([e.number for e in self.domes])
        t = np.repeat(times, len(number))
        pos, vel = np.tile(pos, (times.size, 1)), np.zeros((t.size, 3))
        for k, e in enumerate(self.domes):
            if e.number in self.feed.moves:
                pos[k :: len(number)], vel[k :: len(number)] = self._marched(e, times)
        rows = self._states(t, np.tile(number, times.size), pos, vel)
        ends = np.array([math.inf if e.t_to is None else e.t_to for e in self.domes])
        rows["appearance"] = np.where(t >= np.tile(ends, times.size), p.DESTROYED, 0)
        return [(t, _table(rows))]

    def _marched(self, e: Entity, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places and velocities (n, 3) [m, m/s, ECEF] of what marches, at times t [s]."""
        way = self.feed.moves[e.number].points
        pos = np.empty((len(way), 3))
        lat, lon, h = (np.ascontiguousarray(way[:, n]) for n in (1, 2, 3))
        ecef(lat, lon, self.feed.ellipsoidal(h), pos)
        vel = np.diff(pos, axis=0) / np.maximum(np.diff(way[:, 0]), 1e-6)[:, None]
        k = np.clip(np.searchsorted(way[:, 0], t, "right") - 1, 0, len(vel) - 1)
        return pos[k] + vel[k] * (t - way[k, 0])[:, None], vel[k]

    def answers(self, motion: Motion) -> list[Chunk]:
        """IFF of civil aircraft: transponder on, codes not modelled."""
        chosen = np.flatnonzero((motion.t % REPEAT < 1e-6) & np.isin(motion.number, self.civil))
        rows = p.begin(p.ANSWER, p.IFF, self.stamp(motion.t[chosen]))
        p.identify(rows["id"], motion.number[chosen])
        rows["system_type"], rows["mode"], rows["system_status"], rows["layers"] = 1, 1, 1, 2
        return [(motion.t[chosen], _table(rows))]

    def others(self) -> list[tuple[float, bytes]]:
        """Shots, bursts, ends and emissions, in the order of time."""
        return sorted([*self._shots(), *self._ends(), *self._emissions()], key=lambda item: item[0])

    def _shots(self) -> Iterator[tuple[float, bytes]]:
        feed, flight = self.feed, _Flight(self.feed)
        for e, row in zip(feed.of("missile"), feed.run.shots.to_pylist(), strict=True):
            begin = flight.place(e.row, row["t_launch_s"])
            shot = p.begin(p.SHOT, p.FIRE, self.stamp(np.array([row["t_launch_s"]])))
            self._common(shot, e)
            shot["location"] = begin
            yield row["t_launch_s"], shot.tobytes()
            if not math.isfinite(row["t_end_s"]):
                continue
            burst = p.begin(p.BURST, p.DETONATION, self.stamp(np.array([row["t_end_s"]])))
            self._common(burst, e)
            burst["location"] = flight.place(e.row, row["t_end_s"])
            fuzed = row["outcome"] == codes.OUTCOMES[codes.NO_KILL]
            hit = row["outcome"] == codes.OUTCOMES[codes.KILLED]
            burst["result"] = RESULT_HIT if hit else RESULT_DETONATION if fuzed else RESULT_NONE
            yield row["t_end_s"], burst.tobytes()

    def _common(self, row: np.ndarray, e: Entity) -> None:
        for name, number in (("firing", e.owner), ("target", e.aim), ("munition_id", e.number), ("event", e.number)):
            p.identify(row[name], number)
        row["munition"], row["quantity"] = self.types[e.number], 1

    def _ends(self) -> Iterator[tuple[float, bytes]]:
        """The last entity state of what moved: deactivated, and destroyed where it was; at its last sample."""
        lasts = _Flight(self.feed)
        for e in self.feed.entities:
            if e.at is None and e.t_to is not None and e.t_from is not None:
                pos = lasts.place(e.row, e.t_to, e.group)[None, :]
                row = self._states(np.array([e.t_to]), np.array([e.number]), pos, np.zeros((1, 3)))
                row["appearance"] = p.DEACTIVATED | (p.DESTROYED if story.gone(e) else 0)
                yield e.t_to, row.tobytes()

    def _emissions(self) -> Iterator[tuple[float, bytes]]:
        feed, beams = self.feed, story.beams(self.feed)
        guided: dict[int, list[tuple[float, float, int]]] = {}
        guides = {feed.number("site", row["site"]): feed.number("radar", row["radar"]) for row in feed.run.sites.to_pylist()}
        for begin, end, unit, target in feed.engagements:
            guided.setdefault(guides.get(unit, 0), []).append((begin, end, target))
        for e in feed.of("radar"):
            work, lost = guided.get(e.number, []), e.t_to if e.t_to is not None else math.inf
            times = {*np.arange(0.0, feed.duration, REPEAT).tolist(), *(t for a, b, _ in work for t in (a, b))}
            silent = feed.silent(e)
            times |= {t for span in silent for t in span if t < feed.duration}
            for n, t in enumerate(sorted(times | ({lost} if lost < feed.duration else set()))):
                beam, targets = beams[e.number], tuple(j for a, b, j in work if a <= t < b)
                found = []
                if t < lost and beam.emitting and not any(a <= t < b for a, b in silent):
                    wide, high = math.radians(beam.width) / 2, math.radians(beam.height) / 2
                    axis, up = math.radians(beam.axis), math.radians(beam.elevation)
                    found.append(p.EmitterBeam(1, beam.frequency, axis, wide, up, high, SEARCH))
                    if targets:
                        found.append(p.EmitterBeam(2, beam.frequency, axis, wide, up, high, ACQUIRE_AND_TRACK, targets))
                yield (
                    t,
                    p.emission(
                        int(self.stamp(np.array([t]))[0]), e.number, n + 1, SURVEILLANCE if beam.turns else MULTI_FUNCTION, found
                    ),
                )


class _Flight:
    """ECEF places of entities between their samples: those of shots and targets when they begin and end."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.wanted: dict[str, dict[int, tuple[np.ndarray, np.ndarray]]] = {}

    def _samples(self, group: str) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """The first and the last sample of each entity."""
        if group not in self.wanted:
            column, name = {"target": ("target", "truth"), "missile": ("missile", "flights")}[group]
            found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
            for _, tables in self.feed.windows(name):
                c = tables[name]
                place = np.column_stack([c["t_s"], c["lat_deg"], c["lon_deg"], self.feed.ellipsoidal(c["h_msl_m"])])
                rows, firsts = np.unique(c[column], return_index=True)
                lasts = c["t_s"].size - 1 - np.unique(c[column][::-1], return_index=True)[1]
                for row, first, last in zip(rows.tolist(), firsts.tolist(), lasts.tolist(), strict=True):
                    found[row] = (found[row][0] if row in found else place[first], place[last])
            self.wanted[group] = found
        return self.wanted[group]

    def place(self, row: int, t: float, group: str = "missile") -> np.ndarray:
        """ECEF [m] at the nearer of the first and the last sample; zero where there is none."""
        pair = self._samples(group).get(row)
        out = np.zeros((1, 3))
        if pair is not None:
            near = min(pair, key=lambda sample: abs(sample[0] - t))
            ecef(near[1:2], near[2:3], near[3:4], out)
        return out[0]


def _table(rows: np.ndarray) -> np.ndarray:
    return np.frombuffer(rows.tobytes(), np.uint8).reshape(len(rows), rows.dtype.itemsize)


def euler(pos: np.ndarray, vel: np.ndarray) -> np.ndarray:
    """psi, theta, phi (n, 3) [rad] of bodies that look where they go (north where they stand), wings level."""
    up = pos / np.maximum(np.linalg.norm(pos, axis=1, keepdims=True), 1.0)
    north = np.array([0.0, 0.0, 1.0]) - up[:, 2:3] * up
    speed = np.linalg.norm(vel, axis=1, keepdims=True)
    ahead = np.where(
        speed > 1e-6, vel / np.maximum(speed, 1e-9), north / np.maximum(np.linalg.norm(north, axis=1, keepdims=True), 1e-9)
    )
    right = np.cross(ahead, up)
    right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-9)
    down = np.cross(ahead, right)
    psi, theta = np.arctan2(ahead[:, 1], ahead[:, 0]), np.arcsin(np.clip(-ahead[:, 2], -1.0, 1.0))
    return np.column_stack([psi, theta, np.arctan2(right[:, 2], down[:, 2])])
