"""The runs and studies under the folder that was given: what is complete is shown, by names that lead nowhere else."""

import itertools
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from skyreach.errors import BadInput, SkyreachError
from skyreach.records.run import TABLES, Run, read_run
from skyreach.viewer.parts import Parts

DEPTH = 3  # folders below the one given in which is looked
MOST = 500  # runs shown
MADE = "edited"  # before the names of runs that end with the server
KEPT = 4  # runs whose parts stay in memory


@dataclass(frozen=True)
class Entry:
    """A run or a study to look at: its name in addresses, and folder."""

    name: str
    path: Path
    study: bool = False


class Shelf:
    """A folder with runs and studies, or one of them alone; looked through anew whenever it is asked."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).resolve()
        if not self.root.is_dir():
            raise BadInput(f"view {root}", "no such folder", "a run folder, a study folder, or a folder with such folders in it")
        self._made: Path | None = None  # for runs that end with the server: of a study, or where root is a run or a study itself
        self._kept: dict[str, tuple[int, Parts]] = {}
        self._lock = Lock()

    def entries(self) -> list[Entry]:
        """The runs that are there, newest first."""
        return [entry for entry in self._all() if not entry.study][:MOST]

    def studies(self) -> list[Entry]:
        """The studies that are there, newest first."""
        return [entry for entry in self._all() if entry.study][:MOST]

    def alone(self) -> Entry | None:
        """The one thing to show: the folder given, where it is a study itself, or all that there is."""
        found = self._all()
        root = [entry for entry in found if entry.path == self.root and entry.study]
        return (root or found)[0] if len(root or found) == 1 else None

    def _all(self) -> list[Entry]:
        found = [*self._within(self.root, 0)]
        if self._made is not None:
            found += [Entry(f"{MADE}/{path.name}", path) for path in self._made.iterdir() if is_run(path)]
        return sorted(found, key=lambda e: -_changed(e.path))

    def _within(self, folder: Path, depth: int) -> list[Entry]:
        study = is_study(folder)
        if study or is_run(folder):
            name = folder.name if folder == self.root else folder.relative_to(self.root).as_posix()
            return [Entry(name, folder, study)]
        if depth >= DEPTH:
            return []
        try:
            below = sorted(p for p in folder.iterdir() if p.is_dir() and not p.is_symlink() and not p.name.startswith("."))
        except OSError:
            return []
        return [entry for path in below for entry in self._within(path, depth + 1)]

    def find(self, name: str, study: bool = False) -> Entry:
        """The run, or the study, of a name; BadInput for any other: names are compared, never followed as paths."""
        for entry in self._all():
            if entry.name == name and entry.study == study:
                return entry
        raise BadInput(f"{'study' if study else 'run'} {name[:200]}", "not in the folder that is shown")

    def parts(self, name: str) -> Parts:
        """The parts of a run; kept while its folder does not change."""
        entry = self.find(name)
        stamp = (entry.path / "manifest.json").stat().st_mtime_ns
        with self._lock:
            known = self._kept.pop(name, None)
            if known is None or known[0] != stamp:
                known = (stamp, Parts(read_run(entry.path)))
            self._kept[name] = known
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
            return known[1]

    def add(self, run: Run, name: str) -> str:
        """Save a run in the folder that is shown, or, where that is a run itself, in a folder that ends with the server; gives
        its name."""
        with self._lock:
            if is_run(self.root) or is_study(self.root):
                folder, prefix = self._own(), f"{MADE}/"
            else:
                folder, prefix = self.root, ""
            free = next(path for n in itertools.count(1) if not (path := folder / f"{name}-edited-{n}").exists())
            return prefix + run.save(free).name

    def keep(self, run: Run, name: str) -> str:
        """Save a run of a study under this name in the folder that ends with the server; gives its name on the shelf."""
        with self._lock:
            path = self._own() / name
            return f"{MADE}/{path.name if is_run(path) else run.save(path).name}"

    def kept(self, name: str) -> str | None:
        """The name on the shelf of a run that `keep` has saved, None where it has not."""
        return f"{MADE}/{name}" if self._made is not None and is_run(self._made / name) else None

    def _own(self) -> Path:
        if self._made is None:
            self._made = Path(tempfile.mkdtemp(prefix="skyreach-view-"))
            weakref.finalize(self, shutil.rmtree, self._made, ignore_errors=True)
        return self._made

    def scenarios(self) -> list[str]:
        """The scenario of each run, as text."""
        return [text for entry in self.entries() if (text := _text(entry.path / "scenario.yaml"))]

    def listing(self) -> list[dict[str, Any]]:
        """What a list shows of each entry; what cannot be read is left out."""
        return [row for entry in self.entries() if (row := _row(entry)) is not None]


def is_run(folder: Path) -> bool:
    """Whether a folder is a run, and whole."""
    whole = ("manifest.json", "scenario.yaml", *(f"{table}.parquet" for table in TABLES))
    return not folder.name.startswith(".") and all((folder / name).is_file() for name in whole)


def is_study(folder: Path) -> bool:
    """Whether a folder is a study, finished or not: its shards are whole or not there."""
    return not folder.name.startswith(".") and all((folder / name).is_file() for name in ("plan.json", "scenario.yaml"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _row(entry: Entry) -> dict[str, Any] | None:
    try:
        manifest = read_run(entry.path).manifest
    except SkyreachError:
        return None
    keys = ("hostile", "killed", "leakers", "missiles_fired")
    result = {key: manifest["summary"].get(key) for key in keys}
    return {
        "name": entry.name, "title": manifest["title"] or manifest["scenario"], "seed": manifest["seed"],
        "duration": manifest["duration_s"], **result,
    }  # fmt: skip
