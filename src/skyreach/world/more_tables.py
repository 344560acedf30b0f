"""Tables that more than one table has the rows of, or that are long: what targets do beside their routes, and plots."""

from skyreach.world.field import Field
from skyreach.world.field import field as _f

# one row for each target that the scenario gives something to do, none for the others
TACTICS: list[Field] = [
    _f("target", "i8", "", "row of targets"),
    _f("mode", "i8", "", "codes.MODES"),
    _f("turn_g", "f8", "1", "load factor of its turns"),
    _f("evades", "i8", "", "how it evades (codes.EVASIONS)"),
    _f("h_evade", "f8", "m", "height above ground to which it dives while it evades"),
    _f("reaction", "f8", "s", "first warning to the turn"),
    _f("clear_time", "f8", "s", "last warning to the return to its route"),
    _f("t_warned", "f8", "s", "first of the warnings that it has not answered yet, inf none"),
    _f("t_clear", "f8", "s", "time at which it returns to its route"),
    _f("abeam", "f8", "1", "1 or -1: which of the two courses abeam it took"),
    _f("sin_dive", "f8", "1", "sine of its steepest dive and climb while it evades"),
    _f("homes", "i8", "", "1: homes on a radar"),
    _f("wanted", "i8", "", "row of the only radar that it homes on or is aimed at, -1 none"),
    _f("radar", "i8", "", "row of the radar that it homes on, or that warned it, -1 none"),
    _f("heard", "i8", "", "1 while the seeker hears that radar"),
    _f("seeker_range", "f8", "m", "farthest emitter that its seeker hears"),
    _f("cos_cone", "f8", "1", "cosine of the angle off its course within which the seeker hears"),
    _f("low", "f8", "Hz", "lowest frequency that the seeker hears"),
    _f("high", "f8", "Hz", "highest frequency that the seeker hears"),
    _f("seeker_sigma", "f8", "rad", "error of the bearing to the emitter, one sigma"),
    _f("spot", "f8", "m", "where it believes the emitter to be", (3,), "ECEF"),
    _f("explodes", "i8", "", "1: its point of impact is drawn, and what lies within reach of the blast is hit"),
    _f("sigma_impact", "f8", "m", "error of the point of impact on each of two axes, one sigma"),
    _f("r_aim", "f8", "m", "distance within which the asset that it flies at is hit"),
    _f("r_soft", "f8", "m", "distance within which radars, launchers and posts are hit"),
    _f("bundles", "i8", "1", "bundles of chaff left"),
    _f("chaff_rcs", "f8", "m2", "radar cross-section of a bundle that has opened"),
    _f("chaff_life", "f8", "s", "time for which a bundle draws a seeker"),
    _f("chaff_step", "f8", "s", "between bundles"),
    _f("t_chaff", "f8", "s", "release of the last bundle, -inf none"),
    _f("chaff_pos", "f8", "m", "where that hangs", (3,), "ECEF"),
]

PLOT: list[Field] = [
    _f("radar", "i8", "", "row of the radar"),
    _f("target", "i8", "", "target that gave the echo, -1 noise; truth, for physics and scoring"),
    _f("r_slant", "f8", "m", "measured range"),
    _f("az", "f8", "rad", "measured azimuth, clockwise from north"),
    _f("el", "f8", "rad", "measured elevation"),
    _f("pos_ecef", "f8", "m", "measured position", (3,), "ECEF"),
    _f("sigma_r", "f8", "m", "range error at this echo, one sigma"),
    _f("sigma_az", "f8", "rad", "azimuth error at this echo, one sigma"),
    _f("sigma_el", "f8", "rad", "elevation error at this echo, one sigma"),
    _f("snr", "f8", "1", "signal over noise and interference"),
    _f("strobe", "i8", "", "1: the bearing of a jammer, whose range is a guess"),
    _f("t_due", "f8", "s", "time at which it reaches the track file, of plots on their way"),
]
"""A detection on its way into the track file."""
