"""Adapters of the statistics and queueing cases (see validation_registry)."""

from skyreach.analysis.validation_units import whole
from skyreach.physics import queueing, special, statistics


def binomial_interval(k, n, confidence):
    """Intervals of a proportion [1]."""
    low, high = statistics.wilson_interval(whole(k), whole(n), confidence)
    cp_low, cp_high = statistics.clopper_pearson_interval(whole(k), whole(n), confidence)
    return {"wilson_low": low, "wilson_high": high, "cp_low": cp_low, "cp_high": cp_high}


def zero_failure_bound(n, confidence):
    """Upper bound [1]."""
    return {"upper": statistics.zero_failure_bound(whole(n), confidence)}


def sample_size_proportion(p, half_width, confidence):
    """Number of runs."""
    return {"n": statistics.proportion_sample_size(p, half_width, confidence)}


def wilks_sample_size(coverage, confidence, order):
    """Number of runs."""
    return {"n": statistics.wilks_sample_size(coverage, confidence, whole(order))}


def normal_quantile(p):
    """Quantile [1]."""
    return {"quantile": special.normal_quantile_upper(1.0 - p)}


def student_quantile(p, dof):
    """Quantile [1]."""
    return {"quantile": special.student_quantile(float(dof), p)}


def chi_square_quantile(p, dof):
    """Quantile [1]."""
    return {"quantile": special.chi_square_quantile(float(dof), p)}


def proportion_difference_interval(k1, n1, k2, n2, confidence):
    """Difference and its interval [1]."""
    answer = statistics.proportion_difference_interval(whole(k1), whole(n1), whole(k2), whole(n2), confidence)
    return dict(zip(("difference", "low", "high"), answer, strict=True))


def standard_error_proportion(p, n):
    """Standard error [1]."""
    return {"se": statistics.standard_error_proportion(p, whole(n))}


def standard_error_mean(sample_std, n):
    """Standard error."""
    return {"se": statistics.standard_error_mean(sample_std, whole(n))}


def paired_difference_error(p1, p2, p_both, n):
    """Standard errors [1]."""
    return {
        "se_paired": statistics.paired_difference_error(p1, p2, p_both, whole(n)),
        "se_independent": statistics.paired_difference_error(p1, p2, p1 * p2, whole(n)),
    }


def ks_critical_value(alpha, n):
    """Critical distance [1]."""
    return {"D": statistics.kolmogorov_critical(whole(n), alpha)}


def sprt_thresholds(alpha, beta, p0, p1):
    """Bounds and steps of the log likelihood ratio."""
    log_a, log_b = statistics.sprt_bounds(alpha, beta)
    success, failure = statistics.sprt_steps(p0, p1)
    return {"log_A": log_a, "log_B": log_b, "llr_success": success, "llr_failure": failure}


def nees_bounds(n_runs, n_x, confidence):
    """Bounds [1]."""
    low, high = statistics.nees_bounds(float(n_runs), float(n_x), confidence)
    return {"lower": low, "upper": high}


def erlang_b(offered_load, channels):
    """Blocking [1]."""
    return {"blocking": queueing.erlang_b(offered_load, whole(channels))}


def erlang_b_load(blocking, channels):
    """Load [erlang]."""
    return {"offered_load": queueing.erlang_b_load(blocking, whole(channels))}


def fire_channel_loss(arrival_rate, mean_engagement_time, channels):
    """Load [erlang], blocking [1], busy channels [1]."""
    load = arrival_rate * mean_engagement_time
    return {
        "offered_load": load,
        "blocking": queueing.erlang_b(load, whole(channels)),
        "mean_busy_channels": queueing.busy_channels(load, whole(channels)),
    }


def erlang_c(offered_load, channels, service_rate):
    """Probability of waiting [1], mean wait [s]."""
    return {
        "p_wait": queueing.erlang_c(offered_load, whole(channels)),
        "mean_wait": queueing.erlang_c_wait(offered_load, whole(channels), 1.0 / service_rate),
    }


def single_server_wait(service_time, utilization):
    """Mean waits [s]."""
    return {
        "wq_md1": queueing.single_channel_wait(service_time, utilization, 0.0),
        "wq_mm1": queueing.single_channel_wait(service_time, utilization, 1.0),
    }


def engset(n_sources, channels, idle_source_load):
    """Call congestion [1]."""
    return {"call_congestion": queueing.engset(whole(n_sources), whole(channels), idle_source_load)}


MODELS = {
    f.__name__: f
    for f in (
        binomial_interval, zero_failure_bound, sample_size_proportion, wilks_sample_size, normal_quantile,
        student_quantile, chi_square_quantile, proportion_difference_interval, standard_error_proportion,
        standard_error_mean, paired_difference_error, ks_critical_value, sprt_thresholds, nees_bounds, erlang_b,
        erlang_b_load, fire_channel_loss, erlang_c, single_server_wait, engset,
    )
}  # fmt: skip
