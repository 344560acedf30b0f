"""Killed, damaged, doubled, out of disk: a study ends with the same bytes as one that nothing happened to."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from skyreach.errors import BadInput, RunFailed
from skyreach.studies.shards import FOLDER
from skyreach.studies.study import begin, go_on, open_study

RUNS, SHARD = 40, 4
STUDY = f"runs: {RUNS}\nshard: {SHARD}\nfactors:\n  - {{name: drones, path: raid.drones.count, levels: [3, 5]}}\n"


@pytest.fixture(scope="module")
def undisturbed(from_end_to_end, lab):
    """The study from begin to end on one thread: its file, its folder, its bytes."""
    file, folder = from_end_to_end(STUDY)
    return file, folder, lab.contents(folder)


def shards(folder):
    there = folder / FOLDER
    return sorted(there.glob("*.parquet")) if there.is_dir() else []


@pytest.mark.parametrize("jobs", [2, 5])
def test_threads_do_not_change_a_byte(undisturbed, tmp_path, lab, jobs):
    file, _, want = undisturbed
    go_on(begin(file, tmp_path / "s"), jobs=jobs)
    assert lab.contents(tmp_path / "s") == want


def test_killed_at_random_moments(undisturbed, tmp_path, lab):
    """SIGKILL some milliseconds after the next shard has come, again and again; then one that may finish."""
    file, _, want = undisturbed
    folder, dice, kills = tmp_path / "s", random.Random(5), 0
    for _ in range(6):
        before = len(shards(folder))
        process = lab.start("study", file, "--out", folder, "--jobs", 2, "--quiet")
        deadline = time.monotonic() + 300
        while process.poll() is None and len(shards(folder)) <= before and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(dice.uniform(0.0, 0.06))
        process.kill()
        process.wait()
        kills += process.returncode == -signal.SIGKILL
        process.stdout.close()
        process.stderr.close()
    assert kills >= 4  # the others found nothing left to do, or had just finished
    assert (folder / "plan.json").is_file()
    study = go_on(open_study(folder), jobs=2)
    assert study.complete
    assert lab.contents(folder) == want


def test_two_processes_on_one_study(undisturbed, tmp_path, lab):
    file, _, want = undisturbed
    folder = tmp_path / "s"
    begin(file, folder)
    both = [lab.start("study", "resume", folder, "--jobs", 1, "--quiet") for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=600)
        assert process.returncode == 0, said
    assert lab.contents(folder) == want


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def turned(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x10
    path.write_bytes(bytes(data))


def emptied(path):
    path.write_bytes(b"")


def swapped(path):
    other = next(p for p in path.parent.iterdir() if p != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize("harm", [turned, half, emptied, swapped])
def test_damaged_shards_are_noticed_and_made_again(undisturbed, tmp_path, lab, harm):
    file, _, want = undisturbed
    folder = tmp_path / "s"
    go_on(begin(file, folder), jobs=2)
    harm(shards(folder)[3])
    shards(folder)[7].unlink()
    study = open_study(folder)
    assert len(study.book.damaged) == 2
    assert not study.complete
    assert study.book.runs == 2 * RUNS - 2 * SHARD
    go_on(study, jobs=2)
    assert lab.contents(folder) == want


def test_every_byte_of_a_shard_counts(undisturbed, tmp_path):
    """A bit turned anywhere is noticed, or leaves every value as it was (padding, names of writers)."""
    from skyreach.studies.plan import Task
    from skyreach.studies.shards import Damaged, open_shard

    _, folder, _ = undisturbed
    study = open_study(folder)
    task = Task(0, 0, SHARD)
    whole = (folder / FOLDER / task.name).read_bytes()
    _, content = open_shard(study.plan, task, whole)
    noticed, dice = 0, random.Random(6)
    for at in dice.sample(range(len(whole)), 200):
        data = bytearray(whole)
        data[at] ^= 1 << dice.randrange(8)
        try:
            _, same = open_shard(study.plan, task, bytes(data))
        except Damaged:
            noticed += 1
            continue
        assert same == content  # the hash of every value
    assert noticed > 100


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="the threads of a process are listed by Linux alone")
def test_no_thread_is_left_by_a_shard(undisturbed):
    """A thread of Arrow that outlives the reading of a Python object aborts the process at its end, once in some runs."""
    _, folder, _ = undisturbed
    code = (
        "import os, sys\n"
        "from skyreach.studies.plan import Task, read_plan\n"
        "from skyreach.studies.shards import FOLDER, open_shard\n"
        "from skyreach.studies.store import Store\n"
        "store, task = Store(sys.argv[1]), Task(0, 0, int(sys.argv[2]))\n"
        "plan, data = read_plan(store), store.read(f'{FOLDER}/{task.name}')\n"
        "before = set(os.listdir('/proc/self/task'))\n"
        "table, _ = open_shard(plan, task, data)\n"
        "print(table.num_rows, len(set(os.listdir('/proc/self/task')) - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, folder, str(SHARD)], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == (f"{SHARD} 0\n", 0), done.stderr


def test_a_torn_journal_is_read_as_far_as_it_goes(undisturbed, tmp_path, lab):
    file, _, want = undisturbed
    folder = tmp_path / "s"
    go_on(begin(file, folder), jobs=2)
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    go_on(open_study(folder), jobs=1)
    assert lab.contents(folder) == want


def test_a_full_disk_keeps_what_is_finished(undisturbed, tmp_path, lab):
    """A real small filesystem, filled by another file; freed again, the study goes on."""
    file, _, want = undisturbed
    small = tmp_path / "small"
    small.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(small)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("needs leave to mount a small filesystem")
    try:
        study = begin(file, small / "s")
        ballast = small / "ballast"
        room = os.statvfs(small)
        ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - 60_000))  # room for some shards, not for all
        with pytest.raises(RunFailed, match="No space left"):
            go_on(study, jobs=2)
        kept = len(shards(small / "s"))
        assert 0 < kept < 2 * RUNS // SHARD
        ballast.unlink()
        go_on(open_study(small / "s"), jobs=2)
        assert lab.contents(small / "s") == want
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_status_tells_digest_and_state(undisturbed, tmp_path):
    file, folder, _ = undisturbed
    done = open_study(folder).summary
    begun = begin(file, tmp_path / "s").summary
    assert done["complete"]
    assert not begun["complete"]
    assert len(done["digest"]) == 64
    assert begun["digest"] != done["digest"]
    assert json.loads((folder / "result.json").read_text())["digest"] == done["digest"]
    assert (done["runs"], begun["runs"], begun["runs_known"]) == (2 * RUNS, 0, 2 * RUNS)


def test_merge_joins_parts_of_one_study(undisturbed, tmp_path, lab):
    from skyreach.studies.study import merge

    file, folder, want = undisturbed
    one, two = tmp_path / "one", tmp_path / "two"
    for part, keep in ((one, 0), (two, 1)):
        begin(file, part)
        (part / FOLDER).mkdir()
        for n, path in enumerate(shards(folder)):
            if n % 2 == keep:
                (part / FOLDER / path.name).write_bytes(path.read_bytes())
    assert not open_study(one).complete
    assert merge(one, [two]).complete
    assert lab.contents(one) == want
    other = begin(file, tmp_path / "other", {"seed": 99})
    with pytest.raises(BadInput, match="another study"):
        merge(one, [other.store.uri])


def test_another_version_is_refused(undisturbed, tmp_path):
    file, _, _ = undisturbed
    begin(file, tmp_path / "s")
    path = tmp_path / "s" / "plan.json"
    path.write_text(path.read_text().replace('"kernels": "', '"kernels": "0'))
    with pytest.raises(BadInput, match="another version"):
        go_on(open_study(tmp_path / "s"))


def test_a_folder_with_something_else_in_it_is_left_alone(undisturbed, tmp_path):
    file, _, _ = undisturbed
    begin(file, tmp_path / "s")
    with pytest.raises(BadInput, match="another study is there"):
        begin(file, tmp_path / "s", {"runs": 8})
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="files in it already"):
        begin(file, tmp_path / "t")
    with pytest.raises(BadInput, match=r"no plan\.json"):
        open_study(tmp_path / "t")


def test_no_clock_that_can_jump_is_asked():
    """Times of day would put other bytes into a folder, and jump: only monotonic time, and only for the progress line."""
    import re
    from pathlib import Path

    import skyreach.studies

    for path in Path(skyreach.studies.__file__).parent.glob("*.py"):
        found = re.findall(r"datetime|time\.time\b|perf_counter|st_mtime", path.read_text(encoding="utf-8"))
        assert not found, path.name
