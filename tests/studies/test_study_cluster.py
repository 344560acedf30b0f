"""Real schedulers and workers, in this process and in processes of their own, killed in the middle; a real S3 server."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from skyreach.errors import BadInput
from skyreach.studies.shards import FOLDER
from skyreach.studies.study import begin, go_on, open_study

distributed = pytest.importorskip("distributed", reason="needs skyreach[cluster]")

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of dask and moto about themselves: ports, deprecations, unclosed sockets
]

STUDY = "runs: 40\nshard: 2\nfactors:\n  - {name: drones, path: raid.drones.count, levels: [3, 5]}\n"


@pytest.fixture(scope="module")
def undisturbed(from_end_to_end, lab):
    """Study file and what it gives on one thread of this machine."""
    file, folder = from_end_to_end(STUDY)
    return file, lab.contents(folder)


def process(*args, **env):
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + args[0], *map(str, args[1:])], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, **env}, start_new_session=True,
    )  # fmt: skip


def stop(*processes):
    for one in processes:
        if one.poll() is None:
            os.killpg(one.pid, signal.SIGKILL)
        one.wait()


@pytest.fixture
def scheduler(tmp_path):
    """Address of a scheduler in a process of its own."""
    told = tmp_path / "scheduler.json"
    one = process("dask_scheduler", "--port", 0, "--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", told)
    deadline = time.monotonic() + 120
    while not told.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.2)
    yield json.loads(told.read_text())["address"]
    stop(one)


def worker(address, folder, **env):
    return process(
        "dask_worker", address, "--nthreads", 1, "--nworkers", 1, "--no-nanny", "--no-dashboard", "--local-directory", folder, **env
    )


def test_a_cluster_in_this_process(undisturbed, tmp_path, lab):
    """A client that the caller has made, as a dask-jobqueue or Kubernetes cluster would give one."""
    file, want = undisturbed
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, local_directory=str(tmp_path)
        ) as made,
        distributed.Client(made) as client,
    ):
        study = go_on(begin(file, tmp_path / "s"), cluster=client)
    assert study.complete
    assert lab.contents(tmp_path / "s") == want


def test_workers_killed_in_the_middle(undisturbed, scheduler, tmp_path, lab):
    """One worker is killed as soon as shards come in, a new one takes its place: the same bytes."""
    file, want = undisturbed
    folder = tmp_path / "s"
    begin(file, folder)
    first, second = worker(scheduler, tmp_path), worker(scheduler, tmp_path)
    run = lab.start("study", "resume", folder, "--cluster", scheduler, "--quiet")
    third = None
    try:
        deadline = time.monotonic() + 400
        while run.poll() is None and time.monotonic() < deadline:
            done = len(list((folder / FOLDER).glob("*.parquet"))) if (folder / FOLDER).is_dir() else 0
            if done >= 4:
                break
            time.sleep(0.01)
        stop(first)
        third = worker(scheduler, tmp_path)
        _, said = run.communicate(timeout=400)
        assert run.returncode == 0, said
    finally:
        stop(run, first, second, *([third] if third else []))
    assert open_study(folder).complete
    assert lab.contents(folder) == want


def test_a_worker_of_another_version_is_refused(undisturbed, scheduler, tmp_path):
    """Its catalogue is another one: a copy of the package with one figure changed."""
    import shutil
    from pathlib import Path

    import skyreach

    other = tmp_path / "other"
    shutil.copytree(Path(skyreach.__file__).parent, other / "skyreach", ignore=shutil.ignore_patterns("_viewer", "__pycache__"))
    module = other / "skyreach" / "__init__.py"
    module.write_text(module.read_text().replace('__version__ = "', '__version__ = "9.'))
    file, _ = undisturbed
    study = begin(file, tmp_path / "s")
    one = worker(scheduler, tmp_path, PYTHONPATH=str(other))
    try:
        with pytest.raises(BadInput, match="1 of 1 workers are of another version"):
            go_on(study, cluster=scheduler)
    finally:
        stop(one)
    assert not study.complete


def test_nobody_answers(undisturbed, tmp_path, monkeypatch):
    from skyreach.studies import cluster

    monkeypatch.setattr(cluster, "WAIT_S", 1.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]  # bound and not listening: refused
        with pytest.raises(BadInput, match="no scheduler answers"):
            cluster.connect(f"tcp://127.0.0.1:{port}", wait=1.0)
    with pytest.raises(BadInput, match="tcp://head-node:8786"):
        cluster.connect("head-node:8786")


@pytest.fixture
def bucket(monkeypatch, tmp_path):
    """Address of an empty bucket on an S3 server of this machine."""
    pytest.importorskip("moto.server", reason="needs moto[server]")
    from moto.server import ThreadedMotoServer
    from pyarrow import fs

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    at = f"{host}:{port}"
    store = fs.S3FileSystem(access_key="a", secret_key="b", endpoint_override=at, scheme="http", region="us-east-1", allow_bucket_creation=True)
    store.create_dir("studies")
    yield f"s3://a:b@studies/one?scheme=http&endpoint_override={at.replace(':', '%3A')}&region=us-east-1"
    server.stop()


def test_shards_on_an_s3_server(undisturbed, bucket, tmp_path, lab):
    """The same study in a bucket: as many bytes in each file, one shard damaged there is noticed and made again."""
    import hashlib

    file, want = undisturbed
    study = go_on(begin(file, bucket), jobs=2)
    store = study.store
    for name, digest in want.items():
        data = store.read(name)
        assert data is not None, name
        assert hashlib.sha256(data).hexdigest() == digest, name
    name = sorted(study.book.contents)[2]
    store.write(f"{FOLDER}/{name}", store.read(f"{FOLDER}/{name}")[:-100])
    again = open_study(bucket)
    assert len(again.book.damaged) == 1
    assert go_on(again, jobs=1).book.digest() == study.book.digest()


def test_shards_on_a_filesystem_of_fsspec(undisturbed, lab):
    """One that pyarrow does not know itself: memory."""
    pytest.importorskip("fsspec")
    file, want = undisturbed
    study = go_on(begin(file, "memory://studies/one"), jobs=2)
    assert study.complete
    assert set(want) - {".claims"} <= {*study.answers.files(), "plan.json", "scenario.yaml", "journal.jsonl", "result.json"} | {
        f"{FOLDER}/{name}" for name in study.book.contents
    }


def test_an_address_that_no_filesystem_knows(undisturbed):
    file, _ = undisturbed
    with pytest.raises(BadInput, match="no filesystem answers"):
        begin(file, "nowhere://bucket/one")
