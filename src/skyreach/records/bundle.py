"""A run packed so that others can make it again: scenario, every catalogue value used, hashes of terrain and tables, versions.

A bundle is a zip of `bundle.json`, `scenario.yaml` and `inputs.json`, and of the user's `policy.py` where there was one; the same
run gives the same bytes. `reproduce` runs the scenario with the packed values, whatever the catalogue says today, and compares
table by table. It runs no code out of a bundle: a policy is packed to be read, and its user names the file that he has read.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from skyreach import __version__
from skyreach.catalog import Catalog, load
from skyreach.errors import BadInput
from skyreach.jit import kernel_hash
from skyreach.policies.load import LIMIT_S, Policy
from skyreach.records.make import simulate
from skyreach.records.run import POLICY_FILE, TABLES, Run, is_policy
from skyreach.records.whole import whole_file
from skyreach.scenario import read_scenario
from skyreach.scenario.compile import compile_scenario

FORMAT = 1  # of the bundle
PARTS = ("bundle.json", "scenario.yaml", "inputs.json")
LARGEST = 64_000_000  # bytes of one part: far more than any scenario or catalogue
KEPT = (
    "scenario", "title", "notice", "start", "duration_s", "seed", "digest", "scenario_sha256", "catalogue_sha256", "kernels",
    "skyreach", "terrain", "machine",
)  # fmt: skip
STAMP = (2000, 1, 1, 0, 0, 0)  # of every part, so that the bytes do not depend on the clock


def table_digest(table: pa.Table) -> str:
    """SHA-256 (hex) of what a table holds: names, types, and the values of each column in their order. How Arrow or Parquet
    store it does not count: words are taken as text, however they are packed."""
    total = hashlib.sha256(str(table.num_rows).encode())
    for name in table.column_names:
        column = table[name].combine_chunks()
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        total.update(f"\0{name}\0{column.type}\0".encode())
        if pa.types.is_string(column.type):
            total.update(json.dumps(column.to_pylist(), ensure_ascii=False).encode())
        else:
            total.update(np.ascontiguousarray(column.to_numpy(zero_copy_only=False)).tobytes())
    return total.hexdigest()


def bundle(run: Run, path: str | Path) -> Path:
    """Pack a run into a file, which must not be there yet; returns its path."""
    target = Path(path).resolve()
    if target.exists():
        raise BadInput(f"bundle {path}", "it is there already", cure="another --out, or remove it first")
    missing = [key for key in KEPT if key not in run.manifest]
    if missing or "sha256" not in run.manifest["terrain"]:
        raise BadInput("run", f"its record has no {', '.join(missing) or 'hash of the terrain'}", cure="run it again")
    head = {"format": FORMAT, **{key: run.manifest[key] for key in KEPT}, "summary": run.summary}
    head["tables"] = {name: table_digest(run.table(name)) for name in TABLES}
    texts = {"scenario.yaml": run.scenario_yaml, "inputs.json": _json(run.manifest["inputs"])}
    if "policy" in run.manifest:
        if run.policy_source is None:
            raise BadInput(f"run with policy {run.manifest['policy']['name']}", "no source of it was found to be packed",
                           "a policy that stands in a file", "sr.run(..., policy=\"FILE.py:CLASS\")")  # fmt: skip
        head["policy"], texts[POLICY_FILE] = run.manifest["policy"], run.policy_source
    head["parts"] = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"bundle.json": _json(head), **texts}.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), text.encode(), zipfile.ZIP_DEFLATED)
    with whole_file(target, "bundle ") as part:
        part.write_bytes(out.getvalue())
    return target


def _json(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False, sort_keys=True) + "\n"


@dataclass
class Reproduction:
    """What came out when a bundle was run again. tables: True where the digest is that of the bundle.

    differs: what is not as it was, in words: version, kernels, terrain, values of the catalogue (laid over from the bundle)."""

    head: dict[str, Any]
    digest: str
    tables: dict[str, bool]
    terrain_same: bool
    differs: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Every table has the digest of the bundle, and so has the whole run."""
        return all(self.tables.values()) and self.digest == self.head["digest"]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        return {
            "same": self.same, "scenario": self.head["scenario"], "seed": self.head["seed"], "tables": self.tables,
            "digest": {"then": self.head["digest"], "now": self.digest}, "terrain_same": self.terrain_same,
            "differs": self.differs,
        }  # fmt: skip


def reproduce(
    path: str | Path, terrain: Any = None, progress: Callable[[float, float], None] | None = None, policy: Policy | None = None,
    limit_s: float = LIMIT_S,
) -> tuple[Reproduction, Run]:  # fmt: skip
    """Run what a bundle holds and compare every table. terrain: where the elevation sources are here, if elsewhere.

    policy: that of the bundle, from a file here; BadInput where the bundle asks for one and none is given."""
    head, scenario_text, inputs = read_bundle(path)
    differs = _differences(head) + _policies(path, head.get("policy"), policy)
    scenario = read_scenario(scenario_text, f"{path}: scenario.yaml")
    try:
        cat = load(dict(scenario.catalog), claims=scenario.claims)
    except BadInput as exc:  # a set of the user's own: its values are in the bundle
        cat = load()
        differs.append(f"claims {', '.join(scenario.claims)}: {exc.given}; the packed values stand in for them")
    differs += lay_over(cat, inputs)
    compiled = compile_scenario(scenario, terrain or head["terrain"].get("given") or None, cat=cat)
    same_ground = compiled.terrain["sha256"] == head["terrain"]["sha256"]
    if not same_ground:
        differs.append(f"terrain: then {head['terrain']['name']}, now {compiled.terrain['name']}, with other heights")
    run = simulate(compiled, int(head["seed"]), progress=progress, policy=policy, limit_s=limit_s)
    tables = {name: table_digest(run.table(name)) == head["tables"].get(name) for name in TABLES}
    return Reproduction(head, run.manifest["digest"], tables, same_ground, differs), run


def _differences(head: dict[str, Any]) -> list[str]:
    pairs = (("skyreach", head["skyreach"], __version__), ("kernels", head["kernels"], kernel_hash()))
    return [f"{name}: then {then}, now {now}" for name, then, now in pairs if then != now]


def _policies(path: str | Path, then: dict[str, Any] | None, now: Policy | None) -> list[str]:
    """What differs between the policy of a bundle and the one given now; BadInput where one of them is missing."""
    if then is None and now is None:
        return []
    if then is None:
        raise BadInput(f"bundle {path}: policy", now.where if now else "", "none: it was made with the built-in rules")
    if now is None:
        file = then["name"].rpartition(":")[0]
        raise BadInput(f"bundle {path}", f"made with the policy {then['name']}, SHA-256 {then['sha256']}",
                       "--policy FILE.py:CLASS (policy=...): no code out of a bundle is run that you have not named",
                       f"read it, then name it: unzip -p {path} {POLICY_FILE} > {file}; --policy {then['name']}")  # fmt: skip
    return [
        f"policy {key}: then {then[key]}, now {now.record()[key]}" for key in ("name", "sha256", "roles")
        if then[key] != now.record()[key]
    ]  # fmt: skip


def lay_over(cat: Catalog, inputs: list[dict[str, Any]]) -> list[str]:
    """Put the packed values in the place of those of the catalogue where they differ; says which, in words."""
    said = []
    for entry in inputs:
        path = f"{entry['item']}.{entry['key']}"
        if entry["item"] not in cat or entry["key"] not in cat[entry["item"]]:
            raise BadInput(f"bundle: {path}", "not in this catalogue", cure=f"skyreach {__version__} is another version")
        now = cat[entry["item"]].value(entry["key"])
        then = now.with_plain(entry)
        if then.figures() != now.figures():
            cat.lay(path, then)
            said.append(f"catalogue {path}: then {_shown(then.as_dict())}, now {_shown(now.as_dict())}")
    return said


def _shown(value: dict[str, Any]) -> str:
    given = value["nominal"] if value["table"] is None else "another table"
    given = f"{given:g}" if isinstance(given, float) else given
    return f"{given} {value['unit'] or ''}".strip()


def read_bundle(path: str | Path) -> tuple[dict[str, Any], str, list[dict[str, Any]]]:
    """(head, scenario as YAML, values) of a bundle; BadInput where it is none, or not as it was made."""
    where = f"bundle {path}"
    try:
        with zipfile.ZipFile(path) as archive:
            large = [info.filename for info in archive.infolist() if info.file_size > LARGEST]
            if large or not set(PARTS) <= set(archive.namelist()):
                raise BadInput(where, "not a bundle of skyreach", f"a zip of {', '.join(PARTS)}", "skyreach bundle RUN makes one")
            parts = [name for name in (*PARTS, POLICY_FILE) if name in archive.namelist()]
            texts = {name: archive.read(name).decode("utf-8") for name in parts}
        head, inputs = json.loads(texts["bundle.json"]), json.loads(texts["inputs.json"])
    except FileNotFoundError:
        raise BadInput(where, "no such file", cure="skyreach bundle RUN makes one") from None
    except (OSError, ValueError, zipfile.BadZipFile, EOFError, NotImplementedError) as exc:
        raise BadInput(where, f"cannot be read ({exc})", "a file that skyreach bundle has made") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise BadInput(where, f"format {head.get('format') if isinstance(head, dict) else '?'}", f"format {FORMAT}")
    lost = [key for key in (*KEPT, "tables", "parts") if key not in head]
    if "policy" in head and not is_policy(head["policy"]):
        lost.append("name, sha256 or roles of its policy")
    if lost:
        raise BadInput(where, f"damaged: without {', '.join(lost)}", cure="make it again")
    for name, digest in head["parts"].items():
        if hashlib.sha256(texts.get(name, "").encode()).hexdigest() != digest:
            raise BadInput(f"{where}: {name}", "is not what was packed", cure="make the bundle again")
    return head, texts["scenario.yaml"], inputs
