"""What an item of each kind must say before it can be used in a run."""

NUMBER, TEXT, TABLE = "number", "text", "table"

_RADAR = """band:text frequency scan:text role:text update_search instrumented_range reference_range
    reference_rcs reference_pd pfa elevation_min elevation_max sector_width sigma_range sigma_az sigma_el
    beamwidth_az beamwidth_el range_resolution improvement_clutter improvement_rain notch_speed sidelobe noise_figure
    polarisation:text cfar_cells n_pulses reference_height track_capacity height_none time_setup"""
_MISSILE = """launch_mass propellant_mass burn_time thrust thrust_curve:table diameter cd:table launch_speed cn_max induced_k
    vectored_thrust loft loft_range loft_end steer_time autopilot_lag nav_constant g_limit peak_speed mean_speed min_range
    max_range_aircraft max_range_ballistic min_altitude max_altitude target_speed_max max_flight_time
    arrival_speed_min stall_speed guidance:text seeker_range seeker_sigma seeker_interval seeker_gain seeker_cone glint
    lethal_radius fuze_reach coast_time reliability pk_aircraft pk_cruise pk_ballistic pk_drone unit_cost"""
_SHOOTER = """target_channels missile_channels missiles_per_target reaction_time launch_spacing assess_time
    rounds engagement_radar:text search_radar:text missiles:text"""
_COMMAND_POST = """track_capacity cycle_time confirm_hits confirm_looks drop_time identify_time identify_error
    iff_reply link_delay gate_sigma process_noise speed_prior speed_prior_high height_prior turn_share
    turn_acceleration turn_time acquire_time threat_time threat_distance in_hand_looks replan_time on_course_share
    own_worth inner_sector early_turn early_scan drone_speed arm_speed ballistic_speed ballistic_height fall_time
    fall_share low_height consent_delay partner_delay ask_again airway_speed airway_angle straight_noise turn_jerk
    boost_jerk acceleration_prior start_straight sojourn_straight sojourn_turn mix_time detect_prob merge_sigma
    score_alpha score_beta score_fall bias_range bias_azimuth bias_elevation fix_sigma"""
_THREAT = """class:text rcs_x_front rcs_x_side rcs_s_factor swerling cruise_speed cruise_height min_height
    g_max dive_angle unit_cost damage_probability iff:text"""


def _spec(words: str) -> dict[str, str]:
    """'a b:text' -> {'a': 'number', 'b': 'text'}."""
    pairs = (word.partition(":") for word in words.split())
    return {key: form or NUMBER for key, _, form in pairs}


REQUIRED: dict[str, dict[str, str]] = {
    "system": _spec("range_aircraft target_height_max"),
    "command_post": _spec(_COMMAND_POST),
    "fire_unit": _spec(_SHOOTER + " launcher:text launchers"),
    "radar": _spec(_RADAR),
    "mast": _spec("height carries:text"),
    "launcher": _spec("rails launch_spacing reload_time"),
    "missile": _spec(_MISSILE),
    "point_defence": _spec(_SHOOTER),
    "threat": _spec(_THREAT),
    "surface": _spec("sigma0:table sigma0_spread spike_shape gamma roughness permittivity conductivity"),
    "sea": _spec("wave_height:table sigma0_spread spike_shape permittivity conductivity"),
    "weather": _spec("vapour rain_height"),
    "jammer": _spec("power_density frequency_min frequency_max"),
    "warning_receiver": _spec("reaction_time clear_time"),
    "chaff": _spec("rcs life_time interval"),
    "hardness": _spec("radius_of_1kg"),
    "site": _spec("lat lon elevation"),
    "holding": _spec("owner:text item:text quantity date:text"),
    "episode": _spec("date:text scenario:text measure:text items:text adjusted:text launched"),
}
"""Keys without which the loader refuses an item, by kind, with the form that the value must have.

The order of the kinds is that of the lists that people see."""

ENGAGEMENT_RADAR = _spec("update_track slew_rate")
"""Further keys of a radar whose role is not acquisition alone."""
