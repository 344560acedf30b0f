"""KML 2.2 with Google's tracks: folders by side and kind, absolute heights, coverage polygons by height.

Heights of `absolute` count from mean sea level, as the run has them. A .kmz is the same file, zipped.
"""

from collections.abc import Sequence
from pathlib import Path as File
from typing import Any

from skyreach.formats import story
from skyreach.formats.output import part_file
from skyreach.formats.paths import TOLERANCE, Path, driven, paths, stays
from skyreach.formats.reader import Entity, Feed

COLOURS = {"blue": "ff8a5c00", "red": "ff1e26b3", "neutral": "ff3c781e"}  # aabbggrr
FILLS = {"seen": "66a85e2d", "engageable": "660a84d9", "overlap": "66c9a23b", "gap": "80263fb3"}
NAMES = {"site": "sites", "radar": "radars", "target": "targets", "missile": "missiles"}


def write(feed: Feed, path: File, tolerance: float = TOLERANCE, heights: Sequence[float] = ()) -> list[File]:
    """Write the document; heights [m above ground] adds what the radars of the scenario see there."""
    import simplekml

    about = "\n".join(f"{key}: {value}" for key, value in feed.about.items())
    doc = simplekml.Kml(name=feed.title, description=f"{feed.notice}\n{about}\nsamples thinned to {tolerance:g} m")
    styles = {side: _style(simplekml, colour) for side, colour in COLOURS.items()}
    flown, roads = paths(feed, tolerance), driven(feed)
    folders: dict[tuple[str, ...], Any] = {}
    for entity in feed.entities:
        track = flown.get(entity.number)
        if track is None and entity.at is None:
            continue  # never in the air
        folder = _folder(doc, folders, (entity.side, NAMES[entity.group]))
        if entity.number in roads:
            mark = _track(simplekml, folder, feed, entity, roads[entity.number])
            _positions(simplekml, folder, feed, entity, styles[entity.side])
        elif entity.at is not None:
            lat, lon, h = entity.at
            mark = folder.newpoint(name=entity.name, coords=[(round(lon, 7), round(lat, 7), round(h, 2))])
            mark.altitudemode = simplekml.AltitudeMode.absolute
        else:
            assert track is not None  # left out above otherwise
            mark = _track(simplekml, folder, feed, entity, track)
        mark.style = styles[entity.side]
        _words(mark, entity)
    _events(simplekml, doc, feed, flown)
    if heights:
        _coverage(simplekml, doc, feed, heights)
    with part_file(path) as part:
        if path.suffix.lower() == ".kmz":
            doc.savekmz(str(part), format=False)
        else:
            doc.save(str(part), format=False)
    return [path]


def _style(simplekml: Any, colour: str) -> Any:
    style = simplekml.Style()
    style.linestyle.color, style.linestyle.width, style.iconstyle.color = colour, 2, colour
    style.iconstyle.scale, style.labelstyle.scale = 0.7, 0.7
    return style


def _folder(doc: Any, folders: dict[tuple[str, ...], Any], names: tuple[str, ...]) -> Any:
    for n in range(1, len(names) + 1):
        if names[:n] not in folders:
            above = folders[names[: n - 1]] if n > 1 else doc
            folders[names[:n]] = above.newfolder(name=names[n - 1])
    return folders[names]


def _track(simplekml: Any, folder: Any, feed: Feed, entity: Entity, track: Path) -> Any:
    mark = folder.newgxtrack(name=entity.name, altitudemode=simplekml.AltitudeMode.absolute)
    mark.newwhen([feed.iso(t) for t in track.t.tolist()])
    rows = zip(track.lon.round(7).tolist(), track.lat.round(7).tolist(), track.h.round(2).tolist(), strict=True)
    mark.newgxcoord(list(rows))
    return mark


def _positions(simplekml: Any, folder: Any, feed: Feed, entity: Entity, style: Any) -> None:
    """A point with its times for each position of what marches."""
    for stay in stays(feed, entity):
        lat, lon, h = stay.place
        words = f"{entity.name} (position {stay.position})"
        mark = folder.newpoint(name=words, coords=[(round(lon, 7), round(lat, 7), round(h, 2))])
        mark.altitudemode, mark.style = simplekml.AltitudeMode.absolute, style
        mark.timespan.begin, mark.timespan.end = feed.iso(stay.t_from), feed.iso(min(stay.t_to, feed.duration))
        mark.description = f"{entity.title}, position {stay.position}"


def _words(mark: Any, entity: Entity) -> None:
    mark.description = f"{entity.title} ({entity.kind}, {entity.side}): {entity.end}"
    pairs = (("id", entity.key), ("system", entity.system), ("kind", entity.kind), ("side", entity.side), ("end", entity.end))
    for key, value in pairs:
        mark.placemark.extendeddata.newdata(key, value)


def _events(simplekml: Any, doc: Any, feed: Feed, flown: dict[int, Path]) -> None:
    """A mark with its time where each event happened: at the target, else at the site."""
    import numpy as np

    folder = doc.newfolder(name="events", visibility=0)
    for mark in story.marks(feed):
        track = flown.get(mark.target)
        if track is None:
            continue
        place = [float(np.interp(mark.t, track.t, axis)) for axis in (track.lon, track.lat, track.h)]
        point = folder.newpoint(name=mark.kind, description=mark.text, coords=[tuple(place)], visibility=0)
        point.altitudemode = simplekml.AltitudeMode.absolute
        point.timestamp.when = feed.iso(mark.t)


def _coverage(simplekml: Any, doc: Any, feed: Feed, heights: Sequence[float]) -> None:
    from skyreach.analysis.network import network
    from skyreach.errors import BadInput

    if feed.scenario is None:
        raise BadInput("export to kml: heights", "a scenario that this version cannot read", cure="run it again")
    feed.of_first_positions("the coverage")
    answer = network(feed.scenario, heights)
    top = doc.newfolder(name=f"coverage, {answer.ref}")
    folders: dict[str, Any] = {}
    for feature in answer.__geo_interface__["features"]:
        words, geometry = feature["properties"], feature["geometry"]
        if geometry["type"] != "MultiPolygon":
            continue
        band = f"{words['height_m']:,g} m"
        if band not in folders:
            folders[band] = top.newfolder(name=band)
        several = folders[band].newmultigeometry(name=words["kind"])
        for shell, *holes in geometry["coordinates"]:
            several.newpolygon(outerboundaryis=shell, innerboundaryis=holes)
        several.style.polystyle.color = FILLS.get(words["kind"], "66888888")
        several.style.linestyle.color = FILLS.get(words["kind"], "66888888")
