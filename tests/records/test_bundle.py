"""A bundle makes the same run again, says what differs where it does not, and refuses what is none."""

import hashlib
import json
import zipfile

import pyarrow as pa
import pytest

import skyreach as sr
from skyreach.errors import BadInput
from skyreach.records.bundle import PARTS, bundle, read_bundle, reproduce, table_digest
from skyreach.records.run import TABLES, read_run


@pytest.fixture(scope="module")
def packed(run, tmp_path_factory):
    return bundle(run, tmp_path_factory.mktemp("bundles") / "run.zip")


def repack(source, target, **texts):
    """A copy of a bundle with other texts, its own hashes set right."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts |= {name.replace("_", "."): text for name, text in texts.items()}
    head = json.loads(parts["bundle.json"])
    if isinstance(head, dict) and "parts" in head:
        head["parts"] = {name: hashlib.sha256(parts[name].encode()).hexdigest() for name in head["parts"]}
        parts["bundle.json"] = json.dumps(head)
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target


def test_every_table_comes_back(run, packed):
    answer, again = reproduce(packed)
    assert answer.same
    assert answer.tables == dict.fromkeys(TABLES, True)
    assert answer.terrain_same
    assert answer.differs == []
    assert again.manifest["digest"] == run.manifest["digest"]


def test_the_same_run_gives_the_same_bytes(run, packed, kept, tmp_path):
    assert bundle(run, tmp_path / "again.zip").read_bytes() == packed.read_bytes()
    assert bundle(read_run(kept), tmp_path / "read.zip").read_bytes() == packed.read_bytes()


def test_it_holds_what_the_run_rests_on(run, packed):
    head, text, inputs = read_bundle(packed)
    assert text == run.scenario_yaml
    assert inputs == run.manifest["inputs"]
    assert {"seed", "kernels", "skyreach", "catalogue_sha256"} <= head.keys()
    assert len(head["terrain"]["sha256"]) == 64


def test_the_packed_values_hold_whatever_the_catalogue_says(packed, tmp_path):
    """A bundle made when the 92N6E saw half as far: reproduced with its own value, and told so."""
    weak = sr.run("murted-raid", seed=1, overrides={"catalog.92n6e.reference_range": 90})
    made = bundle(weak, tmp_path / "weak.zip")
    assert reproduce(made)[0].same
    scenario = sr.run("murted-raid", seed=1).scenario_yaml  # as if the catalogue itself, not the user, had said 90
    answer, _ = reproduce(repack(made, tmp_path / "then.zip", scenario_yaml=scenario))
    assert answer.digest == weak.manifest["digest"]
    assert answer.differs == ["catalogue 92n6e.reference_range: then 90 km, now 180 km"]


def test_texts_and_tables_of_the_catalogue_are_laid_over_too(packed, tmp_path):
    inputs = read_bundle(packed)[2]
    for entry in inputs:
        if (entry["item"], entry["key"]) == ("48n6e3", "cd"):
            entry["table"]["value"] = [2.0 * x for x in entry["table"]["value"]]
        if (entry["item"], entry["key"]) == ("91n6e", "polarisation"):
            entry["nominal"] = "horizontal"
    answer, _ = reproduce(repack(packed, tmp_path / "other.zip", inputs_json=json.dumps(inputs)))
    assert not answer.same
    assert [text.split(":")[0] for text in answer.differs] == ["catalogue 48n6e3.cd", "catalogue 91n6e.polarisation"]


def test_other_ground_is_told(packed):
    answer, _ = reproduce(packed, terrain="smooth")
    assert not answer.same
    assert not answer.terrain_same
    assert not answer.tables["truth"]
    assert answer.tables["targets"] is False
    assert any(text.startswith("terrain: then embedded") for text in answer.differs)


def test_another_version_is_told(packed, tmp_path):
    with zipfile.ZipFile(packed) as archive:
        head = json.loads(archive.read("bundle.json"))
    head |= {"skyreach": "9.9.9", "kernels": "0" * 16, "digest": "f" * 64}
    answer, _ = reproduce(repack(packed, tmp_path / "other.zip", bundle_json=json.dumps(head)))
    assert all(answer.tables.values())
    assert not answer.same  # the whole run has another digest
    assert answer.differs[0].startswith("skyreach: then 9.9.9, now")


def test_a_digest_is_of_values_not_of_how_they_are_packed():
    plain = pa.table({"a": ["x", None, "x"], "b": [1.5, 2.5, float("nan")], "c": [True, False, True]})
    packed = plain.set_column(0, "a", plain["a"].dictionary_encode())
    chunks = pa.concat_tables([packed.slice(0, 1), packed.slice(1)])
    assert table_digest(plain) == table_digest(packed) == table_digest(chunks)
    others = [
        plain.rename_columns(["a", "b", "d"]), plain.set_column(0, "a", pa.array(["x", "None", "x"])),
        plain.set_column(1, "b", pa.array([1.5, 2.5, 3.5])), plain.slice(0, 2), plain.set_column(1, "b", pa.array([1.5, 2.5, 3.5], pa.float32())),
    ]  # fmt: skip
    digests = {table_digest(table) for table in others}
    assert len(digests) == len(others)
    assert table_digest(plain) not in digests


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "cannot be read"), ("[]", "format"), ("{}", "format"), ('{"format": 9}', "format 9"), ('{"format": 1}', "damaged: without")],
)
def test_a_head_that_is_none_is_refused(packed, tmp_path, text, said):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name in PARTS:
            archive.writestr(name, text if name == "bundle.json" else "[]")
    with pytest.raises(BadInput, match=said):
        read_bundle(tmp_path / "bad.zip")


def test_a_changed_part_is_refused(packed, tmp_path):
    with zipfile.ZipFile(packed) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(b"salvo: 2", b"salvo: 1"))
    with pytest.raises(BadInput, match="not what was packed"):
        read_bundle(tmp_path / "bad.zip")


def test_what_is_no_bundle_is_refused(tmp_path):
    (tmp_path / "text.zip").write_text("nothing")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    for name in ("text.zip", "empty.zip", "none.zip", "."):
        with pytest.raises(BadInput, match="bundle"):
            read_bundle(tmp_path / name)


def test_a_bundle_is_not_overwritten(run, packed):
    with pytest.raises(BadInput, match="there already"):
        bundle(run, packed)
