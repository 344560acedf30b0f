"""A Gymnasium environment for research on command policies: who may shoot at what, decided every few seconds.

The engine does all the rest: sensing, tracking, identification, planning, guidance. The policy sees tracks and fire units and
never the truth, and gives each fire unit leave to engage each track or not. With leave for all it is the built-in policy, to
the bit. The same seed and actions repeat a run to the bit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skyreach.errors import BadInput, RunFailed

try:
    import gymnasium
    from gymnasium import spaces
except ImportError:
    raise BadInput("command_env", "the package gymnasium is not installed", cure="pip install 'skyreach[gym]'") from None

from skyreach.engine.loop import finish_run, has_banks, has_tactics, run_frames
from skyreach.engine.replicate import LOG_ROWS
from skyreach.engine.sift import renew
from skyreach.scenario.compile import compile_scenario
from skyreach.scenario.load import load_scenario
from skyreach.scenario.models import Scenario
from skyreach.world import codes
from skyreach.world.state import new_log

TRACK_FIELDS = ("east_km", "north_km", "up_km", "v_east_mps", "v_north_mps", "v_up_mps", "unknown", "hostile", "friend", "civil",
                "age_s", "missiles_at_it")  # fmt: skip
UNIT_FIELDS = ("east_km", "north_km", "alive", "target_channels_free", "missile_channels_free", "rounds")
Observation = dict[str, np.ndarray]


@dataclass(frozen=True)
class Reward:
    """What a step is worth: minus the value of assets hit, minus the price of each missile, minus that of civil aircraft lost."""

    missile: float = 0.02  # as a share of the value of an asset of value 1
    civil: float = 20.0


class CommandEnv(gymnasium.Env[Observation, np.ndarray]):
    """Leave to fire, by fire unit and track slot.

    Observation: `tracks` (slots, TRACK_FIELDS), `present` (slots), `units` (units, UNIT_FIELDS), `time_s` (1,). Places are from
    the first defended site. Action: MultiBinary (units, slots), 1 gives leave. `action_masks()` and info["action_mask"]: where an
    action has an effect now. Tracks beyond the slots keep leave, and are counted in info["tracks_beyond"]."""

    metadata = {"render_modes": []}  # noqa: RUF012  (as Gymnasium declares it)

    def __init__(self, scenario: str | Path | Scenario = "murted-raid", slots: int = 32, decision_s: float = 5.0,
                 reward: Reward | None = None, terrain: str | None = None) -> None:  # fmt: skip
        if slots < 1 or not decision_s > 0.0:
            raise BadInput("command_env", f"slots {slots}, decision_s {decision_s}", "slots of 1 or more, decision_s above 0")
        checked = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        self.compiled = compile_scenario(checked, terrain, log=False)
        self.slots, self.weights = slots, reward or Reward()
        self.frames = max(round(decision_s / checked.frame_s), 1)
        self.stop = round(checked.duration_s / checked.frame_s)
        self.rows = np.flatnonzero(self.compiled.world.sites["kind"] == codes.FIRE_UNIT)
        if not self.rows.size:
            raise BadInput(f"command_env: {checked.name}", "no fire unit", "a scenario with an engagement radar")
        wide = np.inf
        self.observation_space: Any = spaces.Dict({
            "tracks": spaces.Box(-wide, wide, (slots, len(TRACK_FIELDS)), np.float32),
            "present": spaces.MultiBinary(slots),
            "units": spaces.Box(-wide, wide, (self.rows.size, len(UNIT_FIELDS)), np.float32),
            "time_s": spaces.Box(0.0, wide, (1,), np.float32),
        })  # fmt: skip
        self.action_space = spaces.MultiBinary([self.rows.size, slots])
        self.model, self.world = self.compiled.new_world(checked.seed)
        self.log = new_log(self._log_rows())
        self.shown = np.empty(0, np.int64)
        self.withheld: dict[tuple[int, int], float] = {}

    def _log_rows(self) -> int:
        world = self.world
        return max(LOG_ROWS, 4 * max(len(world.plots), len(world.tracks), len(world.missiles), 4 * world.limits.size))

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, dict[str, Any]]:
        """A new run; the seed is that of all dice, one drawn from the environment's own stream where None."""
        super().reset(seed=seed)
        self.seed = int(seed if seed is not None else self.np_random.integers(2**31))
        self.model, self.world = self.compiled.new_world(self.seed)
        self.withheld = {}
        self.counted = self._counts()
        return self._observe(), self._info()

    def step(self, action: np.ndarray) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Give leave, and go on for decision_s."""
        given = np.asarray(action)
        if given.shape != (self.rows.size, self.slots):
            raise BadInput("action", f"shape {given.shape}", f"({self.rows.size}, {self.slots})")
        self._leave(given != 0)
        clock = self.world.clock[0]
        end = min(int(clock["frame"]) + self.frames, self.stop)
        while clock["frame"] < end and clock["fault"] == 0:
            run_frames(self.model, self.world, self.log, end, has_banks(self.model), has_tactics(self.world))
            self.log.n[:] = 0
        if clock["fault"]:
            raise RunFailed(f"run of {self.compiled.scenario.name} stopped: fault {int(clock['fault'])}")
        before, self.counted = self.counted, self._counts()
        damage, missiles, civil = (b - a for a, b in zip(before, self.counted, strict=True))
        reward = -damage - self.weights.missile * missiles - self.weights.civil * civil
        over = bool(clock["frame"] >= self.stop)
        if over:
            finish_run(self.model, self.world, self.log)
        return self._observe(), float(reward), over, False, self._info()

    def _leave(self, given: np.ndarray) -> None:
        """Withhold or give back leave: an order of a unit against a track that it may not engage waits for ever."""
        for slot, row in enumerate(self.shown.tolist()):
            number = int(self.world.tracks[row]["number"])
            for u, k in enumerate(self.rows.tolist()):
                wait, key = self.world.waits[k, row], (k, number)
                renew(wait, number)
                if given[u, slot] and key in self.withheld:
                    wait["t_retry"] = self.withheld.pop(key)
                elif not given[u, slot] and key not in self.withheld:
                    self.withheld[key] = float(wait["t_retry"])
                    wait["t_retry"] = math.inf

    def _counts(self) -> tuple[float, int, int]:
        """Value of assets hit, missiles fired and civil aircraft lost so far."""
        world = self.world
        events = world.events[: world.clock[0]["n_events"]]
        hits = events[events["kind"] == codes.E_DAMAGE]["b"]
        civil = (world.targets["side"] == codes.NEUTRAL) & (world.targets["status"] == codes.DESTROYED)
        return float(world.sites["value"][hits].sum()), int(world.clock[0]["n_missiles"]), int(civil.sum())

    def _observe(self) -> Observation:
        world, home = self.world, self.world.sites[0]
        t = float(world.clock[0]["frame"]) * self.compiled.scenario.frame_s
        firm = np.flatnonzero(world.tracks["state"] == codes.FIRM)
        self.shown, self.beyond = firm[: self.slots], max(firm.size - self.slots, 0)
        turn = home["R_enu_from_ecef"]
        tracks = np.zeros((self.slots, len(TRACK_FIELDS)), np.float32)
        for slot, row in enumerate(self.shown):
            track = world.tracks[row]
            at = track["x"][:3] + (t - track["t"]) * track["x"][3:]
            tracks[slot, :3] = turn @ (at - home["pos_ecef"]) / 1e3
            tracks[slot, 3:6] = turn @ track["x"][3:]
            tracks[slot, 6 + int(track["identity"])] = 1.0
            tracks[slot, 10] = t - track["t_plot"]
            held = world.assignments[world.assignments["track_number"] == track["number"]]
            tracks[slot, 11] = (held["ordered"] - held["ended"])[held["state"] != codes.OPEN_ROW].sum()
        present = np.zeros(self.slots, np.int8)
        present[: self.shown.size] = 1
        return {"tracks": tracks, "present": present, "units": self._units(turn, home), "time_s": np.array([t], np.float32)}

    def _units(self, turn: np.ndarray, home: np.void) -> np.ndarray:
        world = self.world
        out = np.zeros((self.rows.size, len(UNIT_FIELDS)), np.float32)
        for u, k in enumerate(self.rows.tolist()):
            site = world.sites[k]
            out[u, :2] = (turn @ (site["pos_ecef"] - home["pos_ecef"]))[:2] / 1e3
            out[u, 2] = self._fights(k)
            out[u, 3] = site["target_channels"] - site["targets_held"]
            out[u, 4] = site["missile_channels"] - site["missiles_held"]
            out[u, 5] = self._rounds(k)
        return out

    def _fights(self, k: int) -> bool:
        """True if fire unit k lives and is not on the march."""
        site = self.world.sites[k]
        return bool(site["alive"] == 1 and site["march"] == codes.IN_PLACE)

    def _rounds(self, k: int) -> int:
        """Rounds left at fire unit k."""
        return int(self.world.launchers["rounds"][self.world.launchers["site"] == k].sum())

    def action_masks(self) -> np.ndarray:
        """Where leave has an effect now (units, slots): the unit is in place and has rounds, the track is taken for hostile."""
        world = self.world
        able = np.array([self._fights(k) and self._rounds(k) > 0 for k in self.rows.tolist()])
        hostile = np.zeros(self.slots, bool)
        hostile[: self.shown.size] = world.tracks["identity"][self.shown] == codes.HOSTILE
        return able[:, None] & hostile[None, :]

    def _info(self) -> dict[str, Any]:
        damage, missiles, civil = self.counted
        return {"seed": self.seed, "action_mask": self.action_masks(), "tracks_beyond": self.beyond, "value_hit": damage,
                "missiles_fired": missiles, "civil_lost": civil}  # fmt: skip


Policy = Callable[[Observation, dict[str, Any]], np.ndarray]


def everything(observation: Observation, info: dict[str, Any]) -> np.ndarray:
    """Leave for all: the built-in policy."""
    return np.ones(info["action_mask"].shape, np.int8)


def hold_fire(observation: Observation, info: dict[str, Any]) -> np.ndarray:
    """No leave for anything: what the raid does to a defence that only looks."""
    return np.zeros(info["action_mask"].shape, np.int8)


@dataclass(frozen=True)
class Score:
    """Mean return of a policy, its interval, and the return of each seed."""

    mean: float
    low: float
    high: float
    returns: tuple[float, ...]


def score(env: CommandEnv, policy: Policy, seeds: Sequence[int], level: float = 0.95) -> Score:
    """Mean return over seeds with its Student interval. Source: Montgomery and Runger, Applied Statistics, 6th ed., 8-2.1.

    Two policies on the same seeds meet the same dice: compare their returns seed by seed."""
    from scipy.stats import t as student

    if len(seeds) < 2:
        raise BadInput("seeds", len(seeds), "two or more")
    returns = []
    for seed in seeds:
        observation, info = env.reset(seed=seed)
        total, over = 0.0, False
        while not over:
            observation, reward, over, _, info = env.step(policy(observation, info))
            total += reward
        returns.append(total)
    mean, spread = float(np.mean(returns)), float(np.std(returns, ddof=1)) / math.sqrt(len(returns))
    half = float(student.ppf(0.5 + 0.5 * level, len(returns) - 1)) * spread
    return Score(mean, mean - half, mean + half, tuple(returns))


__all__ = ["CommandEnv", "Policy", "Reward", "Score", "everything", "hold_fire", "score"]
