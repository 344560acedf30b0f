"""Which formats there are, and the one way to all of them."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyreach.errors import BadInput
from skyreach.formats.reader import Feed
from skyreach.records.run import Run


@dataclass(frozen=True)
class Format:
    """A format: module here with `write(feed, path, **options)`, suffix, what it is, and how closely it keeps places [m]."""

    module: str
    suffix: str
    title: str
    places: str
    needs: tuple[str, ...] = ()  # packages of the extra `formats`
    options: tuple[str, ...] = ()


FORMATS = {
    "acmi": Format("acmi", ".txt.acmi", "Tacview ACMI 2.2", "0.02 m"),
    "czml": Format("czml", ".czml", "CZML 1.0 for Cesium", "tolerance, 0.02 m at the points kept", (), ("tolerance",)),
    "kml": Format("kml", ".kml", "KML 2.2 with time (.kmz where --out says so)", "tolerance, 0.02 m at the points kept",
                  ("simplekml",), ("tolerance", "heights")),
    "geojson": Format("vectors", ".geojson", "GeoJSON, RFC 7946", "tolerance, 0.02 m at the points kept", (), ("tolerance",)),
    "gpkg": Format("geopackage", ".gpkg", "GeoPackage", "tolerance, exact at the points kept", ("pyogrio",), ("tolerance",)),
    "tif": Format("floors", "-floors", "GeoTIFF of lowest visible altitudes, one for each radar and one for all", "cells"),
    "asterix": Format("asterix", ".ast", "ASTERIX CAT034, CAT048, CAT062 (.pcap where --out says so)",
                      "plots 0.01 deg and 7 m; tracks 0.6 m", ("asterix",)),
    "dis": Format("dis", ".pcap", "DIS 7 PDUs in a capture", "exact"),
    "simdis": Format("simdis", ".asi", "SIMDIS ASI text", "0.02 m"),
    "parquet": Format("tables", "-parquet", "Parquet, one file for each table", "exact"),
    "csv": Format("tables", "-csv", "CSV, one file for each table", "exact"),
}  # fmt: skip


class Written(list[Path]):
    """The files written; `notes` says what a format could not hold."""

    notes: tuple[str, ...] = ()


def export(run: Run, format: str, path: str | Path | None = None, **options: Any) -> Written:
    """Write a run in a format and return the files; path: of the file or folder, beside the run or here where None."""
    if format not in FORMATS:
        from skyreach.catalog.values import near

        raise BadInput(f"format {format}", allowed=", ".join(FORMATS), cure=near(format, list(FORMATS)))
    chosen = FORMATS[format]
    for name in chosen.needs:
        try:
            importlib.import_module(name)
        except ImportError:
            package = "libasterix" if name == "asterix" else name
            raise BadInput(
                f"export to {format}", f"the package {package} is not installed", cure="pip install 'skyreach[formats]'"
            ) from None
    wrong = [key for key, value in options.items() if value is not None and key not in chosen.options]
    if wrong:
        takers = [name for name, known in FORMATS.items() if wrong[0] in known.options]
        raise BadInput(f"export to {format}", f"{wrong[0]}", f"for {', '.join(takers) or 'no format'} only")
    given = {key: value for key, value in options.items() if value is not None}
    if format in ("parquet", "csv"):
        given["kind"] = format
    module = importlib.import_module(f"skyreach.formats.{chosen.module}")
    target = Path(path) if path is not None else _beside(run, chosen.suffix)
    feed = Feed(run)
    written = Written(module.write(feed, target, **given))
    written.notes = tuple(feed.notes)
    return written


def _beside(run: Run, suffix: str) -> Path:
    name = run.path.name if run.path else f"{run.manifest['scenario']}-{run.manifest['seed']}"
    return Path(f"{name}{suffix}")
