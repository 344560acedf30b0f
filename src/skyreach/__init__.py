"""skyreach: an open, sourced and reproducible simulator of the S-400 and of other ground-based air defence.

import skyreach as sr
run = sr.run("murted-raid", seed=1)
run.summary, run.tracks, run.explain(7)
sr.study("saturation", runs=400).answers
sr.coverage("s-400", at="murted", heights=(100, 1000, 3000, 10000))
"""

from typing import Any

__version__ = "0.1.0"
__all__ = [
    "BadInput", "SkyreachError", "__version__", "air_picture", "bundle", "claims", "command_env", "compare", "coverage",
    "envelope", "episodes", "export", "import_file", "load", "open_run", "open_study", "profile", "replicate", "reproduce", "run",
    "site", "study", "terrain_fetch", "terrain_info", "vcd", "whatif",
]  # fmt: skip

from skyreach.errors import BadInput, SkyreachError


def __getattr__(name: str) -> Any:
    # The API is looked up when it is used: `import skyreach` and `skyreach --help` must stay quick.
    if name in __all__:
        from skyreach import api

        return getattr(api, name)
    raise AttributeError(f"module 'skyreach' has no attribute {name!r}")
