"""Adapters of the guidance cases (see validation_registry)."""

import math

from skyreach.analysis.validation_units import rad, whole
from skyreach.physics import guidance, homing


def pn_miss_step_manoeuvre(N, tF, tau, n_T):
    """Miss [m]."""
    return {"miss": guidance.miss_step_manoeuvre(N, tF, tau, n_T)}


def pn_miss_heading_error(N, tF, tau, V_M, heading_error):
    """Miss [m]."""
    return {"miss": guidance.miss_heading_error(N, tF, tau, V_M, rad(heading_error))}


def pn_miss_weave(N, omega, tau, n_T):
    """Peak miss [m]."""
    return {"peak_miss": guidance.miss_weave(N, omega, tau, n_T)}


def pn_acceleration_profile(N, t_over_tF):
    """Accelerations over those of the target or of the error [1]."""
    return {
        "nc_tF_over_V_HE": guidance.pn_profile_heading_error(N, t_over_tF),
        "nc_over_nT": guidance.pn_profile_manoeuvre(N, t_over_tF),
        "nc_over_nT_final": guidance.pn_profile_manoeuvre(N, 1.0),
        "apn_nc_over_nT": guidance.apn_profile_manoeuvre(N, t_over_tF),
    }


def pn_miss_step_manoeuvre_binomial(N, tF_over_tau, lag_order):
    """Miss over n_T tau^2 [1]."""
    return {"miss_over_nT_tau2": homing.miss_binomial_lag(N, tF_over_tau, 1.0, whole(lag_order), 1.0)}


def ogl_navigation_ratio(x):
    """Navigation ratio [1]."""
    return {"N_effective": guidance.optimal_navigation_ratio(x)}


def zero_effort_miss(r_rel, v_rel):
    """Time to go [s], miss [m], line-of-sight rate [rad/s], closing speed [m/s]."""
    state = (*r_rel, *v_rel)
    return {
        "tgo": guidance.time_to_go(*state),
        "zem": guidance.zero_effort_miss(*state),
        "los_rate": guidance.line_of_sight_rate(*state),
        "closing_speed": guidance.closing_speed(*state),
    }


def intercept_point(target_position, target_velocity, missile_speed):
    """Time [s] and place [m]."""
    triangle = (*target_position, *target_velocity, missile_speed)
    t = guidance.intercept_time(*triangle)
    at = [p + v * t for p, v in zip(target_position, target_velocity, strict=True)]
    return {"intercept_time": t, **dict(zip(("intercept_x", "intercept_y", "intercept_z"), at, strict=True))}


def pn_engagement_2d(V_M, V_T, initial_range, heading_error, N):
    """First command [m/s2], time [s] and size [m] of the closest approach: pn_acceleration flown in small
    steps."""
    dt = 1e-3
    x, y, vx, vy = 0.0, 0.0, V_M * math.cos(rad(heading_error)), V_M * math.sin(rad(heading_error))
    first, t = None, 0.0

    def command(t, x, y, vx, vy):
        return guidance.pn_acceleration(initial_range - V_T * t - x, -y, 0.0, -V_T - vx, -vy, 0.0, N)

    while True:
        rel = (initial_range - V_T * t - x, -y, 0.0, -V_T - vx, -vy, 0.0)
        tgo = guidance.time_to_go(*rel)
        ax, ay, _ = command(t, x, y, vx, vy)
        first = math.hypot(ax, ay) if first is None else first
        if not tgo > dt:
            return {
                "initial_accel": first,
                "intercept_time": t + tgo,
                "miss": guidance.zero_effort_miss(*rel),
            }
        bx, by, _ = command(t + dt, x + dt * vx, y + dt * vy, vx + dt * ax, vy + dt * ay)
        x, y = x + dt * (vx + 0.5 * dt * ax), y + dt * (vy + 0.5 * dt * ay)
        vx, vy, t = vx + 0.5 * dt * (ax + bx), vy + 0.5 * dt * (ay + by), t + dt


MODELS = {
    f.__name__: f
    for f in (
        pn_miss_step_manoeuvre, pn_miss_heading_error, pn_miss_weave, pn_acceleration_profile,
        pn_miss_step_manoeuvre_binomial, ogl_navigation_ratio, zero_effort_miss, intercept_point, pn_engagement_2d,
    )
}  # fmt: skip
