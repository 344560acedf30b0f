"""User, system and wall seconds of a block, and the memory it takes."""

import resource
import time
from pathlib import Path


class Clock:
    """Of this process, or with children=True of the child processes waited for."""

    def __init__(self, children: bool = False) -> None:
        self.who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF

    def __enter__(self) -> "Clock":
        self.usage, self.wall = resource.getrusage(self.who), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        wall, usage = time.perf_counter() - self.wall, resource.getrusage(self.who)
        user, system = usage.ru_utime - self.usage.ru_utime, usage.ru_stime - self.usage.ru_stime
        self.result = {"user_s": user, "sys_s": system, "wall_s": wall}
        self.user, self.cpu, self.took = user, user + system, wall


def memory_mb(field: str) -> float:
    """VmRSS (now) or VmHWM (greatest so far) of this process [MB]."""
    return int(Path("/proc/self/status").read_text().split(field + ":")[1].split()[0]) / 1024
