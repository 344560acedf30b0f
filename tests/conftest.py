"""For all tests: the same examples on every run, and no time limit on an example (the first call compiles); the
command in this process; the page."""

import sys
from typing import NamedTuple

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


class Said(NamedTuple):
    """What a command has said, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def skyreach(monkeypatch, capsys):
    """skyreach("run", "murted-raid", ...) -> code, out, err, as the command `skyreach` would give them."""
    from skyreach.cli import main

    def call(*args):
        monkeypatch.setattr(sys, "argv", ["skyreach", *map(str, args)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        return Said(code, *capsys.readouterr())

    return call
