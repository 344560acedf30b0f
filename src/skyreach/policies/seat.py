"""What the phases of all roles share: the question, the views of the run, its dice and its clock."""

import operator
from collections.abc import Callable
from typing import Any

from skyreach.policies.ask import Ask
from skyreach.policies.roles import ROLES
from skyreach.policies.show import Show
from skyreach.scenario.compile import Compiled
from skyreach.world.dice import POLICY, uniform
from skyreach.world.state import Model, World

LARGEST = {"a": 2**32, "b": 2**28}  # keys of draws stay below


class Usual:
    """The answer of the built-in rule, made when it is first asked for; `asked` says whether it was."""

    def __init__(self, ask: Ask, make: Callable[[], Any]) -> None:
        self.ask, self.make, self.asked = ask, make, False
        self.answer: Any = None

    def __call__(self) -> Any:
        with self.ask.ours():
            if not self.asked:
                self.answer, self.asked = self.make(), True
        return self.answer

    def is_answer(self, given: Any) -> bool:
        """True if it was asked for, and was given back as it is."""
        try:
            return self.asked and bool(list(given) == list(self.answer))
        except Exception:
            return False


class Seat:
    """One policy in one run."""

    def __init__(self, ask: Ask, compiled: Compiled) -> None:
        self.ask, self.names = ask, compiled.names
        self.show = Show(compiled.model, compiled.world, compiled.names)

    def sit(self, model: Model, world: World) -> Show:
        """Views of the world of this run."""
        if self.show.world is not world or self.show.model is not model:
            self.show = Show(model, world, self.names)
        return self.show

    def scene(self, role: str, t: float, make: Callable[[], Any]) -> tuple[dict[str, Any], Usual]:
        """What every scene takes, and the answer of the built-in rule."""
        seed, frame, number = self.show.seed, int(self.show.world.clock[0]["frame"]), list(ROLES).index(role)

        def draw(a: int, b: int) -> float:
            for name, value in (("a", a), ("b", b)):
                if not 0 <= operator.index(value) < LARGEST[name]:
                    raise ValueError(f"draw: {name} = {value} is not from 0 to {LARGEST[name] - 1}")
            return float(uniform(seed, POLICY, a, 8 * b + number, frame))

        usual = Usual(self.ask, make)
        return {"t": t, "_draw": draw, "_built_in": usual}, usual
