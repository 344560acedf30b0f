"""Property tests: no time limit (the first call compiles) and the same examples on every run."""

from hypothesis import settings

settings.register_profile("skyreach", deadline=None, derandomize=True)
settings.load_profile("skyreach")
