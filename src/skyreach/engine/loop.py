"""The loop: one order of phases, two drivers that give the same bits.

`run_frames` does all frames in one compiled call without the GIL, and skips a phase that would find nothing to do;
`step` does one frame phase by phase from Python. Kernels of track files with banks are compiled for the scenarios only that
ask for them: `banked` is None for all others, which Numba sees before it looks at that branch (docs/design/0006). So with
targets that do more than fly their routes, and `reacting`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from skyreach.engine.assess import assess
from skyreach.engine.change import change
from skyreach.engine.cycle import decide
from skyreach.engine.evade import react
from skyreach.engine.false_alarms import hear_noise
from skyreach.engine.geometry import TICK
from skyreach.engine.guide import guide
from skyreach.engine.identify import identify
from skyreach.engine.launch import launch_due
from skyreach.engine.ledger import close_ledger
from skyreach.engine.march import march
from skyreach.engine.move import fly_on, move, turn
from skyreach.engine.sample import sample
from skyreach.engine.sense import sense
from skyreach.engine.track import tidy, track
from skyreach.engine.track_bank import tidy_banks, track_by_banks
from skyreach.jit import kernel, lean


@kernel
def run_frames(model, world, log, frame_stop, banked, reacting):
    """Do frames until frame_stop (not included), a fault, or until the log must be emptied; returns the next frame.

    banked, reacting: what has_banks(model) and has_tactics(world) say."""
    clock, p, full = world.clock[0], model.params[0], fill_marks(world, log)
    frame = clock["frame"]
    while frame < frame_stop and clock["fault"] == 0 and has_room(log.n, full):
        t = frame * p["dt"]
        if t >= clock["t_change"] - TICK:
            change(world, t)
            march(model, world, t)
        if reacting is not None:
            react(model, world, log, t)
        if fly_on(world.targets, world.routes, world.radars, t, p["dt"]):
            turn(model, world, log, t)
        sense(model, world, t, frame)
        if banked is not None and p["noise_plots"] == 1:
            hear_noise(model, world, t, frame)
        if clock["n_plots"] > 0:
            if banked is None:
                track(model, world, log, t)
            else:
                track_by_banks(model, world, log, t)
        if frame % p["tidy_frames"] == 0:
            tidy(model, world, t)
            if banked is not None:
                tidy_banks(model, world, t)
            identify(model, world, t)
        if t >= clock["t_decide"]:
            decide(model, world, log, t)
        if clock["n_ordered"] > 0:
            launch_due(model, world, log, t)
        if clock["n_flying"] > 0:
            guide(model, world, log, t, frame)
        if clock["n_judged"] > 0:
            assess(model, world, log, t)
        if p["sample_frames"] > 0 and frame % p["sample_frames"] == 0:
            sample(world, log, t)
        frame += 1
        clock["frame"] = frame
    return frame


@lean
def fill_marks(world, log):
    """Rows of each table of the log up to which one more frame cannot overflow it."""
    return (
        log.truth.shape[0] - world.targets.shape[0],
        log.plots.shape[0] - world.plots.shape[0],
        log.tracks.shape[0] - world.tracks.shape[0],
        log.flights.shape[0] - world.missiles.shape[0],
        log.reasons.shape[0] - 4 * world.limits.size,
    )


@lean
def has_room(n, full):
    """True if no table of the log is filled beyond its mark."""
    return n[0] <= full[0] and n[1] <= full[1] and n[2] <= full[2] and n[3] <= full[3] and n[4] <= full[4]


@kernel
def finish_run(model, world, log):
    """Close the open intervals of the ledger at the end of the run."""
    close_ledger(world, log, world.clock[0]["frame"] * model.params[0]["dt"])


def has_banks(model):
    """None where tracks have one filter of constant velocity and take the nearest plot, 1 where they have banks."""
    return 1 if model.params[0]["n_models"] > 0 else None


def has_tactics(world):
    """None where all targets keep to their routes, 1 where some do more."""
    return 1 if len(world.tactics) > 0 else None


class Phases(NamedTuple):
    """What `step` calls in the place of its own phases, each with what that phase takes; None: its own."""

    track: Callable[..., Any] | None = None  # (model, world, log, t)
    identify: Callable[..., Any] | None = None  # (model, world, t)
    decide: Callable[..., Any] | None = None  # (model, world, log, t)
    launch: Callable[..., Any] | None = None  # (model, world, log, t)


OWN_PHASES = Phases()


def step(model, world, log, phases=OWN_PHASES):
    """One frame driven from Python, phase by phase: the place for a user's own policy. Same bits as `run_frames`."""
    clock = world.clock[0]
    frame = int(clock["frame"])
    t = frame * float(model.params[0]["dt"])
    change(world, t)
    march(model, world, t)
    if has_tactics(world) is not None:
        react(model, world, log, t)
    move(model, world, log, t)
    sense(model, world, t, frame)
    if model.params[0]["noise_plots"] == 1:
        hear_noise(model, world, t, frame)
    banked = has_banks(model) is not None
    (phases.track or (track_by_banks if banked else track))(model, world, log, t)
    if frame % int(model.params[0]["tidy_frames"]) == 0:
        tidy(model, world, t)
        if banked:
            tidy_banks(model, world, t)
        (phases.identify or identify)(model, world, t)
    (phases.decide or decide)(model, world, log, t)
    (phases.launch or launch_due)(model, world, log, t)
    guide(model, world, log, t, frame)
    assess(model, world, log, t)
    every = int(model.params[0]["sample_frames"])
    if every and frame % every == 0:
        sample(world, log, t)
    clock["frame"] = frame + 1
