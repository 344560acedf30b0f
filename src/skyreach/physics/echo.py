"""The echo of one look: signal, clutter, rain and jamming together, and whether it is detected.

All ratios are powers over the receiver's own noise [1], after whatever integration the reference range of the radar
already holds. A radar comes as a row of TABLES["radars"]. Sources: Skolnik, Introduction to Radar Systems, 3rd ed., ch. 1, 3,
7; Barton, Radar Equations for Modern Radar (2013), ch. 1, 3, 5.
"""

import math

from skyreach.jit import lean
from skyreach.physics.detection import pd_above_threshold, pd_swerling1, pd_swerling3
from skyreach.physics.radar import snr_at

HALF_POWER = 4.0 * math.log(2.0)  # exponent of a Gaussian beam: half the power at half a beamwidth off


@lean
def beam(off, width):
    """One-way gain of a Gaussian beam relative to its axis [1], off [rad] from it; width between the half-power points [rad].

    Barton 2013, ch. 3. Validated: test_echo (half power, two-way)."""
    x = off / width
    return math.exp(-HALF_POWER * x * x)


@lean
def one_way_gain(radar, d_az, d_el):
    """Gain towards a direction d_az, d_el [rad] off the beam's axis over that on it [1]; never below the mean side lobe.

    Validated: test_echo."""
    main = beam(d_az, radar["width_az"]) * beam(d_el, radar["width_el"])
    return max(main, radar["sidelobe"])


@lean
def doppler_gain(radar, v_radial):
    """Share [1] of the echo of a target at a radial speed [m/s] that the Doppler filter lets pass.

    A double canceller near zero speed: the fourth power, one half at the notch speed; blind speeds are taken as filled by
    staggered repetition. Never below what the filter leaves of clutter. Skolnik, 3rd ed., section 3.3.
    Not validated beyond its form."""
    x = radar["notch"] / max(abs(v_radial), 1e-3)  # infinite speed: never in the notch
    return max(1.0 / (1.0 + x * x * x * x), 1.0 / radar["improvement"])


@lean
def scan_gain(radar, off):
    """Two-way gain [1] of a phased array that looks off [rad] its axis: a power of the cosine; 1 where the array turns.

    Skolnik, 3rd ed., section 9.5. Validated: test_echo."""
    if radar["scan_exponent"] == 0.0:
        return 1.0
    return math.pow(max(math.cos(off), 0.0), radar["scan_exponent"])


@lean
def signal_of(radar, rcs, r, off, path):
    """Signal-to-noise ratio [1] of an echo from rcs [m2] at r [m]; off [rad]: of the array's axis; path: two-way factor of
    propagation beside the fourth power of the range (air, rain, multipath, diffraction) [1].

    Validated: test_echo against snr_at."""
    return snr_at(r, rcs, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"]) * scan_gain(radar, off) * path


@lean
def clutter_share(radar, r, h_over):
    """Share [1] of the surface echo that a beam takes in which looks h_over [m] above that surface at range r [m]; two-way.

    The side lobes keep their share. Validated: test_echo."""
    width = r * radar["width_el"]
    if h_over > 2.0 * width:
        return radar["sidelobe"] * radar["sidelobe"]
    g = max(beam(h_over, width), radar["sidelobe"])
    return g * g


@lean
def rain_to_noise(radar, r, h_low, h_rain, path):
    """Rain-to-noise ratio [1] in the cell at r [m] of a beam whose axis is h_low [m] above sea level; h_rain: top of the rain.

    The cell grows with the square of the range; filled as far as the beam lies below the top. Validated: test_echo."""
    if radar["rain_rcs"] == 0.0:
        return 0.0
    width = r * radar["width_el"]
    filled = min(max((h_rain - h_low) / width + 0.5, 0.0), 1.0)
    return filled * path * snr_at(r, radar["rain_rcs"] * r * r, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"])


@lean
def heard(radar, signal, v_radial, clutter, rain, jam):
    """Signal over noise and interference [1]: through the Doppler filter or past it, whichever hears the target better.

    signal, clutter, rain, jam: over noise, in front of the filter [1]; v_radial [m/s]. Validated: test_echo (limits)."""
    plain = signal / (1.0 + clutter + rain + jam)
    if clutter + rain == 0.0:
        return plain
    return max(plain, heard_anywhere(radar, signal * doppler_gain(radar, v_radial), clutter, rain, jam))


@lean
def heard_anywhere(radar, signal, clutter, rain, jam):
    """As heard, for a target that no notch could hide [1]. Validated: test_echo."""
    left = clutter / radar["improvement"] + rain / radar["improvement_rain"]
    return signal / (1.0 + left + jam)


@lean
def detected_with(radar, case, sinr):
    """Probability of detection [1] of one look at a target of Swerling case 0 to 4, sinr per pulse [1].

    The loss of the adaptive threshold (CFAR) is taken off; the reference of the radar was set with it. Exact statistics.
    Validated: RAD-012 to RAD-023 by its parts, test_echo."""
    snr = sinr / radar["cfar_loss"]
    n = radar["n_pulses"]
    if n == 1:
        if case == 1 or case == 2:
            return pd_swerling1(snr, radar["pfa"])
        if case == 3 or case == 4:
            return pd_swerling3(snr, radar["pfa"])
    return pd_above_threshold(case, snr, n, radar["threshold"])


@lean
def jam_to_noise(radar, density, gain, r):
    """Noise of a jammer over the receiver's own [1]: density radiated towards the radar [W/Hz], gain of the radar's antenna
    towards it over that on axis [1], distance r [m].

    Friis, in the radar's bandwidth: Barton 2013, section 3.4. Validated: JAM-006 by physics.jamming, test_echo."""
    return density * radar["jam_scale"] * gain / (r * r)


@lean
def burn_through(radar, rcs, density, snr):
    """Range [m] inside which a self-screening jammer of a density [W/Hz] no longer keeps its carrier of rcs [m2] below snr [1];
    own noise and all other losses left out.

    Validated: test_echo against physics.jamming."""
    at_1m = snr_at(1.0, rcs, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"])
    return math.sqrt(at_1m / (snr * density * radar["jam_scale"]))
