"""Ctrl-C: one line that says what is there, exit code 130, and no folder half written."""

import functools
import shutil
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from skyreach.cli import app
from skyreach.errors import Stopped

LONG = ["--set", "raid.shahed-north.count=400", "--set", "duration_s=10000", "--set", "frame_s=0.01"]


def test_run_is_stopped_by_ctrl_c(tmp_path):
    """The signal comes while a long run is under way; where a machine has done it by then, sooner. A shell lets what it starts in
    the background ignore the signal: this run must not."""
    words = [sys.executable, "-m", "skyreach", "run", "murted-raid", *LONG, "--out", str(tmp_path / "run")]
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    for delay in (4.0, 2.5, 1.5):
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, preexec_fn=heed)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120.0)
        if process.returncode != 0:
            break
        shutil.rmtree(tmp_path / "run")
    assert process.returncode in (130, -signal.SIGINT)
    assert out == ""
    assert err.splitlines()[-1].startswith("skyreach: stopped by the user")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_the_command_can_be_stopped_while_it_loads(tmp_path):
    """An interrupt that comes while the modules of the commands are read, which takes some tenths of a second."""
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from skyreach.__main__ import main; main()"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "skyreach: stopped\n")


@pytest.mark.parametrize("place", ["simulate", "free_folder"])
def test_what_is_said_is_true(place, monkeypatch, tmp_path):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(f"skyreach.cli.common.{place}", stop)
    result = CliRunner().invoke(app, ["run", "murted-raid", "--quiet"])
    assert isinstance(result.exception, Stopped)
    assert result.exception.exit_code == 130
    assert str(result.exception) == "stopped by the user; nothing was written"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_whole_is_named(monkeypatch, tmp_path):
    from skyreach.records.run import Run

    save = Run.save

    def stop(self, path):
        save(self, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "save", stop)
    result = CliRunner().invoke(app, ["run", "murted-raid", "--quiet", "--set", "duration_s=800", "--out", str(tmp_path / "run")])
    assert str(result.exception) == f"stopped by the user; the run folder {tmp_path / 'run'} is complete"


def test_other_verbs_say_it_too(monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("skyreach.scenario.load.builtin_names", stop)
    result = CliRunner().invoke(app, ["check", "murted-raid"])
    assert str(result.exception) == "stopped by the user"
