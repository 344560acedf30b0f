"""SIMDIS ASI text: platforms, beams of radars and of fire units at their targets, events as generic data.

Places are degrees on WGS84 and metres above its ellipsoid (CoordSystem "LLA"), course and climb in degrees; times are seconds
of ReferenceYear. Every sample of the run is written. Keywords and the order of their values are those that the ASI viewer among
the examples of the SIMDIS SDK reads (U.S. Naval Research Laboratory, USNavalResearchLaboratory/simdissdk, Examples/ASIViewer);
what that viewer passes over (affiliation, events, categories) and SIMDIS itself, which needs registration, are not tried.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from skyreach.formats import story
from skyreach.formats.acmi import attitude
from skyreach.formats.output import part_file
from skyreach.formats.reader import Entity, Feed, Motion

ICONS = {"aircraft": "f-16", "civil": "737", "drone": "predator", "cruise": "tomahawk", "missile": "sa-10_missile"}
KINDS = {"aircraft": "aircraft", "civil": "aircraft", "drone": "aircraft", "decoy": "aircraft", "cruise": "missile",
         "ballistic": "missile", "arm": "missile", "missile": "missile"}  # fmt: skip
COLOURS = {"blue": "0xFFFF0000", "red": "0xFF0000FF", "neutral": "0xFF00FF00"}  # alpha, blue, green, red
AFFILIATIONS = {"blue": "F", "red": "H", "neutral": "N"}


def write(feed: Feed, path: Path) -> list[Path]:
    """Write the file, piece by piece."""
    with part_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(_head(feed))
        offset = (feed.start - datetime(feed.start.year, 1, 1, tzinfo=UTC)).total_seconds()
        for entity in feed.entities:
            if entity.number in feed.moves:
                out.writelines(_way(feed, entity, offset))
            elif entity.at is not None:
                lat, lon, h = entity.at
                for t in (0.0, feed.duration):
                    out.write(
                        f"PlatformData {entity.number} {offset + t:.3f} {lat:.7f} {lon:.7f} {feed.ellipsoidal(h):.2f} 0 0 0\n"
                    )
        for _, motion in feed.motion():
            yaw, pitch = attitude(feed, motion)
            h = feed.ellipsoidal(motion.h)
            columns = (motion.number, motion.t + offset, motion.lat, motion.lon, h, yaw, pitch)
            rows = zip(*(c.tolist() for c in columns), strict=True)
            out.writelines("PlatformData %d %.3f %.7f %.7f %.2f %.1f %.1f 0\n" % row for row in rows)  # noqa: UP031  (fast)
        out.writelines(_beams(feed, offset))
        out.writelines(_events(feed, offset))
    return [path]


def quoted(text: str) -> str:
    """Text in quotes; quotes in it become apostrophes, line ends blanks."""
    return '"' + " ".join(text.replace('"', "'").split()) + '"'


def _way(feed: Feed, entity: Entity, offset: float) -> Iterator[str]:
    """The samples of what marches, at both ends of each stretch of road."""
    t, lat, lon, h = feed.moves[entity.number].points.T
    number = np.full(t.size, entity.number)
    yaw, pitch = attitude(feed, Motion(number, t, lat, lon, h, np.zeros(t.size)))
    columns = (number, t + offset, lat, lon, feed.ellipsoidal(h), yaw, pitch)
    for row in zip(*(c.tolist() for c in columns), strict=True):
        yield "PlatformData %d %.3f %.7f %.7f %.2f %.1f %.1f 0\n" % row  # noqa: UP031  (as above)


def _head(feed: Feed) -> Iterator[str]:
    yield "# " + quoted(feed.notice)[1:-1] + "\n"
    yield f'Version 24\nReferenceYear {feed.start.year}\nDegreeAngles 1\nCoordSystem "LLA"\nVerticalDatum "WGS84"\n'
    yield f'Classification "UNCLASSIFIED" 0x8000FF00\nScenarioInfo {quoted(f"{feed.title}; seed {feed.seed}; {feed.notice}")}\n'
    for entity in feed.entities:
        if entity.t_from is not None:
            yield _platform(entity)


def _platform(e: Entity) -> str:
    n = e.number
    kind = KINDS.get(e.kind, "fixed")
    return (
        f"PlatformID {n}\nPlatformName {n} {quoted(e.name)}\nPlatformIcon {n} {quoted(ICONS.get(e.kind, 'diamond'))}\n"
        f'PlatformType {n} "{kind}"\nPlatformFHN {n} "{AFFILIATIONS[e.side]}"\nPlatformInterpolate {n} 1\n'
    )


def _beams(feed: Feed, offset: float) -> Iterator[str]:
    """A beam for each radar that looks one way, and one for each engagement, on while it lasts."""
    beams = story.beams(feed)
    number = len(feed.entities)
    for e in feed.of("radar"):
        beam, number = beams[e.number], number + 1
        yield f'BeamID {e.number} {number}\nBeamType {number} "ABSOLUTE_POSITION"\n'
        yield f"HorzBW {number} {beam.width:.1f}\nVertBW {number} {beam.height:.1f}\n"
        yield f"BeamOnOffCmd {number} {offset:.3f} {int(beam.emitting)}\nBeamColorCmd {number} {offset:.3f} {COLOURS[e.side]}\n"
        yield f"BeamDataRAE {number} {offset:.3f} {beam.axis:.2f} {beam.elevation:.2f} {beam.reach:.0f}\n"
        for begin, end in feed.silent(e) if beam.emitting else []:
            yield f"BeamOnOffCmd {number} {offset + begin:.3f} 0\n"
            if end < feed.duration and (e.t_to is None or end < e.t_to):
                yield f"BeamOnOffCmd {number} {offset + end:.3f} 1\n"
        if e.t_to is not None:
            yield f"BeamOnOffCmd {number} {offset + e.t_to:.3f} 0\n"
    for begin, end, unit, target in feed.engagements:
        number += 1
        yield f'BeamID {unit} {number}\nBeamType {number} "TARGET"\nBeamOnOffCmd {number} {offset + begin:.3f} 1\n'
        yield f"BeamTargetIDCmd {number} {offset + begin:.3f} {target}\nBeamOnOffCmd {number} {offset + end:.3f} 0\n"


def _events(feed: Feed, offset: float) -> Iterator[str]:
    for mark in story.marks(feed):
        about = mark.target or mark.other
        if about:
            yield f'GenericData {about} "event" {quoted(f"{mark.kind}: {mark.text}")} {offset + mark.t:.3f} 5\n'
    for e in feed.entities:
        if e.t_to is not None and e.t_from is not None:
            yield f'CategoryData {e.number} {offset + e.t_to:.3f} "end" {quoted(e.end)}\n'
