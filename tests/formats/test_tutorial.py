"""The tutorial runs from its first cell to its last, and results draw themselves."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from skyreach.errors import BadInput

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.ipynb"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning",
                            "ignore::RuntimeWarning")  # fmt: skip
def test_tutorial_runs(tmp_path, page_is_built):
    nbformat = pytest.importorskip("nbformat", reason="nbformat comes with nbclient")
    nbclient = pytest.importorskip("nbclient", reason="nbclient runs the tutorial")
    notebook = nbformat.read(TUTORIAL, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    drawn = [out.data["text/html"] for cell in notebook.cells for out in cell.get("outputs", []) if "text/html" in out.get("data", {})]
    assert any("<iframe" in html and "app-code" in html for html in drawn)


def test_tutorial_is_kept_without_its_output():
    import json

    cells = json.loads(TUTORIAL.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)


class Frames(HTMLParser):
    """The attributes of the frames of a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "iframe":
            self.found.append(dict(attrs))


def test_a_run_draws_the_page_of_the_viewer(run, page_is_built):
    from skyreach.viewer.report import report_html

    html = run._repr_html_()
    (frame,) = Frames(html).found
    assert frame["srcdoc"] == report_html(run)
    assert frame["sandbox"] == "allow-scripts"  # its scripts run, and reach nothing of the notebook
    assert "small-raid" in html.partition("</iframe>")[2]


@pytest.mark.parametrize("kind", ["arrow", "pandas", "polars"])
def test_tables_as_people_like_them(run, kind):
    if kind != "arrow":
        pytest.importorskip(kind)
    table = run.frame("targets", kind)
    names = table["name"].to_list() if kind == "polars" else table["name"].tolist() if kind == "pandas" else table["name"].to_pylist()
    assert names == run.targets["name"].to_pylist()
    with pytest.raises(BadInput, match="arrow, pandas or polars"):
        run.frame("targets", "excel")
