"""Rays through a stratified atmosphere: the exact Snell integral where refractivity falls off exponentially, and fans of rays
step by step through any profile.

Of the integral: n(h) = 1 + surface_n * 1e-6 * exp(-decay * h); n r cos(elevation) is constant along a ray. Rays that start
level or upwards only. Source: Bean and Dutton, Radio Meteorology, NBS Monograph 92 (1966), ch. 3.
"""

import math

from skyreach.jit import kernel

PANELS = 100  # of the quadrature; twice as many change the results by less than 1e-10
GAUSS_X = (-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.9061798459386640)
GAUSS_W = (0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891)


@kernel
def trace_ray(h_start, h_end, elevation, surface_n, decay, earth_radius):
    """(optical path [m], arc at the Earth's centre [rad], bending [rad]) of a ray between two heights [m].

    h_end > h_start; elevation at the start [rad], 0 to pi/2, else NaN; surface_n [N-units], decay [1/m],
    earth_radius [m]. The optical path is the integral of n ds. NaN where the ray turns back (a duct). The
    variable of integration is the sine of the elevation over an Earth of effective radius (v is what it
    gains), in which the start of a level ray is no singularity. Validated: REF-004, REF-015 to REF-021,
    test_refraction."""
    if not (h_end > h_start and elevation >= 0.0):
        return math.nan, math.nan, math.nan
    span = h_end - h_start
    r0 = earth_radius + h_start
    n0_1 = surface_n * 1e-6 * math.exp(-decay * h_start)
    invariant = (1.0 + n0_1) * r0
    up = invariant * math.sin(elevation)
    across = invariant * math.cos(elevation)
    start = math.sin(elevation)
    r_eff = r0 / max(1.0 - decay * n0_1 * r0 / (1.0 + n0_1), 0.1)
    gain = 2.0 * span / r_eff / (math.sqrt(start * start + 2.0 * span / r_eff) + start)
    path = 0.0
    arc = 0.0
    bending = 0.0
    for i in range(PANELS):  # i: panel in v
        for j in range(5):  # j: Gauss point
            v = gain * (i + 0.5 + 0.5 * GAUSS_X[j]) / PANELS
            dh = 0.5 * r_eff * v * (v + 2.0 * start)
            r = r0 + dh
            fall = n0_1 * math.expm1(-decay * dh)  # n - n0, <= 0
            n = 1.0 + n0_1 + fall
            change = n * dh + fall * r0  # n r - n0 r0, without cancellation
            square = change * (n * r + invariant) + up * up
            if square <= 0.0:
                return math.nan, math.nan, math.nan  # turned back: a duct
            weight = 0.5 * GAUSS_W[j] / PANELS * gain * r_eff * (v + start) / math.sqrt(square)  # dh / sqrt(square)
            path += weight * n * n * r
            arc += weight * across / r
            bending += weight * across * decay * (n0_1 + fall) / n
    return path, arc, bending


@kernel
def true_position(h_start, h_end, arc, earth_radius):
    """(slant range [m], elevation [rad]) of the straight line between two heights [m] an arc [rad] apart.

    Validated: REF-004, REF-019 to REF-021."""
    half = math.sin(0.5 * arc)
    r1 = earth_radius + h_start
    r2 = earth_radius + h_end
    dh = h_end - h_start
    slant = math.sqrt(dh * dh + 4.0 * r1 * r2 * half * half)
    return slant, math.atan2(dh - 2.0 * r2 * half * half, r2 * math.sin(arc))


@kernel
def bending_fit(h, elevation):
    """Total bending [rad] of a ray from height h [m] at an elevation [rad] through the whole mean atmosphere.

    ITU-R P.834-9 eq. 12; h 0 to 3 km, elevation up to 10 deg. The exact integral of the same atmosphere
    is 0.4 % smaller at 0 deg and 5 % at 10 deg. Validated: REF-018."""
    km = 1e-3 * h
    deg = math.degrees(elevation)
    level = 1.314 + deg * (0.6437 + 0.02869 * deg)
    raised = km * (0.2305 + deg * (0.09428 + 0.01096 * deg)) + 0.008583 * km * km
    return math.radians(1.0 / (level + raised))


@kernel
def refractivity_at(h, heights, n, below):
    """(Refractivity [N-units], its gradient [1/m of the refractive index]) at height h [m] of a profile, linear between its
    nodes.

    Under the lowest node the gradient is `below` [1/m]; above the highest the air is as there. Validated: test_fan."""
    last = heights.size - 1
    if h < heights[0]:
        return n[0] + 1e6 * below * (h - heights[0]), below
    if h >= heights[last]:
        return n[last], 0.0
    i, j = 0, last
    while j - i > 1:
        m = (i + j) // 2
        if heights[m] <= h:
            i = m
        else:
            j = m
    slope = (n[j] - n[i]) / (heights[j] - heights[i])
    return n[i] + slope * (h - heights[i]), 1e-6 * slope


@kernel
def trace_fan(heights, n, below, h_start, elevations, radius, dr, steps, mirror, out, bounces):
    """Heights [m] above a sphere of rays that leave h_start [m] at the elevations [rad], into out f4 (n_r, n_rays) at ground
    ranges
    (j + 1) * dr [m]; infinite above the profile.

    heights, n: the profile; steps: of the integration to a range; mirror: 1 if height 0 reflects, and bounces u1 then counts in
    which columns each ray touched it; else rays go on below it through air of gradient `below` [1/m].
    d(elevation) = (1 + r dn/dr / n) d(angle), dr = r tan(elevation) d(angle), and n r cos(elevation) stays what it was: Bean and
    Dutton 1966, ch. 3. Midpoint rule. Validated: test_fan (trace_ray, straight lines, height_from_range)."""
    step = dr / (steps * radius)
    for i in range(elevations.size):  # i ray
        r, el = radius + h_start, elevations[i]
        air, _ = refractivity_at(h_start, heights, n, below)
        invariant = (1.0 + 1e-6 * air) * r * math.cos(el)
        gone = False
        for j in range(out.shape[0]):  # j range
            bounces[j, i] = 0
            for _ in range(steps):
                if gone:
                    break
                air, slope = refractivity_at(r - radius, heights, n, below)
                half = el + 0.5 * step * (1.0 + r * slope / (1.0 + 1e-6 * air))
                middle = r * (1.0 + 0.5 * step * math.tan(el))
                air, slope = refractivity_at(middle - radius, heights, n, below)
                r += step * middle * math.tan(half)
                el += step * (1.0 + middle * slope / (1.0 + 1e-6 * air))
                if mirror == 1 and r < radius:
                    r, el = radius + (radius - r), abs(el)
                    bounces[j, i] = 1
                elif abs(el) > 1e-3:  # rad: here the invariant tells the elevation better than the sum of steps does
                    air, _ = refractivity_at(r - radius, heights, n, below)
                    cosine = min(invariant / ((1.0 + 1e-6 * air) * r), 1.0)
                    el = math.copysign(math.acos(cosine), el)
                gone = r - radius > heights[heights.size - 1] or abs(el) > 1.4 or r - radius < -20e3
            out[j, i] = r - radius if not gone else (math.inf if el > 0.0 else -math.inf)
