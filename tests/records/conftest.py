"""A run of murted-raid, its folder, and a copy of that to be spoiled."""

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
    """A copy of it, to be spoiled."""
    return shutil.copytree(kept, tmp_path / "copy")
