"""Radar equation: signal-to-noise ratio of tracking and search radars, noise, gain and waveform limits.

Linear ratios and SI throughout; decibels stay outside. Losses are factors >= 1.
Sources: Skolnik, Introduction to Radar Systems, 3rd ed., ch. 1 and 2; Barton, Radar Equations for Modern
Radar (2013), ch. 1 and 3."""

import math

from skyreach.jit import kernel

SPEED_OF_LIGHT = 299792458.0  # m/s, exact (SI)
BOLTZMANN = 1.380649e-23  # J/K, exact (SI)
REFERENCE_TEMPERATURE = 290.0  # K, IEEE noise figure standard
FOUR_PI_CUBED = (4.0 * math.pi) ** 3


@kernel
def snr_at(r, rcs, r_ref, rcs_ref, snr_ref):
    """SNR [1] at slant range r [m] for a cross section rcs [m2], scaled from a known point (r_ref,
    rcs_ref, snr_ref).

    Fourth-power law in free space; attenuation, pattern and clutter come on top. r = 0 gives infinity.
    Skolnik, 3rd ed., ch. 1. Validated: test_radar against snr_of_power."""
    x = r_ref / r
    x2 = x * x
    return snr_ref * (rcs / rcs_ref) * x2 * x2


@kernel
def snr_of_power(peak_power, pulse_width, gain_tx, gain_rx, wavelength, rcs, r_tx, r_rx, temperature, loss):
    """SNR of one pulse [1] after the matched filter, mono- or bistatic.

    peak_power [W], pulse_width [s], gains [1], wavelength [m], rcs [m2], ranges transmitter-target and
    target-receiver [m], system noise temperature [K], loss factor [1]. Barton 2013, ch. 1. Validated:
    RAD-002, RAD-003."""
    signal = peak_power * pulse_width * gain_tx * gain_rx * wavelength * wavelength * rcs
    noise = FOUR_PI_CUBED * BOLTZMANN * temperature * loss
    return signal / (noise * r_tx * r_tx * r_rx * r_rx)


@kernel
def max_range(peak_power, pulse_width, gain_tx, gain_rx, wavelength, rcs, snr, temperature, loss):
    """Monostatic range [m] at which one pulse has the SNR snr [1]; arguments as in snr_of_power.

    Validated: RAD-001."""
    at_1m = snr_of_power(peak_power, pulse_width, gain_tx, gain_rx, wavelength, rcs, 1.0, 1.0, temperature, loss)
    return math.sqrt(math.sqrt(at_1m / snr))


@kernel
def peak_power_for(snr, pulse_width, gain_tx, gain_rx, wavelength, rcs, r_tx, r_rx, temperature, loss):
    """Peak power [W] for an SNR snr [1] of one pulse; arguments as in snr_of_power.

    Validated: RAD-004, RAD-005."""
    return snr / snr_of_power(1.0, pulse_width, gain_tx, gain_rx, wavelength, rcs, r_tx, r_rx, temperature, loss)


@kernel
def search_solid_angle(azimuth_span, el_min, el_max):
    """Solid angle [sr] of an azimuth span [rad] between two elevations [rad]. Validated: RAD-006."""
    return azimuth_span * (math.sin(el_max) - math.sin(el_min))


@kernel
def search_snr(power_aperture, search_time, solid_angle, rcs, r, temperature, loss):
    """SNR [1] that a search radar collects from a target in one frame.

    power_aperture: average power times effective aperture [W m2], search_time [s], solid_angle [sr], rcs
    [m2], r [m], temperature [K], loss [1]. Barton 2013, ch. 1 (search radar equation). Validated: RAD-039,
    RAD-040."""
    noise = 4.0 * math.pi * BOLTZMANN * temperature * loss * solid_angle
    return power_aperture * search_time * rcs / (noise * r * r * r * r)


@kernel
def search_power_aperture(snr, search_time, solid_angle, rcs, r, temperature, loss):
    """Power-aperture product [W m2] for an SNR snr [1] per frame; arguments as in search_snr.

    Validated: RAD-037."""
    return snr / search_snr(1.0, search_time, solid_angle, rcs, r, temperature, loss)


@kernel
def search_range(power_aperture, search_time, solid_angle, rcs, snr, temperature, loss):
    """Range [m] at which a search radar collects snr [1] per frame; arguments as in search_snr.

    Validated: RAD-006."""
    at_1m = search_snr(power_aperture, search_time, solid_angle, rcs, 1.0, temperature, loss)
    return math.sqrt(math.sqrt(at_1m / snr))


@kernel
def wavelength_of(frequency):
    """Wavelength in vacuum [m] of a frequency [Hz]. Validated: RAD-009."""
    return SPEED_OF_LIGHT / frequency


@kernel
def aperture_gain(aperture, wavelength):
    """Gain [1] of an effective aperture [m2] at a wavelength [m]: 4 pi A / lambda^2. Validated: RAD-007."""
    return 4.0 * math.pi * aperture / (wavelength * wavelength)


@kernel
def beam_gain(width_az, width_el):
    """Gain on axis [1] of an antenna with half-power beamwidths [rad]: 26,000 over their product in square degrees.

    Skolnik, 3rd ed., section 9.1; some 2 dB below the ideal lossless beam. Not validated beyond its form."""
    return 26000.0 / (math.degrees(width_az) * math.degrees(width_el))


@kernel
def effective_aperture(gain, wavelength):
    """Effective aperture [m2] of a gain [1] at a wavelength [m]; inverse of aperture_gain.

    Validated: RAD-006."""
    return gain * wavelength * wavelength / (4.0 * math.pi)


@kernel
def thermal_noise_power(bandwidth, temperature):
    """Thermal noise power [W] in a bandwidth [Hz] at a temperature [K]. Validated: RAD-008."""
    return BOLTZMANN * temperature * bandwidth


@kernel
def system_noise_temperature(antenna_temperature, noise_factor):
    """System noise temperature [K] from the antenna's [K] and the receiver's noise factor [1]; 290 K
    reference.

    Validated: RAD-043, RAD-044."""
    return antenna_temperature + REFERENCE_TEMPERATURE * (noise_factor - 1.0)


@kernel
def free_space_loss(r, wavelength):
    """Basic transmission loss in free space [1, >= 1 in the far field] over r [m]; (4 pi r / lambda)^2.

    ITU-R P.525. Validated: RAD-009."""
    x = 4.0 * math.pi * r / wavelength
    return x * x


@kernel
def unambiguous_range(prf):
    """Range [m] beyond which echoes of a repetition frequency [Hz] fold: c / (2 prf). Validated: RAD-035."""
    return SPEED_OF_LIGHT / (2.0 * prf)


@kernel
def first_blind_speed(prf, wavelength):
    """First radial speed [m/s] that a coherent radar cannot tell from zero: lambda prf / 2.

    Validated: RAD-035."""
    return 0.5 * wavelength * prf


@kernel
def range_resolution(bandwidth):
    """Range resolution [m] of a signal bandwidth [Hz]: c / (2 B). Validated: RAD-035."""
    return SPEED_OF_LIGHT / (2.0 * bandwidth)
