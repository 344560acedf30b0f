"""Assignment with an eye on the bill: the cheapest salvo that still promises the kill probability that is wanted.

What it shows: an assignment sees options, each a unit, a track and a missile that could go now, with price and chance; what it
orders in one cycle it must count itself, for channels and rounds are shared by all orders of the cycle.

    skyreach run murted-raid --policy examples/policies/economy.py:Economy

A missile kills with probability p, so n of them leave the target alive with (1 - p)^n: n = log(1 - wanted) / log(1 - p), rounded
up. Where nothing reaches what is wanted, the most promising salvo goes. The chances are those of the catalogue at no miss, as the
built-in rules take them, too: a plan, not what will happen.
"""

import math
from collections.abc import Sequence

from skyreach.policies import Choices, Option, Order

WANTED = 0.8  # probability of at least one kill


class Economy:
    """Worst threat first, to each the cheapest salvo that reaches WANTED."""

    def assign(self, scene: Choices) -> Sequence[Order]:
        """Orders of one decision cycle."""
        targets = {unit.name: unit.target_channels for unit in scene.units}
        guided = {unit.name: unit.missile_channels for unit in scene.units}
        rounds = {(unit.name, missile): n for unit in scene.units for missile, n in unit.rounds.items()}
        orders = []
        for track in scene.tracks:
            salvos = []
            for option in scene.options:
                room = min(option.most_shots, guided[option.unit], rounds[option.unit, option.missile])
                if option.track == track.number and targets[option.unit] > 0 and room > 0:
                    salvos.append((option, min(_needed(option), room)))
            if not salvos:
                continue
            option, shots = min(salvos, key=_merit)
            orders.append(Order(option.unit, option.track, option.missile, shots))
            targets[option.unit] -= 1
            guided[option.unit] -= shots
            rounds[option.unit, option.missile] -= shots
        return orders


def _needed(option: Option) -> int:
    """Missiles for the probability wanted."""
    if not 0.0 < option.kill_probability < 1.0:
        return 1
    return math.ceil(math.log(1.0 - WANTED) / math.log(1.0 - option.kill_probability))


def _merit(salvo: tuple[Option, int]) -> tuple[float, float, float]:
    """Less is better: what is missing to the probability wanted, then the price, then the time until it is there."""
    option, shots = salvo
    promised = 1.0 - (1.0 - option.kill_probability) ** shots
    return max(WANTED - promised, 0.0), shots * option.cost_usd, option.delay + option.flight
