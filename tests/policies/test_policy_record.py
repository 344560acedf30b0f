"""A run says which policy made it, keeps its text, and is packed and made again with it, never without being told to."""

import hashlib
import json
import shutil
import zipfile

import pytest

import skyreach as sr
from skyreach.errors import BadInput
from skyreach.policies.load import load_policy
from skyreach.records.bundle import bundle, read_bundle, reproduce
from skyreach.records.run import read_run

TEXT = "class Miser:\n    def assign(self, scene):\n        return scene.built_in()[:1]\n"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("policies") / "miser.py"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())  # as some editors write it: the hash is of the bytes
    return path


@pytest.fixture(scope="module")
def made(small, file):
    return sr.run(small.scenario, seed=1, policy=f"{file}:Miser")


@pytest.fixture(scope="module")
def kept(made, tmp_path_factory):
    return made.save(tmp_path_factory.mktemp("runs") / "miser")


@pytest.fixture(scope="module")
def packed(made, tmp_path_factory):
    return bundle(made, tmp_path_factory.mktemp("bundles") / "run.zip")


def test_the_manifest_names_it(made, kept, file):
    sha = hashlib.sha256(file.read_bytes()).hexdigest()
    assert made.manifest["policy"] == {"name": "miser.py:Miser", "sha256": sha, "roles": ["assign"]}
    assert json.loads((kept / "manifest.json").read_text())["policy"] == made.manifest["policy"]
    assert (kept / "policy.py").read_bytes() == file.read_bytes()
    assert read_run(kept).policy_source == made.policy_source


def test_a_run_without_one_says_nothing(small, tmp_path):
    run = sr.run(small.scenario, seed=1)
    assert "policy" not in run.manifest
    assert not (run.save(tmp_path / "plain") / "policy.py").exists()
    assert "policy" not in read_bundle(bundle(run, tmp_path / "plain.zip"))[0]


@pytest.mark.parametrize("spoil", [lambda p: p.unlink(), lambda p: p.write_text("x = 1\n"), lambda p: p.write_bytes(p.read_bytes().upper())])
def test_a_folder_with_another_policy_is_refused(kept, tmp_path, spoil):
    copy = shutil.copytree(kept, tmp_path / "copy")
    spoil(copy / "policy.py")
    with pytest.raises(BadInput, match=r"policy\.py"):
        read_run(copy)


@pytest.mark.parametrize("entry", [None, 3, "miser.py:Miser", {}, {"name": 3, "sha256": "0", "roles": []}, {"name": "a", "sha256": 1, "roles": []}])
def test_a_damaged_entry_is_told(kept, packed, tmp_path, entry):
    copy = shutil.copytree(kept, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "policy": entry}))
    with pytest.raises(BadInput, match="damaged: policy without"):
        read_run(copy)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(tmp_path / "other.zip", "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, json.dumps({**json.loads(text), "policy": entry}) if name == "bundle.json" else text)
    with pytest.raises(BadInput, match="damaged: without name, sha256 or roles"):
        reproduce(tmp_path / "other.zip")


def test_a_class_of_a_module_is_kept_with_its_file(small):
    class Miser:
        def assign(self, scene):
            return scene.built_in()[:1]

    run = sr.run(small.scenario, seed=1, policy=Miser)
    assert run.manifest["policy"]["name"] == "test_policy_record.py:Miser"
    assert "class Miser" in run.policy_source


def test_a_class_from_nowhere_has_no_source(small, tmp_path):
    space = {}
    exec(TEXT, space)
    run = sr.run(small.scenario, seed=1, policy=space["Miser"])
    assert run.manifest["policy"]["sha256"] is None
    assert not (run.save(tmp_path / "run") / "policy.py").exists()
    assert read_run(tmp_path / "run").policy_source is None
    with pytest.raises(BadInput, match="no source of it was found"):
        bundle(run, tmp_path / "run.zip")


def test_a_bundle_holds_it(made, kept, packed, tmp_path):
    head, _, _ = read_bundle(packed)
    assert head["policy"] == made.manifest["policy"]
    with zipfile.ZipFile(packed) as archive:
        assert hashlib.sha256(archive.read("policy.py")).hexdigest() == head["policy"]["sha256"]
    assert bundle(read_run(kept), tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_no_code_out_of_a_bundle_is_run(packed):
    with pytest.raises(BadInput, match="no code out of a bundle is run") as fault:
        reproduce(packed)
    assert "unzip -p" in fault.value.cure


def test_it_comes_back_with_its_policy(packed, file):
    answer, run = reproduce(packed, policy=load_policy(f"{file}:Miser"))
    assert answer.same
    assert answer.differs == []
    assert run.manifest["policy"]["name"] == "miser.py:Miser"


def test_another_policy_is_told(packed, tmp_path):
    other = tmp_path / "other.py"
    other.write_text("class Miser:\n    def assign(self, scene):\n        return ()\n")
    answer = sr.reproduce(packed, policy=f"{other}:Miser")
    assert not answer.same
    assert [text.split(":")[0] for text in answer.differs] == ["policy name", "policy sha256"]


def test_a_policy_for_a_bundle_that_had_none(small, file, tmp_path):
    plain = bundle(sr.run(small.scenario, seed=1), tmp_path / "plain.zip")
    with pytest.raises(BadInput, match="made with the built-in rules"):
        sr.reproduce(plain, policy=f"{file}:Miser")


def test_a_bundle_with_another_policy_inside_is_damaged(packed, file, tmp_path):
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"x = 1\n" if name == "policy.py" else source.read(name))
    with pytest.raises(BadInput, match="is not what was packed"):
        sr.reproduce(changed, policy=f"{file}:Miser")


def test_the_command_line_does_all_this(skyreach, small_file, file, tmp_path):
    out, zipped = tmp_path / "out", tmp_path / "out.zip"
    said = skyreach("run", small_file, "--out", out, "--policy", f"{file}:Miser", "--quiet")
    assert said.code == 0
    assert "policy: miser.py:Miser (assign), SHA-256" in said.out
    assert skyreach("bundle", out, "--out", zipped).code == 0
    refused = skyreach("reproduce", zipped)
    assert refused.code == 2
    assert "made with the policy miser.py:Miser" in refused.err
    again = skyreach("reproduce", zipped, "--policy", f"{file}:Miser")
    assert again.code == 0
    assert "reproduced: every table has the same digest" in again.out


@pytest.mark.parametrize("verb", ["whatif", "compare"])
def test_what_runs_again_by_the_built_in_rules_refuses_it(skyreach, kept, verb):
    said = skyreach(verb, kept, "--change", "flat-earth")
    assert said.code == 2
    assert "made with the policy miser.py:Miser" in said.err


def test_the_page_says_how_to_make_it_again(kept):
    from skyreach.viewer.material import Material
    from skyreach.viewer.origins import reproduce as how

    command = how(Material(read_run(kept)))["command"]
    assert command.endswith("--policy policy.py:Miser")
