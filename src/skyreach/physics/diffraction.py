"""Loss behind an edge, behind the curve of the Earth, and over a terrain profile.

Results in dB, lengths in metres.

Sources: ITU-R P.526-15 (2019), sections 3 and 4; ITU-R P.452-16 (2015), section 4.2, which writes the same in
the form used here (the delta-Bullington method)."""

import math

from skyreach.jit import kernel


@kernel
def fresnel_integrals(x):
    """(C, S) of x [1]: integrals of cos and sin of pi t^2 / 2 from 0 to x; absolute error below 2e-7.

    Power series up to 3, beyond it the asymptotic series of the auxiliary functions, whose error falls fast.
    DLMF 7.6.4, 7.6.6, 7.5.3, 7.12.2. Validated: test_propagation against scipy."""
    t = abs(x)
    if t <= 3.0:
        z = 0.5 * math.pi * t * t
        term = t
        c = 0.0
        s = 0.0
        k = 0
        while abs(term) > 1e-18 and k < 200:
            part = term / (2.0 * k + 1.0)
            quarter = k % 4
            if quarter == 0:
                c += part
            elif quarter == 1:
                s += part
            elif quarter == 2:
                c -= part
            else:
                s -= part
            k += 1
            term *= z / k
    else:
        z = math.pi * t * t
        f, g = 1.0, 1.0
        tf, tg = 1.0, 1.0
        for m in range(1, 12):  # m: term of the asymptotic series, while it shrinks
            nf = -tf * (4.0 * m - 1.0) * (4.0 * m - 3.0) / (z * z)
            ng = -tg * (4.0 * m + 1.0) * (4.0 * m - 1.0) / (z * z)
            if abs(ng) >= abs(tg):
                break
            tf, tg = nf, ng
            f += tf
            g += tg
        f /= math.pi * t
        g /= math.pi * t * z
        turn = 0.5 * math.pi * (t * t - 4.0 * math.floor(0.25 * t * t))
        c = 0.5 + f * math.sin(turn) - g * math.cos(turn)
        s = 0.5 - f * math.cos(turn) - g * math.sin(turn)
    return (c, s) if x >= 0.0 else (-c, -s)


@kernel
def knife_edge_loss(nu):
    """Loss [dB] at a knife edge of diffraction parameter nu [1], exact (Fresnel integrals).

    Ripples around 0 dB in clear view (nu below -0.78). P.526-15 eq. 30. Validated: MPD-011 to MPD-013."""
    c, s = fresnel_integrals(nu)
    in_phase, across = 1.0 - c - s, c - s
    return -20.0 * math.log10(0.5 * math.sqrt(in_phase * in_phase + across * across))


@kernel
def knife_edge_fit(nu):
    """Loss [dB] at a knife edge, the fit of P.526-15 eq. 31; 0 for nu <= -0.78.

    Validated: MPD-011 to MPD-014."""
    if nu <= -0.78:
        return 0.0
    x = nu - 0.1
    return 6.9 + 20.0 * math.log10(math.sqrt(x * x + 1.0) + x)


@kernel
def edge_parameter(h, d1, d2, wavelength):
    """Diffraction parameter nu [1] of an edge h above the straight ray, d1 and d2 from its ends.

    P.526-15 eq. 26.

    Validated: MPD-014."""
    return h * math.sqrt(2.0 / wavelength * (1.0 / d1 + 1.0 / d2))


@kernel
def fresnel_radius(d1, d2, wavelength):
    """Radius [m] of the first Fresnel zone at distances d1, d2 [m] from the ends; P.526-15 eq. 2.

    Validated: test_propagation (an edge that touches the zone has a parameter of -sqrt 2)."""
    return math.sqrt(wavelength * d1 * d2 / (d1 + d2))


@kernel
def _first_term(d, h1, h2, radius, permittivity, conductivity, frequency, vertical):
    """Loss [dB] of the first residue term over a smooth sphere; P.452-16 section 4.2.2.1 (P.526-15 section
    3.1.1)."""
    f = 1e-9 * frequency  # GHz
    a = 1e-3 * radius  # km
    loss2 = 18.0 * conductivity / f  # imaginary part of the permittivity
    loss2 *= loss2
    spread = (permittivity - 1.0) * (permittivity - 1.0) + loss2
    k = 0.036 * math.pow(a * f, -1.0 / 3.0) * math.pow(spread, -0.25)
    if vertical:
        k *= math.sqrt(permittivity * permittivity + loss2)
    k2 = k * k
    beta = (1.0 + 1.6 * k2 + 0.67 * k2 * k2) / (1.0 + 4.5 * k2 + 1.53 * k2 * k2)
    x = 21.88 * beta * math.pow(f / (a * a), 1.0 / 3.0) * 1e-3 * d
    per_metre = 0.9575 * beta * math.pow(f * f / a, 1.0 / 3.0)
    if x >= 1.6:
        distance = 11.0 + 10.0 * math.log10(x) - 17.6 * x
    else:
        distance = -20.0 * math.log10(x) - 5.6488 * math.pow(x, 1.425)
    return -distance - _height_gain(per_metre * h1, beta, k) - _height_gain(per_metre * h2, beta, k)


@kernel
def _height_gain(y, beta, k):
    """Height gain [dB] of one antenna; P.452-16 section 4.2.2.1."""
    b = beta * y
    if b > 2.0:
        gain = 17.6 * math.sqrt(b - 1.1) - 5.0 * math.log10(b - 1.1) - 8.0
    else:
        gain = 20.0 * math.log10(b + 0.1 * b * b * b) if b > 0.0 else -math.inf
    return max(gain, 2.0 + 20.0 * math.log10(k))


@kernel
def spherical_earth_loss(d, h1, h2, r_eff, permittivity, conductivity, frequency, vertical):
    """Diffraction loss [dB] over a smooth sphere between antennas h1 and h2 above it, d apart along it.

    r_eff: effective radius; ground of relative permittivity [1] and conductivity [S/m]; frequency [Hz] >= 10
    MHz; vertical: 1 vertical, 0 horizontal polarisation. Inside the horizon interpolated to zero at the
    clearance that needs none. P.526-15 section 3.2, P.452-16 section 4.2.2. Validated: MPD-001 to MPD-005."""
    ground = (permittivity, conductivity, frequency, vertical)
    if d >= math.sqrt(2.0 * r_eff) * (math.sqrt(h1) + math.sqrt(h2)):
        return _first_term(d, h1, h2, r_eff, *ground)
    c = (h1 - h2) / (h1 + h2)
    m = 0.25 * d * d / (r_eff * (h1 + h2))
    turn = math.acos(max(-1.0, min(1.0, 1.5 * c / (m + 1.0) * math.sqrt(3.0 * m / (m + 1.0)))))
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + turn / 3.0)
    d1 = 0.5 * d * (1.0 + b)
    d2 = d - d1
    clear = ((h1 - 0.5 * d1 * d1 / r_eff) * d2 + (h2 - 0.5 * d2 * d2 / r_eff) * d1) / d
    needed = 0.552 * math.sqrt(d1 * d2 / d * 299792458.0 / frequency)
    if clear > needed:
        return 0.0
    root = d / (math.sqrt(h1) + math.sqrt(h2))
    marginal = 0.5 * root * root
    loss = _first_term(d, h1, h2, marginal, *ground)
    return max(0.0, (1.0 - clear / needed) * loss)


@kernel
def bullington_loss(distance, height, h1, h2, r_eff, wavelength):
    """Loss [dB] of the Bullington construction over a terrain profile: one edge where the two horizon rays
    meet.

    distance [m] from end 1 and height [m] above sea level of the profile points, shape (n,), first and last
    at the ends; h1, h2: antennas above sea level [m]. P.452-16 section 4.2.1. Validated: MPD-006 to MPD-008
    as part of delta_bullington."""
    n = distance.shape[0]
    d = distance[n - 1]
    straight = (h2 - h1) / d
    rise1 = -math.inf
    rise2 = -math.inf
    nu = -math.inf
    for i in range(1, n - 1):  # i: point of the profile between the ends
        x = distance[i]
        top = height[i] + 0.5 * x * (d - x) / r_eff
        rise1 = max(rise1, (top - h1) / x)
        rise2 = max(rise2, (top - h2) / (d - x))
        above = top - (h1 * (d - x) + h2 * x) / d
        nu = max(nu, above * math.sqrt(2.0 * d / (wavelength * x * (d - x))))
    if rise1 >= straight:  # beyond the horizon
        x = (h2 - h1 + rise2 * d) / (rise1 + rise2)
        above = h1 + rise1 * x - (h1 * (d - x) + h2 * x) / d
        nu = above * math.sqrt(2.0 * d / (wavelength * x * (d - x)))
    edge = knife_edge_fit(nu)
    return edge - math.expm1(-edge / 6.0) * (10.0 + 2e-5 * d)


@kernel
def smooth_surface(distance, height, h1, h2):
    """Heights [m] at the ends of the smooth surface that stands for a terrain profile in delta_bullington.

    Least-squares line through the profile, lowered where terrain rises above the line of sight, and nowhere above the
    ground at the ends. distance, height [m] (n,), antennas h1, h2 [m], all above sea level. P.452-16, attachment 2,
    sections 5.1.6.2 and 5.1.6.3. Validated: test_propagation (WP 3M validation profile)."""
    n = distance.shape[0]
    d = distance[n - 1]
    v1, v2 = 0.0, 0.0
    for i in range(1, n):  # i: stretch of the profile before point i
        step = distance[i] - distance[i - 1]
        v1 += step * (height[i] + height[i - 1])
        v2 += step * (height[i] * (2.0 * distance[i] + distance[i - 1]) + height[i - 1] * (distance[i] + 2.0 * distance[i - 1]))
    base1, base2 = (2.0 * v1 * d - v2) / (d * d), (v2 - v1 * d) / (d * d)
    highest, rise1, rise2 = -math.inf, -math.inf, -math.inf
    for i in range(1, n - 1):  # i: point between the ends
        x = distance[i]
        above = height[i] - (h1 * (d - x) + h2 * x) / d
        highest, rise1, rise2 = max(highest, above), max(rise1, above / x), max(rise2, above / (d - x))
    if highest > 0.0:
        base1 -= highest * rise1 / (rise1 + rise2)
        base2 -= highest * rise2 / (rise1 + rise2)
    return min(base1, height[0]), min(base2, height[n - 1])


@kernel
def delta_bullington(distance, height, h1, h2, base1, base2, r_eff, frequency, sea_share, land, sea, vertical):
    """(spherical-Earth part [dB], whole loss [dB]) over a terrain profile by the delta-Bullington method.

    Profile and antennas as in bullington_loss; base1, base2: smooth surface fitted to the terrain, at the
    ends [m above sea level]; sea_share: part of the path over sea [1]; land, sea: (relative permittivity,
    conductivity [S/m]); vertical: 1 or 0. P.452-16 section 4.2.3 (P.526-15 section 4.5.4). Validated: MPD-006
    to MPD-008."""
    d = distance[distance.shape[0] - 1]
    wavelength = 299792458.0 / frequency
    up1 = h1 - base1
    up2 = h2 - base2
    real = bullington_loss(distance, height, h1, h2, r_eff, wavelength)
    smooth = bullington_loss(distance, 0.0 * height, up1, up2, r_eff, wavelength)
    over_land = spherical_earth_loss(d, up1, up2, r_eff, land[0], land[1], frequency, vertical)
    over_sea = spherical_earth_loss(d, up1, up2, r_eff, sea[0], sea[1], frequency, vertical)
    sphere = sea_share * over_sea + (1.0 - sea_share) * over_land
    return sphere, real + max(sphere - smooth, 0.0)
