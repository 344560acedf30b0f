"""A call into the user's code: with a time limit, and with every way in which it can go wrong said in the same words."""

from contextlib import AbstractContextManager
from typing import Any

from skyreach.policies.errors import BadPolicy
from skyreach.policies.limit import Limit, Overrun
from skyreach.policies.load import Policy, said
from skyreach.policies.roles import ROLES, SCENES


class Ask:
    """Calls of the methods of one policy in one run."""

    def __init__(self, policy: Policy, limit_s: float) -> None:
        self.policy, self.limit = policy, Limit(limit_s, policy.last_resort)
        self.t: float | None = None
        self.method = "__init__"
        self.thing = self._call(policy.make)

    def begin(self, briefing: Any) -> None:
        """Call `begin`, where there is one."""
        if hasattr(self.thing, "begin"):
            self.method = "begin"
            self._call(self.thing.begin, briefing)

    def __call__(self, method: str, scene: Any) -> Any:
        """Answer of a method to a scene."""
        self.method, self.t = method, scene.t
        return self._call(getattr(self.thing, method), scene)

    def ours(self) -> AbstractContextManager[None]:
        """Time within a call that does not count for the user."""
        return self.limit.paused()

    def wrong(self, given: object, allowed: str, cure: str = "") -> BadPolicy:
        """The error for an answer to the last call."""
        when = "before the run" if self.t is None else f"at {self.t:.1f} s of the run"
        return BadPolicy(f"{self.policy.where}, {self.method}() {when}", given, allowed, cure)

    def _call(self, function: Any, *args: Any) -> Any:
        role = ROLES.get(self.method)
        allowed = f"{self.method}(scene: {SCENES[self.method]}) as in skyreach.policies.{role.__name__}" if role else ""
        try:
            return self.limit.call(function, *args)
        except KeyboardInterrupt:
            raise
        except Overrun as fault:
            place = said(fault, self.policy.path).removeprefix("Overrun").strip()
            given = f"no answer within {self.limit.seconds:g} s{', stopped ' + place if place else ''}"
            raise self.wrong(given, "", "a loop without end? else a longer --policy-limit (policy_limit_s)") from None
        except BadPolicy:
            raise
        except BaseException as fault:
            cure = "mend that line; where the method has nothing better to say: return scene.built_in()"
            if not role:
                cure = f"mend that line; before a run {self.policy.name}() is called, then its begin(briefing) where it has one"
            raise self.wrong(f"raised {said(fault, self.policy.path)}", allowed, cure) from None
