"""For all tests: the same examples on every run, and no time limit on an example (the first call compiles); the page."""

import pytest
from hypothesis import settings

settings.register_profile("skyreach", deadline=None, derandomize=True, database=None)
settings.load_profile("skyreach")


@pytest.fixture(scope="session")
def page_is_built() -> None:
    """Skips where the page of the viewer has not been built."""
    from skyreach.errors import RunFailed
    from skyreach.viewer.build import built

    try:
        built("app.js")
    except RunFailed as fault:
        pytest.skip(str(fault))
