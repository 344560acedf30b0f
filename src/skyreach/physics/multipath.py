"""Reflection at the surface: strength, roughness, the specular point on the sphere, and the lobes that
come of it.

Angles [rad], lengths [m]; field ratios (not power) unless stated. Sources: Kerr, Propagation of Short Radio
Waves, MIT Rad. Lab. 13 (1951), ch. 2 and 5; Blake, Radar Range-Performance Analysis (1986), ch. 6."""

import math

from skyreach.jit import kernel


@kernel
def fresnel_reflection(permittivity, conductivity, wavelength, grazing, vertical):
    """Reflection coefficient (real part, imaginary part) [1] of a smooth surface.

    permittivity: relative [1]; conductivity [S/m]; time factor exp(+jwt), so the complex permittivity is
    er - j 60 lambda sigma; vertical: 1 vertical, 0 horizontal polarisation. Kerr, ch. 5. Validated:
    MPD-018, MPD-019."""
    sine = math.sin(grazing)
    cosine = math.cos(grazing)
    er, ei = permittivity, -60.0 * wavelength * conductivity
    qr, qi = er - cosine * cosine, ei  # its root, with the real part positive
    size = math.sqrt(qr * qr + qi * qi)
    rr = math.sqrt(0.5 * (size + qr))
    ri = -math.sqrt(max(0.5 * (size - qr), 0.0))
    ar, ai = sine, 0.0
    if vertical:
        ar, ai = er * sine, ei * sine
    nr, ni, dr, di = ar - rr, ai - ri, ar + rr, ai + ri
    bottom = dr * dr + di * di
    return (nr * dr + ni * di) / bottom, (ni * dr - nr * di) / bottom


@kernel
def ament_roughness(sigma_h, grazing, wavelength):
    """Factor [1] by which a rough surface (standard deviation of height sigma_h) reduces the coherent
    reflection.

    exp(-2 (2 pi sigma_h sin g / lambda)^2): Ament, Proc. IRE 41 (1953) 142; too strong beyond an exponent of
    about 1. Validated: MPD-020."""
    x = 2.0 * math.pi * sigma_h * math.sin(grazing) / wavelength
    return math.exp(-2.0 * x * x)


@kernel
def lobe_elevation(n, h_ant, wavelength):
    """Elevation of the n-th extreme over a perfect plane: odd n maxima, even n nulls. sin el = n lambda /
    (4 h).

    NaN when there is none. Skolnik, 3rd ed., section 8.2. Validated: MPD-017."""
    sine = 0.25 * n * wavelength / h_ant
    return math.asin(sine) if sine <= 1.0 else math.nan


@kernel
def specular_point(h1, h2, r_ground, r_eff):
    """(ground distance from the foot of antenna 1, grazing angle) of the reflection on a sphere.

    Heights h1, h2 > 0 above the sphere r_eff, r_ground along it, within mutual sight. Fishback's cubic (Kerr,
    ch. 2, small angles), then Newton steps on the exact law of reflection. Validated: MPD-021,
    test_propagation."""
    low, high = min(h1, h2), max(h1, h2)
    p = 2.0 / math.sqrt(3.0) * math.sqrt(r_eff * (h1 + h2) + 0.25 * r_ground * r_ground)
    xi = math.asin(max(-1.0, min(1.0, 2.0 * r_eff * r_ground * (high - low) / (p * p * p))))
    near = 0.5 * r_ground - p * math.sin(xi / 3.0)  # from the lower one
    a = near / r_eff
    total = r_ground / r_eff
    for _ in range(4):
        rise1, slope1 = _rise(low, a, r_eff)
        rise2, slope2 = _rise(high, total - a, r_eff)
        a -= (rise1 - rise2) / (slope1 + slope2)
    near = a * r_eff
    return (near if h1 <= h2 else r_ground - near), _rise(low, a, r_eff)[0]


@kernel
def _rise(h, angle, r_eff):
    """(elevation, its change with the angle) of a point at height h seen from the sphere's surface an
    angle away."""
    r = r_eff + h
    half = math.sin(0.5 * angle)
    up = h - 2.0 * r * half * half
    out = r * math.sin(angle)
    slope = -r * (h + 2.0 * r_eff * half * half) / (up * up + out * out)
    return math.atan2(up, out), slope


@kernel
def divergence(d1, d2, grazing, r_eff):
    """Factor [1] by which reflection on the sphere thins the field: distances d1, d2 from the specular point.

    Kerr, ch. 5 (small angles). Validated: MPD-021."""
    return 1.0 / math.sqrt(1.0 + 2.0 * d1 * d2 / (r_eff * (d1 + d2) * math.sin(grazing)))


@kernel
def plane_propagation_factor(h_ant, h_tgt, r_ground, wavelength, real, imag):
    """Field over that of free space [1], one way, above a plane with a reflection coefficient (real, imag).

    Exact difference of the two paths, isotropic antenna; roughness and divergence belong into the
    coefficient. Kerr, ch. 2. Validated: MPD-015, MPD-016."""
    less, more = h_tgt - h_ant, h_tgt + h_ant
    direct = math.sqrt(r_ground * r_ground + less * less)
    bounced = math.sqrt(r_ground * r_ground + more * more)
    phase = 2.0 * math.pi / wavelength * 4.0 * h_ant * h_tgt / (direct + bounced)  # difference without cancellation
    c, s = math.cos(phase), math.sin(phase)
    re = 1.0 + real * c + imag * s
    im = imag * c - real * s
    return math.sqrt(re * re + im * im)


@kernel
def plane_mean_factor(h_ant, h_tgt, r_ground, wavelength, real, imag, spread):
    """As plane_propagation_factor, the fourth root of the mean fourth power over a stretch of range `spread` [m] long [1].

    With a phase that runs evenly over the stretch, F^2 = A + 2 rho cos(phi) gives <F^4> = A^2 + 4 A rho <cos phi> + 2 rho^2 (1 +
    <cos 2 phi>), A = 1 + rho^2. Validated: test_two_ray (dense samples of plane_propagation_factor)."""
    less, more = h_tgt - h_ant, h_tgt + h_ant
    direct = math.sqrt(r_ground * r_ground + less * less)
    bounced = math.sqrt(r_ground * r_ground + more * more)
    phase = 2.0 * math.pi / wavelength * 4.0 * h_ant * h_tgt / (direct + bounced)
    half = 0.5 * phase * r_ground * spread / (direct * bounced)  # of the phase along the stretch
    once = math.sin(half) / half if half > 1e-9 else 1.0
    twice = math.sin(2.0 * half) / (2.0 * half) if half > 1e-9 else 1.0
    c, s = math.cos(phase), math.sin(phase)
    x, y = real * c + imag * s, imag * c - real * s
    power = real * real + imag * imag
    a = 1.0 + power
    return math.sqrt(math.sqrt(max(a * a + 4.0 * a * x * once + 2.0 * (power + (x * x - y * y) * twice), 0.0)))
