"""A study on a cluster of dask.distributed: the scheduler's address, or a client that the user's own snippet has made."""

from typing import TYPE_CHECKING, Any

from skyreach.errors import BadInput, RunFailed, SkyreachError
from skyreach.studies.book import Book
from skyreach.studies.plan import Task, identity
from skyreach.studies.shards import work

if TYPE_CHECKING:
    from distributed import Client

WAIT_S = 20.0  # for a scheduler to answer, and for its first worker
TRIES = 10  # of one shard whose workers are lost


def connect(address: str, wait: float = WAIT_S) -> "Client":
    """A client of the scheduler at tcp://HOST:PORT; BadInput where nothing answers."""
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--cluster", "the package distributed is not installed", cure="pip install 'skyreach[cluster]'") from None
    if "://" not in address:
        raise BadInput("--cluster", address, "the address of a Dask scheduler", f"tcp://{address}")
    try:
        return Client(address, timeout=wait, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        said = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise BadInput(
            f"--cluster {address}", f"no scheduler answers there within {wait:g} s ({said})", "tcp://HOST:PORT",
            "is it running (dask scheduler), and may this machine reach it?",
        ) from None  # fmt: skip


class Cluster:
    """The workers of a cluster as hands of a study; a shard whose worker is lost goes to another one."""

    def __init__(self, book: Book, client: "Client", wait: float = WAIT_S) -> None:
        self._book, self._client, self._tries = book, client, dict[str, int]()
        try:
            client.wait_for_workers(1, timeout=wait)
        except TimeoutError:
            raise BadInput("--cluster", "the scheduler has no workers", "one or more", "dask worker ADDRESS") from None
        self._check_workers()

    def _check_workers(self) -> None:
        """Refuse workers of another version before the first shard."""
        try:
            found = self._client.run(identity)
        except (ModuleNotFoundError, ImportError, AttributeError) as fault:
            raise BadInput(
                "--cluster", f"a worker has no skyreach that can do this ({fault})", "this version everywhere"
            ) from None
        mine = identity()
        other = {who: theirs for who, theirs in found.items() if theirs != mine}
        if other:
            who, theirs = next(iter(other.items()))
            apart = [key for key in mine if mine[key] != theirs.get(key)]
            raise BadInput(
                f"--cluster: {len(other)} of {len(found)} workers are of another version",
                f"{who}: " + ", ".join(f"{key} {str(theirs.get(key))[:16]}" for key in apart),
                ", ".join(f"{key} {mine[key][:16]}" for key in apart), "the same skyreach, Python and Numba on all machines",
            )  # fmt: skip

    def submit(self, task: Task) -> Any:
        """A future of the shard, done and written by a worker."""
        tries = self._tries[task.name] = self._tries.get(task.name, 0) + 1
        digest = self._book.plan.digest
        key = f"{digest[:12]}-{task.name}-{tries}"
        store = self._book.store
        where = store.uri if store.local is None else str(store.local)  # a worker stands in another folder
        return self._client.submit(work, digest, tuple(task), where, key=key, pure=False)

    def slots(self) -> int:
        """Two shards for each thread of each worker there is now."""
        return max(2 * sum(self._client.nthreads().values()), 2)

    def failed(self, task: Task, fault: BaseException) -> bool:
        """Again where the worker was lost; the scheduler gives a shard up after some deaths, which need not be its fault."""
        from distributed.scheduler import KilledWorker

        if self._client.status != "running":
            raise RunFailed("the scheduler is lost; what is finished is kept: skyreach study resume") from None
        if isinstance(fault, KilledWorker) and self._tries[task.name] < TRIES:
            return True
        if isinstance(fault, KilledWorker):
            raise RunFailed(f"shard {task.name}: its worker was lost {TRIES} times over; is there enough memory?") from None
        if isinstance(fault, SkyreachError):
            raise fault
        raise RunFailed(f"shard {task.name} failed on a worker: {type(fault).__name__}: {fault}") from None

    def close(self) -> None:
        """Nothing to wait for: shards under way are finished by their workers, or not."""
