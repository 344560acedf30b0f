"""Adapters of the jamming cases (see validation_registry)."""

from skyreach.analysis.validation_units import from_db, to_db
from skyreach.physics import jamming, radar


def self_screening_js(Pt, G_radar, rcs, range, Pj, G_jammer, B_radar, B_jammer):
    """Jam-to-signal ratio [dB]."""
    gain, share = from_db(G_radar), jamming.in_band(B_radar, B_jammer)
    return {"JS": to_db(jamming.jam_to_signal(Pt, gain, rcs, range, Pj, from_db(G_jammer), gain, range, share))}


def self_screening_burn_through(Pt, G_radar, rcs, Pj, G_jammer, B_radar, B_jammer, js_burn_through):
    """Ranges [m]."""
    fixed = (Pt, from_db(G_radar), rcs, Pj, from_db(G_jammer), jamming.in_band(B_radar, B_jammer))
    return {
        "crossover_range": jamming.self_screening_burn_through(*fixed, 1.0),
        "burn_through_range": jamming.self_screening_burn_through(*fixed, from_db(js_burn_through)),
    }


def standoff_jamming(Pt, G_radar, rcs, range_target, Pj, G_jammer, G_sidelobe, range_jammer, B_radar, B_jammer, sj_required):
    """Jam-to-signal ratio [dB], burn-through range [m]."""
    share = jamming.in_band(B_radar, B_jammer)
    gain, side, jam_gain = from_db(G_radar), from_db(G_sidelobe), from_db(G_jammer)
    js = jamming.jam_to_signal(Pt, gain, rcs, range_target, Pj, jam_gain, side, range_jammer, share)
    limit = 1.0 / from_db(sj_required)
    through = jamming.stand_off_burn_through(Pt, gain, rcs, Pj, jam_gain, side, range_jammer, share, limit)
    return {"JS": to_db(js), "burn_through_range": through}


def barrage_noise(Pj, G_jammer, B_jammer, range_jammer, G_radar_towards_jammer, frequency, Ts, clear_range):
    """Density [dBm/Hz], temperature [K], range [m]."""
    wavelength, side = radar.wavelength_of(frequency), from_db(G_radar_towards_jammer)
    density = jamming.jam_density(Pj, from_db(G_jammer), B_jammer, side, wavelength, range_jammer)
    added = jamming.jam_temperature(density)
    r = jamming.jammed_range(clear_range, Ts, added)
    return {"J0": to_db(density / 1e-3), "T_jam": added, "range_jammed": r}


def one_way_power(Pt, G_radar, G_intercept, frequency, range):
    """Power [dBm]."""
    wavelength = radar.wavelength_of(frequency)
    power = jamming.one_way_power(Pt, from_db(G_radar), from_db(G_intercept), wavelength, range)
    return {"Pr": to_db(power / 1e-3)}


def echo_power(Pt, G_radar, frequency, rcs, range):
    """Power [W]."""
    gain = from_db(G_radar)
    return {"Pr": jamming.echo_power(Pt, gain, gain, radar.wavelength_of(frequency), rcs, range)}


MODELS = {
    f.__name__: f
    for f in (
        self_screening_js, self_screening_burn_through, standoff_jamming, barrage_noise, one_way_power, echo_power,
    )
}  # fmt: skip
