"""The phases of a frame with a user's policy in the place of the built-in rule; the rest of the frame is engine.loop.step."""

from skyreach.engine.loop import Phases, has_banks
from skyreach.policies.ask import Ask
from skyreach.policies.deciding import Deciding
from skyreach.policies.errors import BadPolicy
from skyreach.policies.identifying import Identifying
from skyreach.policies.load import LIMIT_S, Policy
from skyreach.policies.releasing import Releasing
from skyreach.policies.seat import Seat
from skyreach.policies.tracking import Tracking
from skyreach.policies.views import Briefing
from skyreach.scenario.compile import Compiled


def phases_of(policy: Policy, compiled: Compiled, limit_s: float = LIMIT_S) -> Phases:
    """Phases for one run of a scenario, with an object of the policy of its own; BadPolicy where that cannot be made.

    limit_s: time that one call may take [s]."""
    roles = policy.roles
    if "track" in roles and has_banks(compiled.model) is not None:
        raise BadPolicy(
            f"{policy.where}.track", f"scenario {compiled.scenario.name} asks for a track file with banks",
            "tracking: {filter: kalman, association: gnn, initiation: m_of_n, noise: silent}",
            "leave `tracking` out of the scenario",
        )  # fmt: skip
    if "track" in roles and len(compiled.world.late):
        raise BadPolicy(
            f"{policy.where}.track", f"scenario {compiled.scenario.name} has radars whose plots come late",
            "radars without plot_delay_s", "leave plot_delay_s out of the scenario",
        )  # fmt: skip
    ask = Ask(policy, limit_s)
    seat = Seat(ask, compiled)
    show, scenario = seat.show, compiled.scenario
    units = tuple(show.unit(k) for k in show.units)
    ask.begin(Briefing(scenario.name, scenario.duration_s, scenario.frame_s, units, show.assets(), show.missiles()))
    decides = "weigh" in roles or "assign" in roles
    return Phases(
        Tracking(seat) if "track" in roles else None,
        Identifying(seat) if "identify" in roles else None,
        Deciding(seat, "weigh" in roles, "assign" in roles) if decides else None,
        Releasing(seat) if "release" in roles else None,
    )
