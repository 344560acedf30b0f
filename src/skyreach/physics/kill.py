"""What a detonation does: kill probability against miss distance."""

import math

from skyreach.jit import kernel


@kernel
def kill_probability(miss, lethal_radius, pk, reliability):
    """Probability [1] that one missile destroys its target.

    miss [m] least distance; lethal_radius [m] the miss at which half the kills are left; pk [1] of a working
    missile at no miss; reliability [1]. Carleton (Gaussian diffuse) damage function: Driels, Weaponeering,
    2nd ed., ch. 5; Eckler and Burr, Mathematical Models of Target Coverage and Missile Allocation (1972), ch. 2.
    Validated: tests/physics/test_kill.py.
    """
    return reliability * pk * math.pow(2.0, -(miss / lethal_radius) * (miss / lethal_radius))
