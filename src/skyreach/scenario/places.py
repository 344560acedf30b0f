"""Places in words -> degrees."""

import math

from skyreach.errors import BadInput
from skyreach.scenario.known import catalogue, nearest
from skyreach.scenario.models import Place, Scenario, Waypoint


def resolve(scenario: Scenario, place: Place | Waypoint) -> tuple[float, float]:
    """(lat_deg, lon_deg), WGS84; a bearing and distance run along the geodesic from the site."""
    if isinstance(place, Waypoint) and place.at is not None:
        place = place.at
    if place.lat is not None and place.lon is not None:
        return place.lat, place.lon
    lat, lon = site_of(scenario, getattr(place, "site", None) or "")
    if not isinstance(place, Place) or place.bearing_deg is None or place.distance_km is None:
        return lat, lon
    return _along(lat, lon, place.bearing_deg, place.distance_km)


def site_of(scenario: Scenario, name: str) -> tuple[float, float]:
    """(lat_deg, lon_deg) of a site, first of the scenario, then of the catalogue."""
    own = scenario.sites.get(name)
    if own:
        return own.lat, own.lon
    try:
        item = catalogue()[name]
        if item.kind == "site":
            return item.value("lat").nominal, item.value("lon").nominal
    except BadInput:
        pass
    known = [*scenario.sites, *sorted(item.key for item in catalogue().items("site"))]
    raise BadInput(f"site {name} is not known", allowed=", ".join(known), cure=nearest(name, known))


def _along(lat: float, lon: float, bearing_deg: float, distance_km: float) -> tuple[float, float]:
    from skyreach.earth.geodesy import geodesic_direct  # compiled: only for places that need it

    end = geodesic_direct(math.radians(lat), math.radians(lon), math.radians(bearing_deg), distance_km * 1e3)
    return math.degrees(end[0]), math.degrees(end[1])
