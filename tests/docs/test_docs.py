"""The pages run: every command and every snippet that they show, against the installed package."""

import importlib.util
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def script(name):
    """A module of scripts/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = script("run_pages")


@pytest.mark.parametrize("path", PAGES.pages(), ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_page_holds(path, tmp_path):
    PAGES.run_page(path, tmp_path)


def test_a_page_that_shows_something_else_fails(tmp_path):
    page = REPOSITORY / "docs" / "none.md"
    block = "```console\n$ skyreach --version\n9.9.9\n```\n"
    made = next(PAGES.blocks(block))
    command = PAGES.commands(made.text)[0]
    with pytest.raises(PAGES.PageError, match="not printed"):
        PAGES._hold(command, PAGES.run_command(command.line, made, tmp_path, page.name), page.name)


def test_generated_pages_are_those_of_the_code():
    for path, text in script("make_tables_page").generated().items():
        assert path.read_text(encoding="utf-8") == text, f"run: python scripts/make_tables_page.py ({path.name})"


@pytest.mark.parametrize("path", PAGES.pages(), ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_links_between_pages_lead_somewhere(path):
    import re

    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        assert "://" not in target, f"{path.name} links to {target}: name the source, not a host"
        assert (path.parent / target).exists(), f"{path.name} links to {target}, which is not there"
