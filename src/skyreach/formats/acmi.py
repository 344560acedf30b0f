"""Tacview ACMI 2.2: what flew and stood, with coalitions, radars, locks, engagement ranges and events.

Source: Tacview, Technical Reference, ACMI flight recordings 2.2. Places to 7 decimals of a degree (11 mm) and 0.01 m,
every sample of the run; altitudes are above mean sea level, as the format has them. Beams and rings are properties that
Tacview draws itself: RadarMode, RadarRange, RadarHorizontalBeamwidth, LockedTarget, EngagementRange.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from skyreach.formats import story
from skyreach.formats.output import part_file
from skyreach.formats.paths import course
from skyreach.formats.reader import Entity, Feed, Motion
from skyreach.intake.points import ecef
from skyreach.world import codes

TYPES = {
    "command post": "Ground+Static+Vehicle", "fire unit": "Ground+AntiAircraft", "asset": "Ground+Static+Building",
    "radar": "Ground+Sensor+AntiAircraft", "missile": "Weapon+Missile", "aircraft": "Air+FixedWing",
    "cruise": "Weapon+Missile", "drone": "Air+FixedWing", "ballistic": "Weapon+Missile", "arm": "Weapon+Missile",
    "decoy": "Misc+Decoy", "civil": "Air+FixedWing+Heavy",
}  # fmt: skip
COALITIONS = {"blue": "Allies", "red": "Enemies", "neutral": "Neutral"}
COLOURS = {"blue": "Blue", "red": "Red", "neutral": "Green"}
LOCKS = 9  # LockedTarget to LockedTarget9


def write(feed: Feed, path: Path) -> list[Path]:
    """Write the recording; as zip where the name ends in .zip.acmi."""
    with part_file(path) as part:
        if path.name.lower().endswith(".zip.acmi"):
            inner = path.name[: -len(".zip.acmi")] + ".txt.acmi"
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(inner, "w", force_zip64=True) as file:
                for piece in _pieces(feed):
                    file.write(piece.encode())
        else:
            with part.open("wb") as plain:
                for piece in _pieces(feed):
                    plain.write(piece.encode())
    return [path]


def escape(text: str) -> str:
    """Text as a value of a property: commas and line ends escaped."""
    return text.replace("\\", "\\\\").replace(",", "\\,").replace("\r", "").replace("\n", "\\\n")


def identity(entity: Entity) -> str:
    """Object id in hexadecimal; 0 is the global object, so numbers from 1 on serve."""
    return f"{entity.number:x}"


def _pieces(feed: Feed) -> Iterator[str]:
    yield "\ufeffFileType=text/acmi/tacview\nFileVersion=2.2\n"
    yield "".join(f"0,{line}\n" for line in _global(feed))
    extras = sorted(_timeline(feed), key=lambda item: item[0])
    at = 0
    born = {e.number: e for e in feed.entities if e.at is None}
    for start, motion in feed.motion():
        last = start + 60.0 >= feed.duration
        end = at
        while end < len(extras) and (last or extras[end][0] < start + 60.0):
            end += 1
        yield "".join(_frames(feed, motion, extras[at:end], born))
        at = end


def _global(feed: Feed) -> Iterator[str]:
    digest = feed.about["digest"]
    yield f"ReferenceTime={feed.iso(0.0)}"
    yield f"RecordingTime={feed.iso(0.0)}"
    yield f"Title={escape(feed.title)}"
    yield "DataSource=skyreach simulation"
    yield "DataRecorder=skyreach"
    yield f"Category={escape('Simulation of air defence, not a recording')}"
    yield "Comments=" + escape(f"{feed.notice} Digest {digest}.")
    yield "ReferenceLongitude=0"
    yield "ReferenceLatitude=0"


def describe(entity: Entity) -> str:
    """The properties that an object has from its first frame on."""
    name, pilot, side = escape(entity.title or entity.name), escape(entity.name), entity.side
    return (
        f"Name={name},CallSign={pilot},Label={pilot},Type={TYPES[entity.kind]},Coalition={COALITIONS[side]},"
        f"Color={COLOURS[side]},Group={entity.group}"
    )


def _timeline(feed: Feed) -> Iterator[tuple[float, str]]:
    """(t, line) of all that is not a sample."""
    beams, reaches = story.beams(feed), story.reaches(feed)
    for e in feed.entities:
        if e.at is not None:
            lat, lon, h = e.at
            line = f"{identity(e)},T={lon:.7f}|{lat:.7f}|{h:.2f},{describe(e)}"
            if e.number in beams:
                line += _radar(beams[e.number])
            if e.number in reaches:
                reach, height = reaches[e.number]
                line += (
                    f",EngagementMode=1,EngagementRange={reach:.0f},VerticalEngagementMode=1,VerticalEngagementRange={height:.0f}"
                )
            yield 0.0, line + "\n"
            if e.t_to is not None:
                modes = ",RadarMode=0" if e.number in beams else ",EngagementMode=0,VerticalEngagementMode=0"
                yield e.t_to, f"{identity(e)},Health=0{modes}\n"
            if e.number in feed.moves:
                yield from _march(feed, e, beams, reaches)
        elif e.t_from is not None and e.t_to is not None:
            yield e.t_to, f"-{identity(e)}\n"
    yield from _locks(feed)
    for mark in story.marks(feed):
        yield mark.t, _event(mark)


def _march(
    feed: Feed, e: Entity, beams: dict[int, story.Beam], reaches: dict[int, tuple[float, float]]
) -> Iterator[tuple[float, str]]:
    """Places of what marches, at both ends of each road, and its radar or its reach off from packing to being ready."""
    for t, lat, lon, h in feed.moves[e.number].points[1:].tolist():
        yield t, f"{identity(e)},T={lon:.7f}|{lat:.7f}|{h:.2f}\n"
    works: tuple[str, ...] = ("RadarMode",) if e.number in beams and beams[e.number].emitting else ()
    works += ("EngagementMode", "VerticalEngagementMode") if e.number in reaches else ()
    for begin, end in feed.silent(e) if works else []:
        yield begin, f"{identity(e)},{','.join(f'{word}=0' for word in works)}\n"
        if end < feed.duration and (e.t_to is None or end < e.t_to):
            yield end, f"{identity(e)},{','.join(f'{word}=1' for word in works)}\n"


def _radar(beam: story.Beam) -> str:
    return (
        f",RadarMode={int(beam.emitting)},RadarRange={beam.reach:.0f},RadarAzimuth={beam.axis:.1f},"
        f"RadarElevation={beam.elevation:.1f},RadarHorizontalBeamwidth={beam.width:.1f},RadarVerticalBeamwidth={beam.height:.1f}"
    )


def _locks(feed: Feed) -> Iterator[tuple[float, str]]:
    """Lock of the radar of a fire unit on each target that it engages; up to nine at once, as the format has it."""
    guides = {e.owner: e.number for e in feed.of("radar")}
    for row in feed.run.sites.to_pylist():
        if row["radar"] >= 0:
            guides[feed.number("site", row["site"])] = feed.number("radar", row["radar"])
    held: dict[int, list[int]] = {}
    changes = [(a, 1, k, j) for a, _, k, j in feed.engagements] + [(b, 0, k, j) for _, b, k, j in feed.engagements]
    for t, on, unit, target in sorted(changes):
        number = guides.get(unit, unit)
        locked = held.setdefault(number, [])
        before = len(locked)
        if on:
            locked.append(target)
        elif target in locked:
            locked.remove(target)
        words = [f"LockedTargetMode={int(bool(locked))}"]
        for n in range(min(max(before, len(locked)), LOCKS)):
            words.append(f"LockedTarget{n + 1 if n else ''}={locked[n] if n < len(locked) else 0:x}")
        yield t, f"{number:x},{','.join(words)}\n"


def _event(mark: story.Mark) -> str:
    """An event line: Destroyed where a target or site ends, LeftArea, else a message."""
    lost = mark.kind in (story.word(codes.E_SITE_LOST), story.word(codes.E_RADAR_LOST))
    kind = (
        "Destroyed" if lost or mark.kind == story.word(codes.E_KILL)
        else "LeftArea" if mark.kind == story.word(codes.E_LEFT) else "Message"
    )  # fmt: skip
    about = [mark.other, mark.target] if lost else [mark.target, mark.missile, mark.other]
    ids = "|".join(f"{n:x}" for n in about if n)
    return f"0,Event={kind}|{ids}|{escape(mark.text.replace('|', '/'))}\n"


def _frames(feed: Feed, motion: Motion, extras: list[tuple[float, str]], born: dict[int, Entity]) -> Iterator[str]:
    """Lines of one window: at each time the samples, then everything else; objects are removed last."""
    lines = _samples(feed, motion, born)
    times = np.unique(np.concatenate([motion.t, [t for t, _ in extras]]))
    first = np.searchsorted(motion.t, times, "left")
    last = np.searchsorted(motion.t, times, "right")
    moments = np.array([t for t, _ in extras])
    begin, end = np.searchsorted(moments, times, "left"), np.searchsorted(moments, times, "right")
    for n, t in enumerate(times):
        yield f"#{t:.3f}\n"
        yield from lines[first[n] : last[n]]
        yield from sorted((line for _, line in extras[begin[n] : end[n]]), key=lambda line: line.startswith("-"))


def _samples(feed: Feed, motion: Motion, born: dict[int, Entity]) -> list[str]:
    yaw, pitch = attitude(feed, motion)
    rows = zip(*(c.tolist() for c in (motion.number, motion.lon, motion.lat, motion.h, pitch, yaw)), strict=True)
    lines = ["%x,T=%.7f|%.7f|%.2f||%.1f|%.1f\n" % row for row in rows]  # noqa: UP031  (twice as fast as a format string)
    numbers, at = np.unique(motion.number, return_index=True)
    for number, row in zip(numbers.tolist(), at.tolist(), strict=True):
        if number in born:
            entity = born.pop(number)
            parent = f",Parent={entity.owner:x}" if entity.owner else ""
            lines[row] = f"{lines[row][:-1]},{describe(entity)}{parent}\n"
    return lines


def attitude(feed: Feed, motion: Motion) -> tuple[np.ndarray, np.ndarray]:
    """Course and climb angle [deg] at each sample of a window, from where the entity is at its next."""
    order = np.lexsort((motion.t, motion.number))
    pos = np.empty((order.size, 3))
    lat, lon = motion.lat[order], motion.lon[order]
    ecef(lat, lon, feed.ellipsoidal(motion.h[order]), pos)
    v = course(motion.number[order], motion.t[order], pos)
    sin_lat, cos_lat, sin_lon, cos_lon = (f(np.radians(x)) for x in (lat, lon) for f in (np.sin, np.cos))
    east = -sin_lon * v[:, 0] + cos_lon * v[:, 1]
    north = -sin_lat * (cos_lon * v[:, 0] + sin_lon * v[:, 1]) + cos_lat * v[:, 2]
    up = cos_lat * (cos_lon * v[:, 0] + sin_lon * v[:, 1]) + sin_lat * v[:, 2]
    yaw, pitch = np.empty(order.size), np.empty(order.size)
    yaw[order] = np.degrees(np.arctan2(east, north)) % 360.0
    pitch[order] = np.degrees(np.arctan2(up, np.hypot(east, north)))
    return yaw, pitch
