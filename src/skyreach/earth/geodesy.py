"""Geodesy on an ellipsoid of revolution: earth-centred and local frames, geodesics. Compiled, numbers only.

Angles in radians, lengths in metres. lat is geodetic, h is the height above the ellipsoid, azimuths run
clockwise from true north in [0, 2*pi). ECEF: x through (0, 0), y through 90 degrees east, z through the north
pole.
"""

import math

from skyreach.jit import kernel

WGS84_A = 6378137.0
"""Semi-major axis [m]. Source: NGA.STND.0036, table 3.1."""
WGS84_F = 1.0 / 298.257223563
"""Flattening [1]. Source: NGA.STND.0036, table 3.1."""
WGS84_E2 = WGS84_F * (2.0 - WGS84_F)
TWO_PI = 2.0 * math.pi

# Abscissae and weights of the 10-point Gauss-Legendre rule on [-1, 1], positive half (Abramowitz and Stegun,
# table 25.4). Over half the circumference it leaves less than 1e-13 of the arc: the integrands differ from 1
# by 0.3 %.
GAUSS_X = (0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717)
GAUSS_W = (0.2955242247147529, 0.2692667193099963, 0.2190863625159821, 0.1494513491505806, 0.0666713443086881)


@kernel
def wrap_azimuth(angle):
    """The same direction in [0, 2*pi) [rad]."""
    wrapped = angle - TWO_PI * math.floor(angle / TWO_PI)
    return 0.0 if wrapped >= TWO_PI or wrapped < 0.0 else wrapped  # rounding; NaN goes through


@kernel
def wrap_longitude(angle):
    """The same meridian in [-pi, pi) [rad]."""
    return wrap_azimuth(angle + math.pi) - math.pi


@kernel
def radii_of_curvature(lat):
    """Radii of curvature of WGS84 in the meridian and in the prime vertical [m], at geodetic latitude lat.
    Source: NIMA TR8350.2, section 4. Validated: test_geodesy (GEO-013)."""
    w2 = 1.0 - WGS84_E2 * math.sin(lat) * math.sin(lat)
    prime = WGS84_A / math.sqrt(w2)
    return prime * (1.0 - WGS84_E2) / w2, prime


@kernel
def gaussian_radius(lat):
    """Radius of the sphere that fits WGS84 best around latitude lat [m]: geometric mean of the two radii."""
    meridian, prime = radii_of_curvature(lat)
    return math.sqrt(meridian * prime)


@kernel
def geodetic_to_ecef(lat, lon, h):
    """ECEF coordinates (x, y, z) [m] of a WGS84 position; h above the ellipsoid.
    Source: EPSG Guidance Note 7-2, method 9602. Validated: test_geodesy (GEO-001, GEO-003, pyproj)."""
    sin_lat, cos_lat = math.sin(lat), math.cos(lat)
    prime = WGS84_A / math.sqrt(1.0 - WGS84_E2 * sin_lat * sin_lat)
    across = (prime + h) * cos_lat
    return across * math.cos(lon), across * math.sin(lon), (prime * (1.0 - WGS84_E2) + h) * sin_lat


@kernel
def ecef_to_geodetic(x, y, z):
    """WGS84 position (lat, lon [rad], h above the ellipsoid [m]) of an ECEF point; lon in [-pi, pi].

    Bowring's formula applied twice: within 1e-14 rad and 1e-8 m for heights of -10 km to 3000 km; wrong only
    within some 50 km of the centre of the earth. On the axis lon = 0.
    Source: B. R. Bowring, Survey Review 23 (1976) 323. Validated: test_geodesy (GEO-004, pyproj)."""
    ratio = 1.0 - WGS84_F
    second_e2_b = WGS84_E2 / ratio * WGS84_A  # second eccentricity squared times semi-minor axis
    p = math.sqrt(x * x + y * y)
    r = math.sqrt(p * p + z * z)
    sin_lat, cos_lat = (
        ratio * z * (1.0 + second_e2_b / r),
        p * ratio * ratio,
    )  # scaled; a first reduced latitude
    for _ in range(2):  # _ repeats the formula
        sin_beta, cos_beta = ratio * sin_lat, cos_lat
        length = math.sqrt(sin_beta * sin_beta + cos_beta * cos_beta)
        sin_beta, cos_beta = sin_beta / length, cos_beta / length
        sin_lat = z + second_e2_b * (sin_beta * sin_beta * sin_beta)
        cos_lat = p - WGS84_E2 * WGS84_A * (cos_beta * cos_beta * cos_beta)
        length = math.sqrt(sin_lat * sin_lat + cos_lat * cos_lat)
        sin_lat, cos_lat = sin_lat / length, cos_lat / length
    h = p * cos_lat + z * sin_lat - WGS84_A * math.sqrt(1.0 - WGS84_E2 * sin_lat * sin_lat)
    return math.atan2(sin_lat, cos_lat), math.atan2(y, x), h


@kernel
def enu_from_ecef(lat, lon, R):
    """Writes into R (3, 3) the matrix that turns ECEF vectors into east, north, up at a geodetic position.
    Rows are the three axes in ECEF. Source: EPSG Guidance Note 7-2, method 9836. Validated: test_geodesy
    (GEO-002)."""
    sin_lat, cos_lat, sin_lon, cos_lon = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    R[0, 0], R[0, 1], R[0, 2] = -sin_lon, cos_lon, 0.0
    R[1, 0], R[1, 1], R[1, 2] = -sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat
    R[2, 0], R[2, 1], R[2, 2] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat


@kernel
def _arc(sigma1, sigma2, k2, f):
    """Distance integral (in semi-minor axes) and longitude integral [1] of a geodesic between two arcs on the
    auxiliary sphere; k2 = second eccentricity squared times cos^2 of the azimuth at the equator.
    Source: C. F. F. Karney, J. Geodesy 87 (2013) 43, equations 7 and 8, here by quadrature and not by
    series."""
    middle, half = 0.5 * (sigma1 + sigma2), 0.5 * (sigma2 - sigma1)
    distance, longitude = 0.0, 0.0
    for i in range(5):  # i pairs of abscissae
        for side in range(-1, 2, 2):  # side of the middle
            sine = math.sin(middle + side * half * GAUSS_X[i])
            root = math.sqrt(1.0 + k2 * sine * sine)
            distance += GAUSS_W[i] * root
            longitude += GAUSS_W[i] * (2.0 - f) / (1.0 + (1.0 - f) * root)
    return half * distance, half * longitude


@kernel
def _reduced(lat, f):
    """Sine and cosine of the reduced latitude."""
    sin_beta, cos_beta = (1.0 - f) * math.sin(lat), math.cos(lat)
    length = math.sqrt(sin_beta * sin_beta + cos_beta * cos_beta)
    return sin_beta / length, cos_beta / length


@kernel
def geodesic_direct_on(a, f, lat1, lon1, az1, s):
    """Like geodesic_direct, on the ellipsoid of semi-major axis a [m] and flattening f [1]."""
    b, second_e2 = a * (1.0 - f), f * (2.0 - f) / ((1.0 - f) * (1.0 - f))
    sin_b1, cos_b1 = _reduced(lat1, f)
    sin_az, cos_az = math.sin(az1), math.cos(az1)
    sin_a0 = sin_az * cos_b1
    cos_a0 = math.sqrt(cos_az * cos_az + sin_az * sin_b1 * sin_az * sin_b1)
    k2 = second_e2 * cos_a0 * cos_a0
    sigma1 = math.atan2(sin_b1, cos_az * cos_b1)
    sigma = s / b
    for _ in range(4):  # _ Newton steps; the start is within 0.4 %, so three are enough
        sine = math.sin(sigma1 + sigma)
        sigma -= (_arc(sigma1, sigma1 + sigma, k2, f)[0] - s / b) / math.sqrt(1.0 + k2 * sine * sine)
    sigma2 = sigma1 + sigma
    sin_s2, cos_s2 = math.sin(sigma2), math.cos(sigma2)
    omega = math.atan2(sin_a0 * sin_s2, cos_s2) - math.atan2(sin_a0 * sin_b1, cos_az * cos_b1)
    sin_b2 = cos_a0 * sin_s2
    cos_b2 = math.sqrt(cos_a0 * cos_s2 * cos_a0 * cos_s2 + sin_a0 * sin_a0)
    lon2 = wrap_longitude(lon1 + omega - f * sin_a0 * _arc(sigma1, sigma2, k2, f)[1])
    return math.atan2(sin_b2, (1.0 - f) * cos_b2), lon2, wrap_azimuth(math.atan2(sin_a0, cos_a0 * cos_s2))


@kernel
def geodesic_direct(lat1, lon1, az1, s):
    """Where a geodesic on WGS84 leads: (lat2, lon2 in [-pi, pi), azimuth of travel there [rad]).

    lat1, lon1, az1: start and direction; s: length along the ellipsoid [m], of either sign.
    Within 1e-6 m up to half-way round the earth, 3 cm all the way round. Source: Karney 2013 (see _arc).
    Validated: test_geodesy (GEO-008, GEO-018, pyproj)."""
    return geodesic_direct_on(WGS84_A, WGS84_F, lat1, lon1, az1, s)


@kernel
def _inverse_antipodal(a, f, sin_b1, cos_b1, sin_b2, cos_b2, lon12):
    """Geodesic between nearly opposite points, by bisection of the azimuth at point 1, on which the longitude
    reached depends monotonically. Needs beta1 <= 0, abs(beta2) <= -beta1, 0 <= lon12 <= pi. Karney 2013,
    section 4."""
    second_e2 = f * (2.0 - f) / ((1.0 - f) * (1.0 - f))
    sin_b1 = min(sin_b1, -1e-150)  # the equator counts as just south of itself, so that the far side is found
    low, high = 0.0, math.pi
    s = az1 = az2 = 0.0
    for _ in range(60):  # _ halvings
        az1 = 0.5 * (low + high)
        sin_a0 = math.sin(az1) * cos_b1
        flat = math.cos(az1) * cos_b1
        along = math.sqrt(
            max(flat * flat + (sin_b1 - sin_b2) * (sin_b1 + sin_b2), 0.0)
        )  # cos(az2) cos(beta2)
        k2 = second_e2 * (1.0 - sin_a0 * sin_a0)
        sigma1, sigma2 = math.atan2(sin_b1, flat), math.atan2(sin_b2, along)
        omega = math.atan2(sin_a0 * sin_b2, along) - math.atan2(sin_a0 * sin_b1, flat)
        distance, longitude = _arc(sigma1, sigma2, k2, f)
        s, az2 = a * (1.0 - f) * distance, math.atan2(sin_a0, along)
        if omega - f * sin_a0 * longitude < lon12:
            low = az1
        else:
            high = az1
    return s, az1, az2


@kernel
def geodesic_inverse_on(a, f, lat1, lon1, lat2, lon2):
    """Like geodesic_inverse, on the ellipsoid of semi-major axis a [m] and flattening f [1]."""
    b, second_e2 = a * (1.0 - f), f * (2.0 - f) / ((1.0 - f) * (1.0 - f))
    sin_b1, cos_b1 = _reduced(lat1, f)
    sin_b2, cos_b2 = _reduced(lat2, f)
    lon12 = wrap_longitude(lon2 - lon1)
    omega, before, rounds = lon12, 10.0, 0
    sigma1 = sigma = k2 = az1 = az2 = 0.0
    while abs(omega - before) > 1e-15 and rounds < 40 and abs(omega) <= math.pi:
        before = omega
        sin_o, cos_o = math.sin(omega), math.cos(omega)
        east1, north1 = cos_b2 * sin_o, cos_b1 * sin_b2 - sin_b1 * cos_b2 * cos_o
        sin_sigma = math.sqrt(east1 * east1 + north1 * north1)
        sigma = math.atan2(sin_sigma, sin_b1 * sin_b2 + cos_b1 * cos_b2 * cos_o)
        az1 = math.atan2(east1, north1)
        az2 = math.atan2(cos_b1 * sin_o, cos_b1 * sin_b2 * cos_o - sin_b1 * cos_b2)
        sin_a0 = math.sin(az1) * cos_b1
        k2 = second_e2 * (1.0 - sin_a0 * sin_a0)
        sigma1 = math.atan2(sin_b1, math.cos(az1) * cos_b1)
        omega = lon12 + f * sin_a0 * _arc(sigma1, sigma1 + sigma, k2, f)[1]
        rounds += 1
    if rounds < 40 and abs(omega) <= math.pi:
        return b * _arc(sigma1, sigma1 + sigma, k2, f)[0], wrap_azimuth(az1), wrap_azimuth(az2)
    # Nearly opposite points: bring them into the standard position, solve, and undo the mirrors.
    swapped = abs(sin_b1) < abs(sin_b2)
    if swapped:
        sin_b1, cos_b1, sin_b2, cos_b2 = sin_b2, cos_b2, sin_b1, cos_b1
    mirrored = sin_b1 > 0.0
    if mirrored:
        sin_b1, sin_b2 = -sin_b1, -sin_b2
    s, az1, az2 = _inverse_antipodal(a, f, sin_b1, cos_b1, sin_b2, cos_b2, abs(lon12))
    if swapped != mirrored:
        az1, az2 = math.pi - az1, math.pi - az2
    if swapped:
        az1, az2 = az2, az1
    if lon12 < 0.0:
        az1, az2 = -az1, -az2
    return s, wrap_azimuth(az1), wrap_azimuth(az2)


@kernel
def geodesic_inverse(lat1, lon1, lat2, lon2):
    """Shortest path on WGS84 between two points: (length [m], azimuth at point 1, azimuth of travel at point
    2 [rad]).

    Within 1e-6 m, nearly opposite points included; azimuths of coinciding points are 0 or without meaning.
    Source: Karney 2013 (see _arc), iteration of T. Vincenty, Survey Review 23 (1975) 88, where it converges.
    Validated: test_geodesy (GEO-007, GEO-009 to GEO-011, pyproj)."""
    return geodesic_inverse_on(WGS84_A, WGS84_F, lat1, lon1, lat2, lon2)
