"""How many processor cores this process may use."""

import os


def usable_cores() -> int:
    """Cores [1] that the system lets this process run on, where it says so (Linux); else all that it has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
