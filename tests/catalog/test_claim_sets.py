"""Claim sets: laid over the catalogue by name or from a file, checked as the catalogue is, and overridden by the user last."""

import pytest

from skyreach.analysis.compare import rivals
from skyreach.catalog import load
from skyreach.catalog.claims import claim_sets, read_claims
from skyreach.errors import BadInput
from skyreach.records.bundle import bundle, reproduce

MINE = """
[92n6e]
reference_range = {nominal = 90, unit = "km", confidence = "L", source = ["user"], note = "my own estimate"}
"""


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE)
    return path


@pytest.mark.parametrize("name", claim_sets())
def test_every_packaged_figure_says_something_and_has_a_source(name):
    cat = load()
    found = read_claims(cat, name)
    assert found
    for path, value in found.items():
        assert value.source
        assert "EST" not in value.source, path  # a guess is no claim
        assert set(value.source) <= cat.sources().keys()
        item, _, key = path.rpartition(".")
        assert value.si() > 0.0
        assert load(claims=[name])[item].si(key) == value.si()


def test_maker_and_independent_say_what_is_printed():
    """400 km (TASS 2017) against the 150 to 200 km of the FOI authors."""
    assert load(claims=["maker"])["40n6"].si("max_range_aircraft") == 400e3
    value = load(claims=["independent"])["40n6"].value("max_range_aircraft")
    assert (value.low, value.high) == (150.0, 200.0)


def test_the_last_set_wins_and_the_user_after_all():
    assert load(claims=["maker", "independent"])["98zh6e"].si("target_channels") == 6.0
    assert load(claims=["independent", "maker"])["98zh6e"].si("target_channels") == 10.0
    assert load({"98zh6e.target_channels": 3}, claims=["maker"])["98zh6e"].si("target_channels") == 3.0
    assert len({load(claims=c).digest() for c in ([], ["maker"], ["independent"])}) == 3


def test_a_file_of_the_users_own(mine):
    assert load(claims=[str(mine)])["92n6e"].si("reference_range") == 90e3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[nothing]\na = 1", "no such item"), ("[92n6e]\nnothing = {nominal = 1}", "no such value"), ("[92n6e]\nreference_range = 90", "a bare number"),
        ('[92n6e]\nreference_range = {nominal = 90, unit = "km", confidence = "L", source = ["nobody"]}', "sources.toml"),
        ('[92n6e]\nreference_range = {nominal = 90, unit = "kg", confidence = "L", source = ["user"]}', "km, as in the catalogue"),
        ('[92n6e]\nreference_range = {nominal = -90, unit = "km", confidence = "L", source = ["user"]}', "above 0"),
        ('[92n6e]\nreference_range = {text = "far", confidence = "L", source = ["user"]}', "a number, as in the catalogue"),
        ("92n6e = 3", "below it the values"), ("[", "not readable"),
    ],
)  # fmt: skip
def test_bad_sets_are_refused(tmp_path, text, said):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(BadInput, match=said):
        load(claims=[str(tmp_path / "bad.toml")])


def test_an_unknown_set_lists_those_there_are():
    with pytest.raises(BadInput, match="independent, maker"):
        load(claims=["makers"])


def test_a_run_under_a_set_is_recorded_and_made_again(mine, tmp_path):
    import skyreach as sr
    from skyreach.analysis.whatif import whatif

    run = sr.run("murted-raid", overrides={"claims": f"[maker, {mine}]"})
    used = {f"{entry['item']}.{entry['key']}": entry for entry in run.manifest["inputs"]}
    assert used["92n6e.reference_range"]["nominal"] == 90.0
    assert used["98zh6e.reaction_time"]["note"] == "9 to 10 s stated"
    assert whatif(run, ["none"]).repeated
    packed = bundle(run, tmp_path / "run.zip")
    assert reproduce(packed)[0].differs == []
    mine.unlink()  # elsewhere the user's file is not there
    answer, _ = reproduce(packed)
    assert answer.same
    assert "the packed values stand in for them" in answer.differs[0]


def test_rivals_side_by_side():
    answer = rivals("murted-raid", ["maker", "independent"], runs=3, threads=2)
    assert list(answer.sets) == ["maker", "independent"]
    row = next(r for r in answer.values if r["value"] == "98zh6e.target_channels")
    assert (row["catalogue"], row["maker"], row["independent"]) == (10.0, 10.0, 6.0)
    assert {d.a for d in answer.sets["maker"]} == set(answer.catalogue.values())
    for sets in ([], ["maker", "maker"], ["nobody"]):
        with pytest.raises(BadInput):
            rivals("murted-raid", sets, runs=2)
