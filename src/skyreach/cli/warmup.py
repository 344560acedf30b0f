"""skyreach warmup: compile the kernels now, so that the first run does not have to."""

from typing import Annotated

import typer


def warmup(quiet: Annotated[bool, typer.Option("--quiet", help="No messages.")] = False) -> None:
    """Compile and cache all kernels of this version (about a minute, once)."""
    import time

    from skyreach.cli.common import say
    from skyreach.engine.precompile import kernels_are_cold

    start, cold = time.perf_counter(), kernels_are_cold()
    if cold:
        say("skyreach: compiling its kernels, once per version: about a minute...", quiet)
    from skyreach import api

    api.run("murted-raid")
    api.run("murted-raid", stepped=True)
    say(f"skyreach: kernels ready after {time.perf_counter() - start:.1f} s", quiet)
