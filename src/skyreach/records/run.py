"""A run on disk and in hand: manifest, tables, scenario. A folder that is there is complete."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from skyreach.errors import BadInput, RunFailed
from skyreach.records.whole import whole_folder

FORMAT = 1  # of the run folder
TABLES = ("sites", "radars", "targets", "shots", "events", "reasons", "truth", "plots", "tracks", "flights")
POLICY_FILE = "policy.py"  # the user's policy, where there was one
MANIFEST = {  # what readers of the manifest rely on
    "scenario", "title", "notice", "start", "duration_s", "seed", "digest", "terrain", "refraction_k", "summary", "inputs",
}  # fmt: skip


GIVEN: dict[str, Callable[..., Any]] = {}
"""Methods of Run that later rooms give it: `export` of the formats, `page` of the viewer (skyreach.api enters them)."""


class Run:
    """One finished run: `manifest` (dict), `scenario_yaml` (text), and the tables as pyarrow tables by attribute or name.

    `run.targets`, `run.shots`, `run.events`, `run.reasons`, `run.truth`, `run.plots`, `run.tracks`, `run.flights`,
    `run.sites`, `run.radars`; `.to_pandas()` on each where pandas is installed.
    """

    def __init__(
        self, manifest: dict[str, Any], scenario_yaml: str, tables: dict[str, pa.Table], path: Path | None = None,
        policy_source: str | None = None,
    ) -> None:  # fmt: skip
        self.manifest, self.scenario_yaml, self._tables, self.path = manifest, scenario_yaml, tables, path
        self.policy_source = policy_source  # text of the file of a user's policy, None where there was none

    def __getattr__(self, name: str) -> Any:
        if name in TABLES:
            return self.table(name)
        if name in GIVEN:
            return partial(GIVEN[name], self)
        raise AttributeError(name)

    def __repr__(self) -> str:
        s = self.summary
        return f"Run({s['scenario']!r}, seed={s['seed']}, killed={s['killed']}, leakers={s['leakers']})"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in self.summary.items() if _short(v))
        table = f"<table>{rows}</table>"
        if "page" not in GIVEN:
            return table
        try:
            page = GIVEN["page"](self)
        except RunFailed as fault:  # the page is not built into this installation
            return f"{table}<p>{escape(str(fault))}</p>"
        frame = 'sandbox="allow-scripts" style="width:100%;height:640px;border:1px solid #ccc"'
        return f'<iframe {frame} srcdoc="{escape(page)}"></iframe>{table}'

    @property
    def summary(self) -> dict[str, Any]:
        """What the command line prints: seed, digest, leakers, killed, missiles_fired, terrain and counts."""
        return dict(self.manifest["summary"])

    def table(self, name: str) -> pa.Table:
        """A table by name, read from the folder on first use."""
        if name not in TABLES:
            raise BadInput(f"table {name}", allowed=", ".join(TABLES))
        if name not in self._tables:
            assert self.path is not None  # a run that was not read from a folder holds all its tables
            file = self.path / f"{name}.parquet"
            try:
                table = pq.read_table(file, page_checksum_verification=True)
                known = self.manifest.get("files", {}).get(file.name)
                if known is not None and known != hashlib.sha256(file.read_bytes()).hexdigest():
                    raise BadInput(str(file), "is not the file that this run wrote", cure="run it again")
            except (OSError, pa.ArrowInvalid) as exc:
                raise BadInput(str(file), f"cannot be read ({exc})", cure="run it again") from None
            self._tables[name] = table
        return self._tables[name]

    def frame(self, name: str, kind: str = "arrow") -> Any:
        """A table by name as arrow, pandas or polars; the last two where they are installed."""
        table = self.table(name)
        if kind == "arrow":
            return table
        if kind not in ("pandas", "polars"):
            raise BadInput(f"frame {kind}", allowed="arrow, pandas or polars")
        try:
            if kind == "pandas":
                return table.to_pandas()
            import polars  # type: ignore[import-not-found]
        except ImportError:
            raise BadInput("frame", f"the package {kind} is not installed", cure="pip install 'skyreach[notebook]'") from None
        return polars.from_arrow(table)

    def explain(self, target: int | str) -> str:
        """The story of one target (row or name) in plain sentences."""
        from skyreach.records.explain import explain

        return explain(self, target)

    def clock(self, t: float) -> str:
        """Time of day, UTC, at t [s] of the run."""
        start = datetime.fromisoformat(self.manifest["start"])
        return (start + timedelta(seconds=t)).astimezone(UTC).strftime("%H:%M:%S")

    def save(self, path: str | Path) -> Path:
        """Write the run folder at path (which must not hold anything yet) and return it; all of it or nothing."""
        target = new_folder(path)
        with whole_folder(target, "run folder ") as part:
            self._write(part)
        self.path = target
        return target

    def _write(self, folder: Path) -> None:
        files, sizes = {}, {}
        for name in TABLES:
            file = folder / f"{name}.parquet"
            pq.write_table(self.table(name), file, compression="zstd", write_page_checksum=True)
            files[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
        (folder / "scenario.yaml").write_text(self.scenario_yaml, encoding="utf-8")
        if self.policy_source is not None:
            (folder / POLICY_FILE).write_bytes(self.policy_source.encode())
        for name in (*files, "scenario.yaml", *([] if self.policy_source is None else [POLICY_FILE])):
            sizes[name] = (folder / name).stat().st_size
        self.manifest = {**self.manifest, "files": files, "sizes": sizes}
        text = json.dumps(self.manifest, indent=2, ensure_ascii=False, allow_nan=False)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _short(value: Any) -> bool:
    """Whether a value of the summary fits into a line of a table."""
    return not isinstance(value, dict) and len(str(value)) < 200


def new_folder(path: str | Path) -> Path:
    """The absolute path, if a run folder can be made there; BadInput where something stands there already."""
    target = Path(path).resolve()
    if target.exists() and not (target.is_dir() and not any(target.iterdir()) and target != Path.cwd()):
        raise BadInput(f"run folder {path}", "it is there already", cure="another --out, or remove it first")
    return target


def read_run(path: str | Path) -> Run:
    """Open a run folder; BadInput where it is none, half there or of another format."""
    folder = Path(path)
    where = f"run folder {folder}"
    if not folder.is_dir():
        raise BadInput(where, "no such folder", cure="skyreach run SCENARIO --out DIR makes one")
    missing = [n for n in ("manifest.json", "scenario.yaml", *(f"{t}.parquet" for t in TABLES)) if not (folder / n).is_file()]
    if missing:
        raise BadInput(where, f"not complete: without {', '.join(missing)}", cure="run it again")
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        raise BadInput(f"{folder / 'manifest.json'}", f"cannot be read ({exc})", cure="run it again") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadInput(where, f"format {manifest.get('format') if isinstance(manifest, dict) else '?'}", f"format {FORMAT}")
    if not manifest.keys() >= MANIFEST:
        lost = ", ".join(sorted(MANIFEST - manifest.keys()))
        raise BadInput(f"{folder / 'manifest.json'}", f"damaged: without {lost}", cure="run it again")
    for name, size in manifest.get("sizes", {}).items():
        if not (folder / name).is_file():
            raise BadInput(where, f"not complete: without {name}", cure="run it again")
        found = (folder / name).stat().st_size
        if found != size:
            raise BadInput(str(folder / name), f"{found} bytes", f"the {size} bytes that this run wrote", "run it again")
    return Run(manifest, text, {}, folder, _policy_source(folder, manifest))


def is_policy(entry: Any) -> bool:
    """Whether an entry of a manifest says what a policy was: name, SHA-256 (None where no source was found), roles."""
    if not isinstance(entry, dict) or not {"name", "sha256", "roles"} <= entry.keys():
        return False
    return isinstance(entry["name"], str) and isinstance(entry["sha256"], str | None) and isinstance(entry["roles"], list)


def _policy_source(folder: Path, manifest: dict[str, Any]) -> str | None:
    """The file of the policy that a run was made with; BadInput where it is not that any more."""
    if "policy" not in manifest:
        return None
    if not is_policy(manifest["policy"]):
        raise BadInput(f"{folder / 'manifest.json'}", "damaged: policy without name, sha256 or roles", cure="run it again")
    known = manifest["policy"]["sha256"]
    if known is None:
        return None
    file = folder / POLICY_FILE
    raw = file.read_bytes() if file.is_file() else b""
    if hashlib.sha256(raw).hexdigest() != known:
        raise BadInput(str(file), "is not the policy that this run was made with", f"SHA-256 {known}", "run it again")
    return raw.decode()
