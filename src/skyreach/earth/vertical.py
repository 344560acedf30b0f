"""What the heights of an elevation file count from, and in which unit: read from the file, else known by its kind.

Orthometric heights count from a geoid, ellipsoidal ones from the WGS84 ellipsoid. skyreach turns the former into the
latter by EGM96. A file above another geoid or a national datum is used as if above EGM96, and every result says so.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

EGM96, EGM2008, ELLIPSOID = "EGM96", "EGM2008", "WGS84 ellipsoid"
EGM2008_OFF = "0.5 m RMS, about 10 m at the worst places of the world"
"""How far the geoids EGM2008 and EGM96 lie apart (docs/data.md has the source)."""
UNITS = {"": 1.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0, "ft": 0.3048, "foot": 0.3048,
         "feet": 0.3048, "us survey foot": 1200 / 3937, "ftus": 1200 / 3937}  # fmt: skip


class Vertical(NamedTuple):
    """What heights count from."""

    datum: str  # EGM96, EGM2008, WGS84 ellipsoid, or the name in the file
    said_by: str  # "file", "kind of file", or "nobody" where it is an assumption
    unit: str  # of the file's numbers; "" where it is not said, and then metres

    @property
    def ellipsoidal(self) -> bool:
        """Heights above the ellipsoid and not above a geoid."""
        return self.datum == ELLIPSOID

    def text(self) -> str:
        """In words, e.g. `EGM2008 (by kind of file), used as EGM96`."""
        words = "not said" if self.said_by == "nobody" else f"{self.datum} (by {self.said_by})"
        return words if self.ellipsoidal or (self.datum == EGM96 and self.said_by != "nobody") else f"{words}, used as {EGM96}"


class Systems(NamedTuple):
    """The coordinate system of a file, taken apart."""

    plain: bool  # latitude and longitude on WGS84
    projected: bool
    name: str
    vertical: str  # name of the vertical part, "" where there is none


@lru_cache(maxsize=256)
def systems(wkt: str) -> Systems:
    """Horizontal and vertical part of a coordinate system in WKT."""
    from pyproj import CRS

    crs = CRS.from_wkt(wkt)
    parts = crs.sub_crs_list if crs.is_compound else [crs]
    flat = parts[0].to_2d()
    vertical = next((part.name for part in parts[1:]), "")
    if not vertical and (len(parts[0].axis_info) == 3 or "Ellipsoid (" in wkt):
        vertical = ELLIPSOID
    return Systems(flat == CRS.from_epsg(4326) or flat.to_epsg() == 4326, bool(flat.is_projected), flat.name, vertical)


def vertical_of(source: Any, path: str) -> Vertical:
    """Vertical of an open rasterio dataset; path decides where SRTM or Copernicus tiles say nothing themselves."""
    unit = (source.units[0] or "").lower()
    said = systems(source.crs.to_wkt()).vertical
    if said:
        named = next((name for name in (EGM2008, EGM96, "EGM84") if name in said.upper().replace(" ", "")), said)
        return Vertical(ELLIPSOID if "ellipsoid" in said.lower() else named, "file", unit)
    if source.driver == "DTED":
        datum = source.tags().get("DTED_VerticalDatum", "")
        return Vertical(EGM96, "file" if datum == "E96" else "kind of file", unit)
    if source.driver == "SRTMHGT":
        return Vertical(EGM96, "kind of file", unit)
    if re.search(r"Copernicus_DSM_(COG_)?\d\d_[NS]\d\d_00_[EW]\d\d\d_00", path):
        return Vertical(EGM2008, "kind of file", unit or "m")
    return Vertical(EGM96, "nobody", unit)
