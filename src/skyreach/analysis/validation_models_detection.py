"""Adapters of the radar equation and detection cases (see validation_registry)."""

from skyreach.analysis.validation_units import from_db, rad, to_db
from skyreach.physics import cfar, detection, detection_fits, radar, rcs


def radar_max_range(frequency, snr_required, peak_power, pulse_width, gain_tx, gain_rx, rcs, Ts, loss):
    """Range [m]."""
    wavelength = radar.wavelength_of(frequency)
    gains = from_db(gain_tx), from_db(gain_rx)
    r = radar.max_range(peak_power, pulse_width, *gains, wavelength, rcs, from_db(snr_required), Ts, from_db(loss))
    return {"range": r}


def radar_snr(frequency, range_tx, range_rx, peak_power, pulse_width, gain_tx, gain_rx, rcs, Ts, loss):
    """SNR [dB]."""
    wavelength = radar.wavelength_of(frequency)
    gains = from_db(gain_tx), from_db(gain_rx)
    snr = radar.snr_of_power(peak_power, pulse_width, *gains, wavelength, rcs, range_tx, range_rx, Ts, from_db(loss))
    return {"snr": to_db(snr)}


def radar_peak_power(frequency, range_tx, range_rx, snr_required, pulse_width, gain_tx, gain_rx, rcs, Ts, loss):
    """Peak power [W]."""
    wavelength = radar.wavelength_of(frequency)
    gains = from_db(gain_tx), from_db(gain_rx)
    snr, factor = from_db(snr_required), from_db(loss)
    power = radar.peak_power_for(snr, pulse_width, *gains, wavelength, rcs, range_tx, range_rx, Ts, factor)
    return {"peak_power": power}


def search_radar_range(
    frequency, average_power, gain_rx, azimuth_span, elevation_min, elevation_max, search_time, Ts, loss, rcs, snr_required
):  # fmt: skip
    """Solid angle [sr], power-aperture product [W m2], range [m]."""
    solid_angle = radar.search_solid_angle(rad(azimuth_span), rad(elevation_min), rad(elevation_max))
    aperture = radar.effective_aperture(from_db(gain_rx), radar.wavelength_of(frequency))
    product = average_power * aperture
    r = radar.search_range(product, search_time, solid_angle, rcs, from_db(snr_required), Ts, from_db(loss))
    return {"solid_angle": solid_angle, "power_aperture": product, "range": r}


def search_radar_power_aperture(range, snr_required, azimuth_span, elevation_min, elevation_max, search_time, Ts, loss, rcs):
    """Power-aperture product [W m2]."""
    solid_angle = radar.search_solid_angle(rad(azimuth_span), rad(elevation_min), rad(elevation_max))
    snr, factor = from_db(snr_required), from_db(loss)
    return {"power_aperture": radar.search_power_aperture(snr, search_time, solid_angle, rcs, range, Ts, factor)}


def search_radar_snr(range, power_aperture, azimuth_span, elevation_min, elevation_max, search_time, Ts, loss, rcs):
    """SNR [dB]."""
    solid_angle = radar.search_solid_angle(rad(azimuth_span), rad(elevation_min), rad(elevation_max))
    snr = radar.search_snr(power_aperture, search_time, solid_angle, rcs, range, Ts, from_db(loss))
    return {"snr": to_db(snr)}


def aperture_gain(aperture, wavelength):
    """Gain [dB]."""
    return {"gain": to_db(radar.aperture_gain(aperture, wavelength))}


def thermal_noise_power(bandwidth, T):
    """Noise power [dBm]."""
    return {"noise_power": to_db(radar.thermal_noise_power(bandwidth, T) / 1e-3)}


def system_noise_temperature(T_antenna, noise_figure):
    """System temperature [K]."""
    return {"Tsys": radar.system_noise_temperature(T_antenna, from_db(noise_figure))}


def free_space_loss(frequency, range):
    """Loss [dB]."""
    return {"fspl": to_db(radar.free_space_loss(range, radar.wavelength_of(frequency)))}


def neyman_pearson_threshold(pfa):
    """Threshold [1] and its square [dB]."""
    threshold = detection_fits.known_signal_threshold(pfa)
    return {"threshold": threshold, "snr_threshold": to_db(threshold * threshold)}


def known_signal_pd(pfa, amplitude):
    """Probability [1]."""
    return {"pd": detection_fits.known_signal_pd(amplitude, pfa)}


def required_snr(pd, pfa, n_pulses, swerling, integration):
    """SNR per pulse [dB]."""
    if integration == "coherent":
        return {"snr": to_db(detection.required_snr_coherent(swerling, pd, n_pulses, pfa))}
    return {"snr": to_db(detection.required_snr(swerling, pd, n_pulses, pfa))}


def detection_probability(snr, pfa, n_pulses, swerling, integration):
    """Probability of detection [1]."""
    if integration == "coherent":
        return {"pd": detection.detection_probability(swerling, n_pulses * from_db(snr), 1, pfa)}
    return {"pd": detection.detection_probability(swerling, from_db(snr), n_pulses, pfa)}


def albersheim_snr(pd, pfa, n_pulses):
    """SNR per pulse [dB]."""
    return {"snr": to_db(detection_fits.albersheim_snr(pd, n_pulses, pfa))}


def shnidman_snr(pd, pfa, n_pulses, swerling):
    """SNR per pulse [dB]."""
    return {"snr": to_db(detection_fits.shnidman_snr(swerling, pd, n_pulses, pfa))}


def ca_cfar_swerling1(n_cells, pfa, pd):
    """Threshold factor [1], loss [dB]."""
    return {"alpha": cfar.ca_cfar_factor(n_cells, pfa), "loss": to_db(cfar.ca_cfar_loss(n_cells, pfa, pd))}


def os_cfar(n_cells, rank, pfa):
    """Threshold factor [1], probability of false alarm [1]."""
    alpha = cfar.os_cfar_factor(n_cells, rank, pfa)
    return {"alpha": alpha, "pfa_check": cfar.os_cfar_pfa(n_cells, rank, alpha)}


def binary_integration(m, n, pd1, pfa1):
    """Probabilities [1]."""
    return {"pd": detection.binary_integration(m, n, pd1), "pfa": detection.binary_integration(m, n, pfa1)}


def noncoherent_integration_gain(n_pulses, pd, pfa, swerling):
    """Gain and loss [dB]."""
    gain = detection.integration_gain(swerling, pd, n_pulses, pfa)
    return {"gain": to_db(gain), "loss_vs_coherent": to_db(n_pulses / gain)}


def waveform_limits(prf, frequency, bandwidth):
    """Ranges [m] and speed [m/s]."""
    return {
        "unambiguous_range": radar.unambiguous_range(prf),
        "blind_speed": radar.first_blind_speed(prf, radar.wavelength_of(frequency)),
        "range_resolution": radar.range_resolution(bandwidth),
    }


def rcs_sphere(radius):
    """Cross section [m2]."""
    return {"rcs": rcs.rcs_sphere(radius)}


def rcs_flat_plate(area, frequency):
    """Cross section [m2]."""
    return {"rcs": rcs.rcs_flat_plate(area, radar.wavelength_of(frequency))}


def rcs_trihedral(side, frequency):
    """Cross section [m2]."""
    return {"rcs": rcs.rcs_trihedral(side, radar.wavelength_of(frequency))}


MODELS = {
    f.__name__: f
    for f in (
        radar_max_range, radar_snr, radar_peak_power, search_radar_range, search_radar_power_aperture,
        search_radar_snr, aperture_gain, thermal_noise_power, system_noise_temperature, free_space_loss,
        neyman_pearson_threshold, known_signal_pd, required_snr, detection_probability, albersheim_snr, shnidman_snr,
        ca_cfar_swerling1, os_cfar, binary_integration, noncoherent_integration_gain, waveform_limits, rcs_sphere,
        rcs_flat_plate, rcs_trihedral,
    )
}  # fmt: skip
