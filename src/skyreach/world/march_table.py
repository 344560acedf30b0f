"""Fire units that change their position: one row of `marches` for each, and in `berths` where their parts stand, by position."""

from skyreach.world.field import Field
from skyreach.world.field import field as _f

MARCHES: list[Field] = [
    _f("site", "i8", "", "row of the fire unit"),
    _f("after_shots", "i8", "1", "missiles launched from a position after which it leaves, 0: not by their number"),
    _f("after", "f8", "s", "first launch from a position to leaving it, inf: not by time"),
    _f("pack", "f8", "s", "time to pack"),
    _f("setup", "f8", "s", "time to set up"),
    _f("t_place", "f8", "s", "time at which it took its position"),
    _f("t_due", "f8", "s", "end of packing, road or setting up"),
    _f("berth", "i8", "", "first row in berths: the unit itself in its first position, then its radars and launchers"),
    _f("n_parts", "i8", "1", "rows of berths of one position"),
    _f("n_positions", "i8", "1", "positions"),
]

BERTHS: list[Field] = [
    _f("kind", "i8", "", "what stands there (codes.PARTS)"),
    _f("row", "i8", "", "row of sites, radars or launchers"),
    _f("pos_ecef", "f8", "m", "position", (3,), "ECEF"),
    _f("R_enu_from_ecef", "f8", "1", "rotation to local east, north, up", (3, 3)),
    _f("h_ell", "f8", "m", "height above the ellipsoid"),
    _f("h_ground", "f8", "m", "radars.h_ground there"),
    _f("radius", "f8", "m", "radars.radius there"),
    _f("floor", "i8", "", "radars.floor there"),
    _f("maps", "i8", "", "radars.maps there"),
    _f("road", "f8", "s", "of a unit: time on the road to its next position"),
]
