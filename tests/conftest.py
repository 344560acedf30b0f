"""For all tests: the same examples on every run, and no time limit on an example (the first call compiles)."""

from hypothesis import settings

settings.register_profile("skyreach", deadline=None, derandomize=True, database=None)
settings.load_profile("skyreach")
