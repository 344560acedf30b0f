"""Noise jamming: jam-to-signal ratio, burn-through, and the loss of detection range.

Powers [W], gains and ratios [1], ranges [m], bandwidths [Hz]. Only the part of the jammer's bandwidth that
falls into the radar's counts. Several jammers: add their densities. Sources: Schleher, Electronic Warfare in
the Information Age (1999); Barton, Radar System Analysis and Modeling (2005), ch. 3; NAWCWD TP 8347, section
4."""

import math

from skyreach.jit import kernel
from skyreach.physics.radar import BOLTZMANN


@kernel
def power_density(power, gain, r):
    """Power density [W/m2] of a transmitter at a distance r [m] in free space. Validated: JAM-007."""
    return power * gain / (4.0 * math.pi * r * r)


@kernel
def one_way_power(power, gain_tx, gain_rx, wavelength, r):
    """Power [W] received over one way of r [m] (Friis). Validated: JAM-007."""
    return power_density(power, gain_tx, r) * gain_rx * wavelength * wavelength / (4.0 * math.pi)


@kernel
def echo_power(power, gain_tx, gain_rx, wavelength, rcs, r):
    """Power [W] of an echo from rcs [m2] at r [m]. Skolnik, 3rd ed., ch. 1. Validated: JAM-008, JAM-009."""
    return one_way_power(power_density(power, gain_tx, r) * rcs, 1.0, gain_rx, wavelength, r)


@kernel
def in_band(b_radar, b_jammer):
    """Share [1] of the jammer's noise that falls into the radar's bandwidth, at most 1.

    Validated: JAM-001, JAM-003."""
    return min(b_radar / b_jammer, 1.0)


@kernel
def jam_to_signal(power, gain, rcs, r, jam_power, jam_gain, gain_to_jammer, r_jammer, share):
    """Jam-to-signal ratio [1]: jammer at r_jammer [m], target of rcs [m2] at r [m].

    power, gain: radar's peak power [W] and main-beam gain; gain_to_jammer: radar's receive gain in the
    jammer's direction; jam_power [W], jam_gain: the jammer's; share: in_band. A self-screening jammer has
    r_jammer = r and gain_to_jammer = gain. NAWCWD TP 8347, sections 4-7 and 4-9. Validated: JAM-001, JAM-003,
    JAM-005."""
    noise = jam_power * share * jam_gain * gain_to_jammer * 4.0 * math.pi * r * r * r * r
    return noise / (power * gain * gain * rcs * r_jammer * r_jammer)


@kernel
def self_screening_burn_through(power, gain, rcs, jam_power, jam_gain, share, jam_to_signal_limit):
    """Range [m] at which the ratio of a self-screening jammer falls to jam_to_signal_limit [1]; closer in,
    the echo wins.

    Validated: JAM-002, JAM-004."""
    at_1m = jam_to_signal(power, gain, rcs, 1.0, jam_power, jam_gain, gain, 1.0, share)
    return math.sqrt(jam_to_signal_limit / at_1m)


@kernel
def stand_off_burn_through(power, gain, rcs, jam_power, jam_gain, gain_to_jammer, r_jammer, share, jam_to_signal_limit):
    """Target range [m] at which a jammer that stays at r_jammer [m] gives jam_to_signal_limit [1].

    Validated: JAM-005."""
    at_1m = jam_to_signal(power, gain, rcs, 1.0, jam_power, jam_gain, gain_to_jammer, r_jammer, share)
    return math.sqrt(math.sqrt(jam_to_signal_limit / at_1m))


@kernel
def jam_density(jam_power, jam_gain, b_jammer, gain_to_jammer, wavelength, r_jammer):
    """Noise density [W/Hz] of a jammer in the radar's receiver. Barton 2005, section 3.3.

    Validated: JAM-006."""
    return one_way_power(jam_power, jam_gain, gain_to_jammer, wavelength, r_jammer) / b_jammer


@kernel
def jam_temperature(density):
    """Noise temperature [K] to be added to the system's for a jamming density [W/Hz]. Validated: JAM-006."""
    return density / BOLTZMANN


@kernel
def jammed_range(clear_range, temperature, added):
    """Detection range [m] when a noise temperature added [K] joins the system's temperature [K].

    The fourth root of the loss of SNR. Validated: JAM-006."""
    return clear_range * math.sqrt(math.sqrt(temperature / (temperature + added)))
