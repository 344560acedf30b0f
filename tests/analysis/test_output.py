"""Files of products: all of them or none, and the right words when the disk is full."""

import os
import subprocess

import pytest

from skyreach.analysis.output import write_files
from skyreach.errors import BadInput, RunFailed


def test_all_files_or_none(tmp_path):
    def broken():
        raise OSError(28, "No space left on device")

    (tmp_path / "a.json").write_text("old")
    with pytest.raises(RunFailed, match=r"No space left.*nothing of it is kept") as caught:
        write_files(tmp_path, {"a.json": lambda: b"new", "b.json": broken}, "coverage")
    assert caught.value.exit_code == 3
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.json": "old"}


def test_a_file_in_the_way_of_the_folder_is_bad_input(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(BadInput, match="cannot write into"):
        write_files(tmp_path / "out", {"a.json": lambda: b""}, "coverage")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk takes root")
def test_nothing_is_left_on_a_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts")
    try:
        with pytest.raises(RunFailed, match="cannot write into"):
            write_files(disk / "new", {"small.json": lambda: b"{}", "large.png": lambda: bytes(200_000)}, "coverage")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
