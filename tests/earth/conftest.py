import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real data beside the repository, or as SKYREACH_SHARED_DATA says; tests skip where it is
    absent."""
    given = os.environ.get("SKYREACH_SHARED_DATA")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "data"
    if not (folder / "terrain").is_dir():
        pytest.skip("no shared data folder (SKYREACH_SHARED_DATA or ../shared/data)")
    return folder
