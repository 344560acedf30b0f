"""Random error of radar measurements: range, angle, radial speed, and the floor below which no SNR helps.

Sources: Barton, Radar Equations for Modern Radar (2013), ch. 11; Skolnik, 3rd ed., section 6.3.
"""

import math

from skyreach.jit import kernel
from skyreach.physics.radar import range_resolution

MONOPULSE = 1.6
"""Error slope of a monopulse antenna near its axis [1]: Barton 2013, ch. 11."""


@kernel
def resolved_sigma(resolution, snr):
    """Standard deviation of range [m] from the range resolution [m], c / (2 B), instead of the bandwidth. Validated: TRK-011b."""
    return resolution / math.sqrt(2.0 * snr)


@kernel
def range_sigma(bandwidth, snr):
    """Standard deviation of range [m] for a signal bandwidth [Hz] and an SNR [1] > 0. Validated: TRK-011b."""
    return resolved_sigma(range_resolution(bandwidth), snr)


@kernel
def angle_sigma(beamwidth, slope, snr):
    """Standard deviation of a monopulse angle [rad] for a beamwidth [rad], slope km [1] (about 1.6) and
    SNR [1] > 0.

    On axis; the error grows off it. Validated: TRK-011a."""
    return beamwidth / (slope * math.sqrt(2.0 * snr))


@kernel
def with_floor(sigma, floor):
    """Standard deviation of a random error sigma and an independent one, floor, that does not fall with
    SNR; same unit.

    Not validated beyond its form."""
    return math.sqrt(sigma * sigma + floor * floor)


@kernel
def polar_shrink(sigma_az):
    """Factor [1] by which converting a noisy azimuth (standard deviation [rad]) shortens the mean position.

    exp(-sigma^2/2): Lerro and Bar-Shalom, IEEE Trans. AES 29 (1993) 1015. Validated: TRK-024."""
    return math.exp(-0.5 * sigma_az * sigma_az)
