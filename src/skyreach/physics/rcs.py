"""Radar cross section: dependence on aspect, and plain shapes used to check a radar's calibration."""

import math

from skyreach.jit import kernel


@kernel
def rcs_aspect(front, side, cos_aspect):
    """Radar cross section [m2] of a target seen at an aspect.

    front, side: values head-on and abeam [m2], > 0; cos_aspect: cosine of the angle between the target's
    velocity and the line from target to radar, -1 to 1. Linear in dB over cos^2, tail as front; a smooth
    median body without the narrow flashes of real ones. Notional form.
    Not validated; its ends and middle: test_radar."""
    c2 = cos_aspect * cos_aspect
    return side * math.exp(c2 * math.log(front / side))


@kernel
def rcs_sphere(radius):
    """RCS of a conducting sphere [m2] of radius [m], large against the wavelength (optical region).

    pi r^2: Skolnik, Introduction to Radar Systems, 3rd ed., section 2.7. Validated: RAD-036a."""
    return math.pi * radius * radius


@kernel
def rcs_flat_plate(area, wavelength):
    """RCS of a conducting flat plate at normal incidence [m2]; area [m2], wavelength [m].

    4 pi A^2 / lambda^2: Skolnik, 3rd ed., section 2.7. Validated: RAD-036b."""
    x = area / wavelength
    return 4.0 * math.pi * x * x


@kernel
def rcs_trihedral(edge, wavelength):
    """Largest RCS of a triangular trihedral reflector [m2]; edge: inner edge [m], wavelength [m].

    4 pi a^4 / (3 lambda^2): Knott, Shaeffer, Tuley, Radar Cross Section, 2nd ed. Validated: RAD-036c."""
    x = edge * edge / wavelength
    return 4.0 * math.pi / 3.0 * x * x
