"""Echoes of the sea, the land and the rain, and how far moving-target indication suppresses them.

Linear ratios, SI.

Sources: Skolnik, Introduction to Radar Systems, 3rd ed., ch. 3 and 7; Long, Radar Reflectivity of Land and
Sea, 3rd ed."""

import math

from skyreach.jit import kernel
from skyreach.physics.radar import SPEED_OF_LIGHT

PI5 = math.pi**5
# NRL/MR/5310-12-9346, appendix B: coefficients c1 to c5 of horizontal and vertical polarisation
SEA_H = (-73.00, 20.781, 7.351, 25.65, 0.0054)
SEA_V = (-50.796, 25.93, 0.7093, 21.588, 0.00211)
GAUSS_X = (-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.9061798459386640)
GAUSS_W = (0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891)


@kernel
def sea_sigma0(grazing, frequency, sea_state, vertical):
    """RCS of the sea per area [m2/m2]: the NRL empirical fit, mean over wind direction.

    grazing [rad] (0.1 to 60 deg), frequency [Hz] (0.5 to 35 GHz), sea_state 0 to 6, vertical: 1 vertical, 0
    horizontal polarisation. The fit misses Nathanson's tables by 2 to 2.6 dB on average. Gregers-Hansen and
    Mital, NRL/MR/5310-12-9346 (2012), eq. 7 and appendix B. Validated: CLU-001 to CLU-006."""
    c1, c2, c3, c4, c5 = SEA_V if vertical else SEA_H
    deg = math.degrees(grazing)
    slope = (27.5 + c3 * deg) / (1.0 + 0.95 * deg)
    state = c4 * math.pow(1.0 + sea_state, 1.0 / (2.0 + 0.085 * deg + 0.033 * sea_state))
    level = c1 + c2 * math.log10(math.sin(grazing)) + slope * math.log10(1e-9 * frequency) + state + c5 * deg * deg
    return math.pow(10.0, 0.1 * level)


@kernel
def land_gamma(gamma_10ghz, frequency):
    """Gamma [1] of constant-gamma land at a frequency [Hz], from its value at 10 GHz: root of the
    frequency ratio.

    Barton, Proc. IEEE 73 (1985) 198. Validated: CLU-009 at 10 GHz only."""
    return gamma_10ghz * math.sqrt(1e-10 * frequency)


@kernel
def land_sigma0(gamma, grazing):
    """RCS of land per area [m2/m2]: gamma * sin(grazing [rad]). Barton 1985. Validated: CLU-009."""
    return gamma * math.sin(grazing)


@kernel
def patch_area(r, az_width, el_width, grazing, pulse_width):
    """Area [m2] of surface in one resolution cell: the smaller of the beam's and the pulse's extent along
    the ground.

    r [m], beamwidths [rad], grazing [rad] > 0, pulse_width (compressed) [s]. A rectangle; the ellipse of the
    beam would be pi/4 of it. Skolnik, 3rd ed., section 7.2. Validated: CLU-007."""
    by_beam = r * el_width / math.sin(grazing)
    by_pulse = 0.5 * SPEED_OF_LIGHT * pulse_width / math.cos(grazing)
    return r * az_width * min(by_beam, by_pulse)


@kernel
def rain_reflectivity_factor(rate):
    """Reflectivity factor Z [mm6/m3] of rain at a rate [mm/h]: 200 R^1.6, Marshall and Palmer.

    Validated: CLU-011."""
    return 200.0 * math.pow(rate, 1.6)


@kernel
def volume_reflectivity(z, k2, wavelength):
    """RCS per volume [1/m] of drops small against the wavelength [m]; z [mm6/m3], k2 = |K|^2 (0.93 for
    water).

    pi^5 |K|^2 Z / lambda^4: Skolnik, 3rd ed., ch. 7. Validated: CLU-011, CLU-017."""
    return PI5 * k2 * (1e-18 * z) / (wavelength * wavelength * wavelength * wavelength)


@kernel
def rain_volume(r, az_width, el_width, pulse_width, beam_factor):
    """Volume [m3] of one resolution cell at r [m]; beamwidths [rad], pulse_width [s].

    beam_factor 1 / (2 ln 2) corrects a Gaussian two-way beam. Probert-Jones, Quarterly J. Royal Met. Soc. 88
    (1962) 485. Validated: CLU-017, CLU-018."""
    beam = 0.25 * math.pi * (r * az_width) * (r * el_width)
    return beam * 0.5 * SPEED_OF_LIGHT * pulse_width * beam_factor


@kernel
def mti_improvement(n_delays, sigma_f, prf):
    """Improvement factor [1] of an n-delay binomial canceller against clutter of a Gaussian spectrum, exact.

    sigma_f: standard deviation of the spectrum [Hz]; prf [Hz]. Noise gain over the gain for clutter,
    E[(2 sin(pi f / prf))^(2n)], by quadrature, so that no digits cancel. Barton, Radar System Analysis and
    Modeling, ch. 5 (whose small-sigma form it replaces). Validated: CLU-012, CLU-013, test_propagation."""
    noise = 1.0
    for k in range(1, n_delays + 1):  # k: sum of squared binomial weights is the central binomial coefficient
        noise *= 2.0 * (2.0 * k - 1.0) / k
    panels = 40
    left = 0.0
    for i in range(panels):  # i: panel in f over sigma_f, 0 to 12
        for j in range(5):  # j: Gauss point
            u = 12.0 * (i + 0.5 + 0.5 * GAUSS_X[j]) / panels
            line = 2.0 * math.sin(math.pi * u * sigma_f / prf)
            left += GAUSS_W[j] * math.exp(-0.5 * u * u) * math.pow(line * line, float(n_delays))
    left *= 12.0 / panels / math.sqrt(2.0 * math.pi)  # half a panel, twice for the two sides
    return noise / left
