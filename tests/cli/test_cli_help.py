"""Help texts keep their brackets, and options that may stand bare."""

import typer
from typer.main import get_command
from typer.testing import CliRunner

from skyreach.cli import app
from skyreach.cli.verb import settle


def commands(command, path=()):
    """(words, command) of every command below one."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    for name, child in (below or {}).items():
        yield from commands(child, (*path, name))


def raw_texts(one, path=()):
    """(words, help) of every option as its author wrote it."""
    for info in one.registered_commands:
        name = info.name or info.callback.__name__
        for parameter in info.callback.__annotations__.values():
            for mark in getattr(parameter, "__metadata__", ()):
                if getattr(mark, "help", None):
                    yield (*path, name), mark.help
    for group in one.registered_groups:
        yield from raw_texts(group.typer_instance, (*path, group.name))


def test_no_help_text_loses_its_brackets():
    checked = 0
    shown = {}
    for words, text in raw_texts(app):
        words = tuple(word.replace("_", "-") for word in words)
        if words not in shown:
            done = CliRunner().invoke(app, [*words, "--help"], terminal_width=200, env={"COLUMNS": "200"})
            assert done.exit_code == 0, (words, done.output)
            shown[words] = "".join(done.output.split()).replace("│", "")
        for piece in [part.split("]")[0] for part in text.split("[")[1:]]:
            assert f"[{piece}]".replace(" ", "") in shown[words], (words, text)
            checked += 1
    assert checked > 10


def test_every_command_is_settled():
    kinds = {type(command).__name__ for _, command in commands(get_command(app))}
    assert kinds == {"Verb"}


def test_a_bare_mast_is_the_40v6m():
    took = []

    def verb(name: str, mast: str = typer.Option("none", "--mast"), height: str = typer.Option("1", "--height")) -> None:
        took.append((name, mast, height))

    one = typer.Typer()
    one.command()(verb)
    settle(one)
    for words in (
        ["s-400", "--mast", "--height", "2"], ["s-400", "--height", "2", "--mast"], ["s-400", "--mast", "40v6md", "--height", "2"],
        ["--mast=966aa14", "s-400"], ["s-400"],
    ):  # fmt: skip
        assert CliRunner().invoke(one, words).exit_code == 0
    assert took == [
        ("s-400", "40v6m", "2"), ("s-400", "40v6m", "2"), ("s-400", "40v6md", "2"), ("s-400", "966aa14", "1"), ("s-400", "none", "1"),
    ]  # fmt: skip
