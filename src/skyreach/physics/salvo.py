"""Kill probability of salvos and layers, leakers of a raid, and old attrition laws; closed forms for
checks and planning.

Probabilities [1]. Sources: Morse and Kimball, Methods of Operations Research (1951); Wilkening, Science and
Global Security 8 (1999) 183; Hughes, Naval Research Logistics 42 (1995) 267; Washburn, Notes on Firing Theory
(2002)."""

import math

from skyreach.jit import kernel


@kernel
def salvo_kill_probability(p, n):
    """Probability that at least one of n independent shots kills. Validated: EFF-001, EFF-002."""
    if p >= 1.0:
        return 1.0 if n > 0 else 0.0
    return -math.expm1(n * math.log1p(-p))


@kernel
def shots_required(p, wanted):
    """Least number of independent shots for a kill probability wanted < 1; p in (0, 1).

    Validated: EFF-003, EFF-006."""
    return math.ceil(math.log1p(-wanted) / math.log1p(-p) - 1e-12)


@kernel
def no_leaker_probability(p, n_targets):
    """Probability that all of n_targets independent targets are killed. Wilkening 1999.

    Validated: EFF-004, EFF-010."""
    return math.pow(p, float(n_targets))


@kernel
def at_most_leakers(p, n_targets, limit):
    """Probability of at most limit leakers out of n_targets, each killed with probability p (binomial).

    Validated: EFF-004, EFF-005."""
    total = 0.0
    term = math.pow(p, float(n_targets))
    if p == 0.0:
        return 1.0 if limit >= n_targets else 0.0
    for k in range(limit + 1):  # k: number of leakers
        total += term
        term *= (n_targets - k) / (k + 1.0) * (1.0 - p) / p
    return min(total, 1.0)


@kernel
def leaker_deviation(p, n_targets):
    """Standard deviation of the number of leakers. Validated: EFF-004, EFF-005."""
    return math.sqrt(n_targets * p * (1.0 - p))


@kernel
def kill_probability_needed(no_leaker, n_targets):
    """Kill probability per target for a chance no_leaker that none of n_targets leaks. Validated: EFF-006."""
    return math.pow(no_leaker, 1.0 / n_targets)


@kernel
def expected_shots(p, shots_per_salvo, n_salvos):
    """Mean number of shots at one target when firing stops after the salvo that kills (perfect assessment).

    Validated: EFF-007, EFF-008."""
    survive = math.pow(1.0 - p, float(shots_per_salvo))
    total = 0.0
    still = 1.0
    for _ in range(n_salvos):
        total += still * shots_per_salvo
        still *= survive
    return total


@kernel
def salvo_common_reliability(p, reliability, n):
    """Kill probability of n shots that all fail together unless a common part works (reliability).

    Validated: EFF-009."""
    return reliability * salvo_kill_probability(p, n)


@kernel
def random_fire_kills(n_targets, n_shots, p):
    """Mean kills when each shot picks one of n_targets at random. Washburn 2002. Validated: EFF-016."""
    return n_targets * -math.expm1(n_shots * math.log1p(-p / n_targets))


@kernel
def even_fire_kills(n_targets, n_shots, p):
    """Mean kills when shots are spread as evenly as they go. Validated: EFF-016."""
    each = n_shots // n_targets
    more = n_shots - each * n_targets  # targets that get one shot more
    low = salvo_kill_probability(p, each)
    return (n_targets - more) * low + more * salvo_kill_probability(p, each + 1)


@kernel
def lanchester_square(a, b, a_kills, b_kills):
    """(survivors of the winner, time until the loser is gone [s]) of Lanchester's square law.

    a, b: strengths; a_kills, b_kills: kills per unit and second of each side. A tie ends never. Lanchester
    1916. Validated: EFF-017."""
    gap = a_kills * a * a - b_kills * b * b
    root = math.sqrt(a_kills * b_kills)
    if gap == 0.0:
        return 0.0, math.inf
    if gap > 0.0:
        return math.sqrt(gap / a_kills), math.atanh(b / a * math.sqrt(b_kills / a_kills)) / root
    return math.sqrt(-gap / b_kills), math.atanh(a / b * math.sqrt(a_kills / b_kills)) / root


@kernel
def hughes_losses(own, enemy, enemy_fire, own_defence, staying):
    """Units lost in one exchange of salvos, not limited to the units there are; never negative.

    own, enemy: units; enemy_fire: good shots per enemy unit; own_defence: shots each own unit stops; staying:
    hits to put one out. Hughes 1995, eq. 1. Validated: EFF-018."""
    return max(enemy_fire * enemy - own_defence * own, 0.0) / staying
