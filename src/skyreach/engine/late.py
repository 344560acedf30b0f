"""Plots on their way: those of a radar whose link takes time wait, and are taken for the time at which they were measured.

A track that other radars have carried further goes back to that time, without noise, and forward again with it: the plainest
way to take what comes out of order (Bar-Shalom, IEEE Trans. AES 38 (2002) 769, has better ones).
Validated: tests/engine/test_late.py."""

from skyreach.engine.geometry import TICK
from skyreach.jit import lean
from skyreach.world.codes import FAULT_PLOTS


@lean
def room_for(plots, clock, radar):
    """Row of plots that is made free behind the last plot of a radar, so that they stand together; -1 and a fault if none is."""
    k = clock["n_plots"]
    if k >= plots.shape[0]:
        clock["fault"] |= FAULT_PLOTS
        return -1
    clock["n_plots"] = k + 1
    while k > 0 and plots[k - 1]["radar"] > radar:
        plots[k] = plots[k - 1]
        k -= 1
    return k


@lean
def hold_back(radars, plots, late, clock, t):
    """Put aside the plots of this frame that take time to arrive, and bring in those that arrive at time t [s]."""
    kept = 0
    for k in range(clock["n_plots"]):  # k plot
        delay = radars[plots[k]["radar"]]["plot_delay"]
        if delay == 0.0:
            plots[kept] = plots[k]
            kept += 1
        elif clock["n_late"] >= late.shape[0]:
            clock["fault"] |= FAULT_PLOTS
        else:
            late[clock["n_late"]] = plots[k]
            late[clock["n_late"]]["t_due"] = t + delay - TICK
            clock["n_late"] += 1
    clock["n_plots"], waiting = kept, 0
    for m in range(clock["n_late"]):  # m plot on its way
        if late[m]["t_due"] > t:
            late[waiting] = late[m]
            waiting += 1
            continue
        k = room_for(plots, clock, late[m]["radar"])
        if k >= 0:
            plots[k] = late[m]
    clock["n_late"] = waiting
