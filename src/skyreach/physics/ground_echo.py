"""Echo of the ground and the sea that a radar sees, cell by cell over azimuth and range."""

import math

from skyreach.jit import kernel, lean
from skyreach.physics.clutter import land_sigma0, patch_area, sea_sigma0
from skyreach.physics.path_loss import loss_at
from skyreach.physics.radar import SPEED_OF_LIGHT, snr_at
from skyreach.physics.refraction import elevation_of, slant_range_of

SEEN = 0.5  # m: ground no further below the lowest visible height is seen
LEAST_GRAZING = math.radians(0.1)  # below it the sea fit is not given, and land is what its roughest parts are
MOST_GRAZING = math.radians(60.0)


@lean
def surface_sigma0(wet, grazing, frequency, vertical, land, gamma, sea_state, sea_scale):
    """Echo of the surface per area [1]: the sea by the NRL fit times sea_scale, land either `land` itself or, where that is 0,
    gamma times the sine of the grazing angle [rad]."""
    if wet:
        return sea_scale * sea_sigma0(grazing, frequency, sea_state, vertical)
    return land if land > 0.0 else land_sigma0(gamma, grazing)


@kernel
def fill_clutter(radar, floor, ground, sea, dr, k, land, gamma, sea_state, sea_scale, loss, out):
    """Write the echo of the surface over the noise [1], as seen by a beam that looks at it, into out (n_az, n_r).

    Before the Doppler filter, 0 where nothing is seen. radar: row of radars; floor, ground: lowest visible height and ground [m,
    ellipsoidal] at the nodes i * 2 pi / n_az, (j + 1) * dr; sea: 1 where wet; k: effective earth factor; loss: table of
    path_loss. The slope of the ground along the radial adds to the grazing angle. Validated: test_ground_echo (plane)."""
    n_az, n_r = out.shape
    k_radius = k * radar["radius"]
    pulse = 2.0 * radar["resolution"] / SPEED_OF_LIGHT
    for i in range(n_az):  # i azimuth
        for j in range(n_r):  # j range
            out[i, j] = 0.0
            h, s = float(ground[i, j]), (j + 1) * dr
            if s > radar["r_max"] or floor[i, j] - h > SEEN:
                continue
            before, after = max(j - 1, 0), min(j + 1, n_r - 1)
            slope = math.atan((float(ground[i, after]) - float(ground[i, before])) / (max(after - before, 1) * dr))
            grazing = elevation_of(s, radar["h_ell"], h, k_radius) + slope
            grazing = min(max(grazing, LEAST_GRAZING), MOST_GRAZING)
            wet = sea[i, j] == 1
            sigma0 = surface_sigma0(wet, grazing, radar["frequency"], radar["vertical"], land, gamma, sea_state, sea_scale)
            r = slant_range_of(s, h, radar["h_ell"], k_radius)
            rcs = sigma0 * patch_area(r, radar["width_az"], radar["width_el"], grazing, pulse)
            path = loss_at(loss, radar["loss_dr"], h, r)
            out[i, j] = path * snr_at(r, rcs, radar["r_ref"], radar["rcs_ref"], radar["snr_ref"])
