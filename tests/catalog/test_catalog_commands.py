"""skyreach catalog and skyreach sources, run in this process."""

import json

import pytest
import typer
from typer.testing import CliRunner

from skyreach.catalog import load
from skyreach.cli.catalog import app as catalog_app
from skyreach.cli.sources import sources
from skyreach.errors import BadInput
from skyreach.records.run import FORMAT, MANIFEST, TABLES

app = typer.Typer()
app.add_typer(catalog_app, name="catalog")
app.command()(sources)


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def run_folder(tmp_path):
    cat = load({"92n6e.reference_range": 200})
    cat["92n6e"].si("reference_range")
    cat["92n6e"].text("band")
    cat["48n6e3"].table("cd")
    cat["tb2"].si("rcs_x_front")
    return whole(tmp_path, json.dumps({**dict.fromkeys(MANIFEST), "format": FORMAT, "inputs": cat.used()}))


def whole(folder, manifest):
    """A run folder with all its files, empty but for the manifest, which is all that `sources` reads."""
    for name in ("scenario.yaml", *(f"{table}.parquet" for table in TABLES)):
        (folder / name).touch()
    (folder / "manifest.json").write_text(manifest, encoding="latin-1")
    return folder


@pytest.mark.parametrize("words", [("catalog",), ("catalog", "list")])
def test_list_names_every_item(words):
    text = run(*words)
    assert all(item.key in text for item in load().items())


def test_list_of_one_kind():
    rows = json.loads(run("catalog", "--kind", "radar", "--json"))["items"]
    assert {row["item"] for row in rows} == {item.key for item in load().items("radar")}
    assert all(row["kind"] == "radar" and 0 <= row["notional"] <= row["values"] for row in rows)
    with pytest.raises(BadInput, match="radar"):
        run("catalog", "--kind", "radars")


def test_show_a_system_with_parts_and_owners():
    text = run("catalog", "show", "S-400")
    for word in (
        "range_aircraft",
        "claim",
        "TASS17",
        "92n6e",
        "48n6e3",
        "turkey-s-400",
        "third countries",
        "not opened",
    ):
        assert word in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_show_as_json_is_one_document():
    document = json.loads(run("catalog", "show", "s-400", "--json"))
    assert document["values"]["range_aircraft"]["claim"] == 400
    assert "92n6e" in [part["item"] for part in document["components"]]
    assert "turkey-s-400" in [holding["item"] for holding in document["holdings"]]
    used = {key for value in document["values"].values() for key in value["source"]}
    assert used <= {source["key"] for source in document["sources"]}


@pytest.mark.parametrize("name", [item.key for item in load().items()])
def test_every_item_can_be_shown(name):
    assert run("catalog", "show", name).startswith(f"{name}: ")
    json.loads(run("catalog", "show", name, "--json"))


def test_show_an_unknown_item():
    with pytest.raises(BadInput, match="92n6e"):
        run("catalog", "show", "92n6")


def test_sources_of_a_run(run_folder):
    text = run("sources", run_folder)
    for word in (
        "4 values",
        "1 set by the user",
        "reference_range",
        "200",
        "table",
        "EST",
        "Set by the user",
    ):
        assert word in text
    document = json.loads(run("sources", run_folder, "--json"))
    assert len(document["inputs"]) == 4
    assert {key for entry in document["inputs"] for key in entry["source"]} == {
        s["key"] for s in document["sources"]
    }


def test_sources_of_a_run_without_inputs(tmp_path):
    folder = whole(tmp_path, json.dumps({**dict.fromkeys(MANIFEST), "format": FORMAT, "inputs": []}))
    assert "0 values" in run("sources", folder)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", *(json.dumps({**dict.fromkeys(MANIFEST), "format": FORMAT, "inputs": given}) for given in (3, [3], [{"item": "x"}])),
     "\xff"],
)
def test_sources_of_a_damaged_run(tmp_path, text):
    whole(tmp_path, text)
    with pytest.raises(BadInput, match=r"manifest\.json|format"):
        run("sources", tmp_path)


def test_sources_of_half_a_run(run_folder):
    (run_folder / "truth.parquet").unlink()
    with pytest.raises(BadInput, match=r"not complete: without truth\.parquet"):
        run("sources", run_folder)
