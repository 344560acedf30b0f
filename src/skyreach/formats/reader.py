"""One reading of a run for every exporter: who there was, and where everybody was, streamed by windows of time.

Heights are metres above mean sea level as the run records them; `ellipsoidal` makes them WGS84 ones with the undulation
of the run (one figure per run: the engine has one too).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skyreach.catalog import Catalog, load
from skyreach.errors import BadInput, SkyreachError
from skyreach.records.losses import RADAR, SITE, losses
from skyreach.records.run import Run
from skyreach.records.whereabouts import Whereabouts, whereabouts
from skyreach.scenario.load import read_scenario
from skyreach.scenario.models import Scenario
from skyreach.world import codes

BATCH = 131_072  # rows of a table read at once
WINDOW = 60.0  # s
GROUPS = ("site", "radar", "target", "missile")
PLACE = ("lat_deg", "lon_deg", "h_msl_m")
COLUMNS = {
    "truth": ("t_s", "target", *PLACE, "speed_mps"),
    "flights": ("t_s", "missile", *PLACE, "speed_mps"),
    "plots": ("t_s", "radar", "target", "track", "r_slant_m", "az_deg", "el_deg", *PLACE),
    "tracks": ("t_s", "track", "target", "identity", *PLACE, "speed_mps"),
}
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Entity:
    """A thing that stood or flew. number: unique in the run, from 1; at: lat, lon [deg], h_msl [m] of what stands, at the start
    (Feed.moves has the way of what marches)."""

    number: int
    group: str  # of GROUPS
    row: int
    name: str
    system: str
    title: str
    kind: str
    side: str
    t_from: float | None  # s; None: never there
    t_to: float | None  # s; None: to the end of the run
    end: str
    at: tuple[float, float, float] | None = None
    owner: int = 0  # number of the site of a radar, of the fire unit of a missile; 0 none
    aim: int = 0  # number of the target of a missile, of the site a target flies at; 0 none

    @property
    def key(self) -> str:
        """Name for machines: group and row, as `target-3`."""
        return f"{self.group}-{self.row}"


@dataclass(frozen=True)
class Motion:
    """Samples of what moves, in the order of time: number of the entity, t [s], lat, lon [deg], h_msl [m], speed [m/s]."""

    number: np.ndarray
    t: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    h: np.ndarray
    speed: np.ndarray


class Feed:
    """A run, ready to be told to other tools."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.notes: list[str] = []  # what an exporter had to leave out, for the user
        self.start = datetime.fromisoformat(run.manifest["start"]).astimezone(UTC)
        self.duration = float(run.manifest["duration_s"])
        self.seed = int(run.manifest["seed"])
        self.notice = f"{run.manifest['notice']} Scenario {run.manifest['scenario']}, seed {self.seed}, skyreach."
        self.title = str(run.manifest["title"] or run.manifest["scenario"])

    @cached_property
    def scenario(self) -> Scenario | None:
        """The scenario of the run; None where this version cannot read it any more."""
        try:
            return read_scenario(self.run.scenario_yaml)
        except SkyreachError:
            return None

    @cached_property
    def catalog(self) -> Catalog:
        """The catalogue with the run's own values."""
        return load(dict(self.scenario.catalog) if self.scenario else None)

    @cached_property
    def undulation(self) -> float:
        """Geoid above the ellipsoid [m], as the run had it; of the first radar or site where an older run does not say."""
        said = self.run.manifest.get("undulation_m")
        if isinstance(said, int | float) and math.isfinite(said):
            return float(said)
        from skyreach.earth.geoid import load_geoid
        from skyreach.earth.grid import undulation

        table = self.run.radars if self.run.radars.num_rows else self.run.sites
        if not table.num_rows:
            return 0.0
        lat, lon = table["lat_deg"][0].as_py(), table["lon_deg"][0].as_py()
        return float(undulation(load_geoid(), math.radians(lat), math.radians(lon)))

    def ellipsoidal(self, h_msl: Any) -> Any:
        """Heights above the ellipsoid [m]."""
        return h_msl + self.undulation

    def time(self, t: float) -> datetime:
        """UTC at t [s]."""
        return self.start + timedelta(seconds=t)

    def iso(self, t: float) -> str:
        """UTC at t [s] as 2026-05-01T01:30:00.000Z."""
        return self.time(t).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @cached_property
    def about(self) -> dict[str, Any]:
        """What every export says of itself."""
        m = self.run.manifest
        return {
            "notice": m["notice"], "scenario": m["scenario"], "title": self.title, "seed": self.seed, "digest": m["digest"],
            "start": self.iso(0.0), "duration_s": self.duration, "terrain": m["terrain"]["name"], "made_with": "skyreach",
        }  # fmt: skip

    @cached_property
    def entities(self) -> list[Entity]:
        """Everything, sites first, then radars, targets, missiles; the number of the first is 1."""
        run = self.run
        sites, radars = run.sites.to_pylist(), run.radars.to_pylist()
        targets, shots = run.targets.to_pylist(), run.shots.to_pylist()
        lost = {(loss.kind, loss.name): loss.t_s for loss in losses(run)}
        base = np.cumsum([1, len(sites), len(radars), len(targets)])
        by_name = {row["name"]: 1 + row["site"] for row in sites}
        units = {row["name"]: 1 + row["site"] for row in sites if row["kind"] == codes.SITE_KINDS[codes.FIRE_UNIT]}
        out = []
        for n, row in enumerate(sites):
            ended = lost.get((SITE, row["name"]))
            end = "works" if ended is None else "lost"
            out.append(self._entity(1 + n, "site", n, row, row["kind"], row["side"], 0.0, ended, end, _at(row)))
        for n, row in enumerate(radars):
            site = row["site"]
            side = sites[site]["side"] if site >= 0 else codes.SIDES[codes.NEUTRAL]
            unit = lost.get((SITE, sites[site]["name"])) if site >= 0 and not row["alive"] else None
            ended = lost.get((RADAR, row["name"]), unit)
            end = "works" if ended is None else "lost"
            out.append(self._entity(int(base[1]) + n, "radar", n, row, "radar", side, 0.0, ended, end, _at(row), owner=1 + site))
        for n, row in enumerate(targets):
            times = (_finite(row["t_start_s"]), _finite(row["t_end_s"]))
            aim = by_name.get(row["aim"], 0)
            out.append(self._entity(int(base[2]) + n, "target", n, row, row["kind"], row["side"], *times, row["status"], aim=aim))
        for n, row in enumerate(shots):
            owner = units.get(row["fire_unit"], by_name.get(row["fire_unit"], 0))
            side = sites[owner - 1]["side"] if owner else codes.SIDES[codes.BLUE]
            named = {"name": f"{row['type']}-{n}", "system": row["type"]}
            times = (row["t_launch_s"], _finite(row["t_end_s"]))
            aim = int(base[2]) + row["target"]
            out.append(
                self._entity(int(base[3]) + n, "missile", n, named, "missile", side, *times, row["outcome"], owner=owner, aim=aim)
            )
        return out

    def _entity(self, number, group, row, words, kind, side, t_from, t_to, end, at=None, owner=0, aim=0) -> Entity:
        system = words["system"] or ""
        title = self.catalog[system].title if system in self.catalog else system
        return Entity(number, group, row, words["name"], system, title, kind, side, t_from, t_to, end, at, owner, aim)

    def of(self, group: str) -> list[Entity]:
        """Entities of a group."""
        return [e for e in self.entities if e.group == group]

    @cached_property
    def _first(self) -> dict[str, int]:
        counts = [self.run.sites.num_rows, self.run.radars.num_rows, self.run.targets.num_rows, self.run.shots.num_rows]
        return dict(zip(GROUPS, (1 + sum(counts[:n]) for n in range(4)), strict=True))

    def number(self, group: str, row: int) -> int:
        """Number of the entity in a row of its table; 0 for row -1."""
        return self._first[group] + row if row >= 0 else 0

    def windows(self, *names: str, step: float = WINDOW) -> Iterator[tuple[float, dict[str, Columns]]]:
        """Start [s] of each window of time and the rows of the named tables in it."""
        cuts = {name: _Cut(self.run, name) for name in names}
        for n in range(max(math.ceil(self.duration / step), 1)):
            last = (n + 1) * step >= self.duration
            yield n * step, {name: cut.until(math.inf if last else (n + 1) * step) for name, cut in cuts.items()}

    def motion(self, step: float = WINDOW) -> Iterator[tuple[float, Motion]]:
        """Start [s] of each window, and the samples of all targets and missiles in it."""
        for start, tables in self.windows("truth", "flights", step=step):
            truth, flights = tables["truth"], tables["flights"]
            number = [truth["target"] + self._first["target"], flights["missile"] + self._first["missile"]]
            rest = [np.concatenate([truth[c], flights[c]]) for c in ("t_s", *PLACE, "speed_mps")]
            order = np.argsort(rest[0], kind="stable")
            yield start, Motion(np.concatenate(number)[order].astype(np.int64), *(column[order] for column in rest))

    @cached_property
    def moves(self) -> dict[int, Whereabouts]:
        """Where each site and radar was over time that marched, by its number; nothing for those that stood still."""
        return {self.number(*part): moved for part, moved in whereabouts(self.run).items() if moved.away}

    def silent(self, entity: Entity) -> list[tuple[float, float]]:
        """Times [s] in which a site or radar that marches neither radiates nor fires, as long as it is not lost."""
        moved, end = self.moves.get(entity.number), math.inf if entity.t_to is None else entity.t_to
        return [] if moved is None else [(a, b) for a, b in moved.away if a < end]

    def of_first_positions(self, what: str) -> None:
        """Note for the user that what is written holds for the places at the start, where something marched."""
        names = [self.entities[number - 1].name for number in self.moves]
        if names:
            self.notes.append(f"{what}: for the first positions of {', '.join(names)}")

    @cached_property
    def engagements(self) -> list[tuple[float, float, int, int]]:
        """(from, to [s], number of the fire unit, number of the target) of every assignment."""
        words = {int(code): word for code, (word, _) in codes.EVENTS.items()}
        ends = {words[int(codes.E_ABORTED)], words[int(codes.E_ASSESSED)]}
        open_: dict[tuple[int, int], list[float]] = {}
        out = []
        for e in self.run.events.to_pylist():
            pair = (e["b"], e["target"])
            if e["kind"] == words[int(codes.E_ASSIGNED)]:
                open_.setdefault(pair, []).append(e["t_s"])
            elif e["kind"] in ends and open_.get(pair):
                out.append((open_[pair].pop(0), e["t_s"], *pair))
        out += [(t, self.duration, *pair) for pair, times in open_.items() for t in times]
        return sorted((a, b, self.number("site", k), self.number("target", j)) for a, b, k, j in out)


def _at(row: dict[str, Any]) -> tuple[float, float, float]:
    return row["lat_deg"], row["lon_deg"], row["h_msl_m"]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


class _Cut:
    """A table of a run, given out piece by piece in the order of time."""

    def __init__(self, run: Run, name: str) -> None:
        self.name, self.where = name, f"table {name} of the run"
        self.batches = _batches(run, name)
        self.kept: list[Columns] = []
        self.done, self.latest = False, -math.inf

    def until(self, t: float) -> Columns:
        """Rows before t [s] that were not given out yet."""
        while not self.done and self.latest < t:
            batch = next(self.batches, None)
            if batch is None:
                self.done = True
                break
            columns = {name: _numpy(batch.column(name)) for name in COLUMNS[self.name]}
            times = columns["t_s"]
            if times.size:
                if times[0] < self.latest or np.any(np.diff(times) < 0.0) or not np.isfinite(times).all():
                    raise BadInput(self.where, "rows out of the order of time", cure="run it again")
                self.latest = float(times[-1])
                self.kept.append(columns)
        whole = {name: _joined([part[name] for part in self.kept], name) for name in COLUMNS[self.name]}
        cut = int(np.searchsorted(whole["t_s"], t, "left"))
        self.kept = [{name: values[cut:] for name, values in whole.items()}]
        return {name: values[:cut] for name, values in whole.items()}


def _joined(parts: list[np.ndarray], name: str) -> np.ndarray:
    if parts:
        return np.concatenate(parts)
    return np.empty(0, object if name == "identity" else np.int64 if name in ("target", "missile", "radar", "track") else float)


def _numpy(column: pa.Array) -> np.ndarray:
    if pa.types.is_dictionary(column.type):
        return np.asarray(column.dictionary.to_pylist(), object)[column.indices.to_numpy()]
    return column.to_numpy(zero_copy_only=False)


def _batches(run: Run, name: str) -> Iterator[pa.RecordBatch]:
    """Batches of a table: from the file where it lies on disk and was not read whole, else from memory."""
    if run.path is None or name in run._tables:
        yield from run.table(name).to_batches(max_chunksize=BATCH)
        return
    file = run.path / f"{name}.parquet"
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as source:
            yield from source.iter_batches(BATCH, columns=list(COLUMNS[name]))
    except (OSError, pa.ArrowInvalid) as exc:
        raise BadInput(str(file), f"cannot be read ({exc})", cure="run it again") from None
