"""Adapters of the kill probability, salvo and leaker cases (see validation_registry)."""

from skyreach.analysis.validation_units import whole
from skyreach.physics import lethality, salvo


def salvo_kill_probability(sspk, n_shots):
    """Kill probability [1]."""
    return {"pk": salvo.salvo_kill_probability(sspk, whole(n_shots))}


def shots_required(sspk, pk_required):
    """Number of shots."""
    return {"n_shots": salvo.shots_required(sspk, pk_required)}


def raid_leakers(n_targets, pk, leaker_limit):
    """Probabilities [1], mean and deviation of the number of leakers."""
    n = whole(n_targets)
    return {
        "p_zero_leakers": salvo.no_leaker_probability(pk, n),
        "mean_leakers": n * (1.0 - pk),
        "p_at_most_limit": salvo.at_most_leakers(pk, n, whole(leaker_limit)),
        "std_leakers": salvo.leaker_deviation(pk, n),
    }


def required_kill_probability(p_no_leak, n_targets, sspk):
    """Kill probability per target [1], shots for it."""
    needed = salvo.kill_probability_needed(p_no_leak, whole(n_targets))
    return {"pk_needed": needed, "shots": salvo.shots_required(sspk, needed)}


def shoot_look_shoot(sspk, shots_per_salvo, n_salvos):
    """Kill probability [1], mean number of shots."""
    each, salvos = whole(shots_per_salvo), whole(n_salvos)
    return {
        "pk": salvo.salvo_kill_probability(sspk, each * salvos),
        "expected_shots": salvo.expected_shots(sspk, each, salvos),
    }


def salvo_common_reliability(sspk_given_reliable, reliability, n_shots):
    """Kill probabilities [1]."""
    n = whole(n_shots)
    return {
        "pk": salvo.salvo_common_reliability(sspk_given_reliable, reliability, n),
        "pk_if_independent": salvo.salvo_kill_probability(sspk_given_reliable * reliability, n),
    }


def layered_defence(pk1, pk2, n_targets):
    """Leakage [1], mean leakers, probability of none [1]."""
    kill = 1.0 - (1.0 - pk1) * (1.0 - pk2)
    return {
        "leak_fraction": 1.0 - kill,
        "mean_leakers": whole(n_targets) * (1.0 - kill),
        "p_zero": salvo.no_leaker_probability(kill, whole(n_targets)),
    }


def normal_hit_probability(dims, radius_over_sigma):
    """Probability [1]."""
    return {"p": lethality.hit_probability(whole(dims), radius_over_sigma, 1.0)}


def normal_error_probable(dims, probability):
    """Radius over sigma [1]."""
    return {"radius_over_sigma": lethality.error_probable(whole(dims), probability)}


def offset_circle_probability(R_over_sigma, offset_over_sigma):
    """Probability [1]."""
    return {"p": lethality.offset_circle_probability(R_over_sigma, offset_over_sigma, 1.0)}


def elliptical_hit_probability(sigma_x, sigma_y, R):
    """Probability [1]."""
    return {"p": lethality.ellipse_probability(R, sigma_x, sigma_y)}


def salvo_common_aim_error(D, sigma_common, sigma_dispersion, n_shots):
    """Kill probabilities [1]."""
    n = whole(n_shots)
    single = lethality.gaussian_salvo_kill(D, sigma_common, sigma_dispersion, 1)
    return {
        "pk_single": single,
        "pk_salvo": lethality.gaussian_salvo_kill(D, sigma_common, sigma_dispersion, n),
        "pk_salvo_if_independent": salvo.salvo_kill_probability(single, n),
    }


def uncoordinated_fire(n_targets, n_shots, sspk):
    """Mean kills."""
    return {
        "expected_kills": salvo.random_fire_kills(whole(n_targets), whole(n_shots), sspk),
        "coordinated_kills": salvo.even_fire_kills(whole(n_targets), whole(n_shots), sspk),
    }


def lanchester_square(A0, B0, alpha_A_kills_B, beta_B_kills_A):
    """Survivors, duration [s]."""
    survivors, duration = salvo.lanchester_square(A0, B0, alpha_A_kills_B, beta_B_kills_A)
    return {"survivors_of_winner": survivors, "duration": duration}


def hughes_salvo(A, B, alpha, beta, a3, b3, a1, b1):
    """Losses of both sides."""
    return {
        "loss_A": salvo.hughes_losses(A, B, beta, a3, a1),
        "loss_B": salvo.hughes_losses(B, A, alpha, b3, b1),
    }


def fragment_kill(n_fragments, presented_area, miss_distance, p_kill_per_hit):
    """Mean lethal hits, kill probability [1]."""
    lethal = lethality.fragment_hits(n_fragments, presented_area, miss_distance) * p_kill_per_hit
    return {"mean_lethal_hits": lethal, "pk": lethality.poisson_kill(lethal)}


MODELS = {
    f.__name__: f
    for f in (
        salvo_kill_probability, shots_required, raid_leakers, required_kill_probability, shoot_look_shoot,
        salvo_common_reliability, layered_defence, normal_hit_probability, normal_error_probable,
        offset_circle_probability, elliptical_hit_probability, salvo_common_aim_error, uncoordinated_fire,
        lanchester_square, hughes_salvo, fragment_kill,
    )
}  # fmt: skip
