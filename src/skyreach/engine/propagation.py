"""What lies between a radar and a place: reflections, edges and ground echo, looked up in the tables of the model.

`sense` and the coverage map call these same functions.
"""

from skyreach.earth.floor import floor_height
from skyreach.jit import lean
from skyreach.physics.echo import clutter_share, rain_to_noise
from skyreach.physics.path_loss import loss_at, node_of
from skyreach.physics.refraction import elevation_of, mutual_horizon
from skyreach.physics.two_ray import edge_factor, faint_reflection, field_factor
from skyreach.world.codes import MULTIPATH_OFF, MULTIPATH_SEA

SAME_RAY = 2e-5  # rad: points of a floor map within this elevation hang on the same edge


@lean
def path_factor(p, loss, sea, radar, h, h_over, az, s, r):
    """Two-way factor [1] of air, rain and reflection on the way to a place: height h [m, ellipsoidal], h_over above the surface,
    azimuth az [rad], ground range s and range r [m]; loss: the radar's table, sea: its map of wet nodes."""
    path = loss_at(loss, radar["loss_dr"], h, r)
    if p["multipath"] != MULTIPATH_OFF:
        path *= surface_factor(p, sea, radar, h, h_over, az, s)
    return path


@lean
def echoes_around(p, clutter, radar, path, h, h_over, az, s, r):
    """Echo of the surface and of the rain over the noise [1] in the cell of a target, in front of the Doppler filter.

    Arguments as path_factor; path: what that gave; clutter: the radar's map."""
    i, j = node_of(clutter.shape[0], clutter.shape[1], p["clutter_dr"], az, s)
    still = float(clutter[i, j])
    if still > 0.0:
        still *= clutter_share(radar, r, h_over)
    return still, rain_to_noise(radar, r, h, p["rain_height"], path)


@lean
def surface_factor(p, sea, radar, h, h_over, az, s):
    """Two-way factor [1] by which the reflection at the surface changes an echo from height h [m, ellipsoidal], h_over above the
    surface below it, at azimuth az [rad] and ground range s [m].

    The surface is taken at the height and of the kind that it has below the target. Off land unless p.multipath says all. On
    a map
    the mean over its cell, p.cell_dr [m] long; nothing is left of a target that the smooth surface hides but what goes round
    it."""
    i, j = node_of(sea.shape[0], sea.shape[1], p["clutter_dr"], az, s)
    wet = sea[i, j] == 1
    if p["multipath"] == MULTIPATH_SEA and not wet:
        return 1.0
    return reflection_factor(p, radar, radar["h_ell"] - h + h_over, h_over, s, wet)


@lean
def reflection_factor(p, radar, h_ant, h_over, s, wet):
    """surface_factor [1] of a target h_over and an antenna h_ant [m] above the surface, s [m] apart along it; wet: the surface is
    sea."""
    if h_ant <= 0.0 or h_over <= 0.0:
        return 1.0
    k_radius = p["k"] * radar["radius"]
    permittivity, conductivity, roughness = p["land_permittivity"], p["land_conductivity"], p["land_roughness"]
    if wet:
        permittivity, conductivity, roughness = p["sea_permittivity"], p["sea_conductivity"], p["sea_roughness"]
    if faint_reflection(roughness, h_ant, h_over, s, k_radius, radar["wavelength"]):
        return 1.0
    if p["traced"] == 1 and s > mutual_horizon(h_ant, h_over, k_radius):
        return 1.0  # what a duct brings does not go round the earth
    f = field_factor(
        h_ant, h_over, s, k_radius, radar["wavelength"], permittivity, conductivity, radar["vertical"], roughness,
        radar["width_el"], p["cell_dr"],
    )  # fmt: skip
    return f * f * f * f


@lean
def over_the_edge(p, floor, radar, h, az, s):
    """Two-way factor [1] of the edge that hides height h [m, ellipsoidal] at azimuth az [rad] and ground range s [m].

    The edge is where the ray over it, followed back along the floor map, leaves the ground."""
    k_radius = p["k"] * radar["radius"]
    lowest = floor_height(floor, p["floor_dr"], az, s)
    ray = elevation_of(s, lowest, radar["h_ell"], k_radius)
    dr = p["floor_dr"]
    edge = dr
    j = int(s / dr + 1e-9)
    while j >= 1:  # j column of the floor map, inwards
        at = j * dr
        if at < s and elevation_of(at, floor_height(floor, dr, az, at), radar["h_ell"], k_radius) < ray - SAME_RAY:
            edge = at + dr if at + dr < s else at
            break
        j -= 1
    return edge_factor(lowest - h, s, edge, radar["wavelength"])
