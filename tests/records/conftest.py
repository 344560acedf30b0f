"""One run of murted-raid in hand, and a copy of its folder to spoil."""

import shutil

import pytest


@pytest.fixture(scope="session")
def run():
    import skyreach as sr

    return sr.run("murted-raid", seed=1)


@pytest.fixture(scope="session")
def kept(run, tmp_path_factory):
    """The run folder, written once; not to be changed."""
    return run.save(tmp_path_factory.mktemp("runs") / "murted")


@pytest.fixture
def folder(kept, tmp_path):
    """A copy of it."""
    return shutil.copytree(kept, tmp_path / "copy")
