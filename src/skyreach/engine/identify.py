"""Phase 4: who is it? Interrogation of firm tracks, with failures and errors."""

from skyreach.engine.bookkeeping import emit
from skyreach.jit import lean
from skyreach.world.codes import (
    E_IDENTIFIED,
    FIRM,
    FRIEND,
    HOSTILE,
    IFF_FRIEND,
    IFF_NONE,
    NON_HOSTILE,
    UNKNOWN,
)
from skyreach.world.dice import IDENTIFY, ONCE, REPLY, uniform


@lean
def identify(model, world, t):
    """Give an identity to firm tracks whose identification time is over at t [s]; writes tracks, events.

    A transponder answers with probability iff_reply; what does not answer is called hostile; the answer is then turned
    into its opposite with probability identify_error (operator and correlation errors together).
    """
    p = model.params[0]
    for i in range(world.clock[0]["n_tracks"]):  # i track
        row = world.tracks[i]
        if row["state"] != FIRM or row["identity"] != UNKNOWN or t < row["t_firm"] + p["identify_time"]:
            continue
        target = world.targets[row["target"]]
        identity = HOSTILE
        if (
            target["iff"] != IFF_NONE
            and uniform(p["seed"], REPLY, row["number"], row["target"], ONCE) < p["iff_reply"]
        ):
            identity = FRIEND if target["iff"] == IFF_FRIEND else NON_HOSTILE
        if uniform(p["seed"], IDENTIFY, row["number"], row["target"], ONCE) < p["identify_error"]:
            identity = NON_HOSTILE if identity == HOSTILE else HOSTILE
        row["identity"] = identity
        row["id_event"] = emit(world, t, E_IDENTIFIED, row["firm_event"], row["target"], i, identity, 0.0)
