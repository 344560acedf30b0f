"""How every verb reads its words and prints its help: the two things that the command line library does otherwise."""

from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from skyreach.errors import Stopped

BARE = {"--mast": "40v6m"}  # options that may stand without a value, and what they mean then


class Verb(TyperCommand):
    """A command whose help keeps its square brackets (units), and of which some options need no value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = self.help and escape(self.help)
        for param in self.params:
            text = getattr(param, "help", None)
            if text:
                param.help = escape(text)  # type: ignore[attr-defined]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As the library does, after the value of a bare option has been put in."""
        known = {name for param in self.params for name in param.opts}
        words: list[str] = []
        for i, word in enumerate(args):
            words.append(word)
            if word in BARE and word in known and (i + 1 == len(args) or args[i + 1].startswith("--")):
                words.append(BARE[word])
        return super().parse_args(ctx, words)


class Verbs(TyperGroup):
    """All commands; Ctrl-C in one of them is said in words, where the library ends without any."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """As the library does, which reads the words of the command here."""
        return _said(super().make_context, *args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """As the library does."""
        return _said(super().invoke, ctx)


def _said(function: Any, *args: Any, **kwargs: Any) -> Any:
    """What a function returns; Stopped in the place of KeyboardInterrupt."""
    try:
        return function(*args, **kwargs)
    except KeyboardInterrupt:
        raise Stopped("stopped by the user") from None


def settle(app: typer.Typer) -> None:
    """Makes Verbs of all commands of an app and of the apps below it."""
    for command in app.registered_commands:
        command.cls = Verb
    for group in app.registered_groups:
        if group.typer_instance is not None:
            settle(group.typer_instance)
