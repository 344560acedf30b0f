"""Run what the pages of the documentation show, and compare it with what they say it prints.

    python scripts/run_pages.py [PAGE...]             run all pages, or these; exit code 1 where one does not hold
    python scripts/run_pages.py --write [PAGE...]     put the numbers of today into the blocks marked `lines`

In a block `console`, lines `$ skyreach ...` are run one after another in the folder of the page; the lines below a
command must appear in its output in this order. `...` stands for any text in a line, alone for any lines. A block
`python` is run as a doctest where it holds `>>>`, else as it stands; all blocks of a page share one name space. A
comment of HTML on the line before a block says more:

    <!-- file: raid.yaml -->            write the block into this file
    <!-- add: --set duration_s=60 -->   add these words to the commands, to be quick
    <!-- exit: 2 -->                    the exit code that is right
    <!-- lines -->                      `--write` puts the line of today in the place of a line that does not hold
    <!-- not run: why -->               leave the block alone
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(?:^<!-- (?P<note>.*?) -->\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
DOCTEST_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class PageError(AssertionError):
    """What a page shows is not what happens."""


@dataclass
class Block:
    """A fenced block: language, text, place in the page, and what the comment before it says."""

    kind: str
    text: str
    line: int
    span: tuple[int, int]
    notes: dict[str, str] = field(default_factory=dict)


@dataclass
class Command:
    """One `$` line of a console block and the output that the page shows below it."""

    line: str
    shown: list[str]


def pages() -> list[Path]:
    """README and every page below docs/."""
    return [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page in their order."""
    for found in BLOCK.finditer(text):
        notes = {}
        if found["note"]:
            key, _, value = found["note"].partition(":")
            notes[key.strip()] = value.strip()
        line = text.count("\n", 0, found.start("text")) + 1
        yield Block(found["kind"], found["text"], line, found.span("text"), notes)


def commands(text: str) -> list[Command]:
    """The commands of a console block; a line that ends in a backslash goes on in the next."""
    out: list[Command] = []
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if line.startswith("$ "):
            out.append(Command(line[2:], []))
        elif out:
            out[-1].shown.append(line)
    return out


def run_page(path: Path, folder: Path) -> None:
    """Run all blocks of a page in a folder; PageError names the first place that does not hold."""
    space: dict[str, object] = {"__name__": path.stem}
    for block in blocks(path.read_text(encoding="utf-8")):
        where = f"{path.relative_to(REPOSITORY)}:{block.line}"
        if "not run" in block.notes:
            continue
        if "file" in block.notes:
            (folder / block.notes["file"]).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            for command in commands(block.text):
                _hold(command, run_command(command.line, block, folder, where), where)
        elif block.kind == "python":
            run_python(block, space, folder, where)


def run_python(block: Block, space: dict[str, object], folder: Path, where: str) -> None:
    """Run a block of Python in the name space of its page."""
    with chdir(folder):
        if ">>> " not in block.text:
            exec(compile(block.text, where, "exec"), space)
            return
        test = doctest.DocTestParser().get_doctest(block.text, space, where, where, block.line)
        said: list[str] = []
        doctest.DocTestRunner(optionflags=DOCTEST_FLAGS).run(test, out=said.append, clear_globs=False)
        space.update(test.globs)
        if said:
            raise PageError("".join(said))


def run_command(line: str, block: Block, folder: Path, where: str) -> str:
    """Output of a command (results, then messages); of `make` and `pip` only the sense is checked."""
    words = shlex.split(line, comments=True)
    if words[0] in ("make", "pip", "git", "cd"):
        _check_make(words, where)
        return ""
    if words[0] != "skyreach":
        raise PageError(f"{where}: only skyreach, make, pip, git and cd are known here: {line}")
    words = [*program(), *words[1:], *shlex.split(block.notes.get("add", ""))]
    done = subprocess.run(words, cwd=folder, env=environment(), capture_output=True, text=True, timeout=600, check=False)
    right = int(block.notes.get("exit", "0"))
    if done.returncode != right:
        raise PageError(f"{where}: $ {line}\nexit code {done.returncode}, not {right}\n{done.stdout}\n{done.stderr}")
    return done.stdout + done.stderr


def program() -> list[str]:
    """The command that is installed beside this Python, else the package that is imported here."""
    installed = Path(sys.executable).with_name("skyreach")
    # -P: a folder `coverage` that a page makes must not be taken for the package of that name
    return [str(installed)] if installed.is_file() else [sys.executable, "-P", "-m", "skyreach"]


def environment() -> dict[str, str]:
    """The environment of a command: the package that is imported here, wide lines, no colours."""
    import skyreach

    source = str(Path(skyreach.__file__).resolve().parents[1])
    others = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    path = os.pathsep.join([source, *(os.path.abspath(entry) for entry in others)])
    return {**os.environ, "PYTHONPATH": path, "COLUMNS": "120", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}


def _check_make(words: list[str], where: str) -> None:
    targets = [word for word in words[1:] if "=" not in word] if words[0] == "make" else []
    rules = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        if not re.search(rf"^[\w ]*\b{re.escape(target)}\b[\w ]*:", rules, re.M):
            raise PageError(f"{where}: the Makefile has no target {target}")


def _hold(command: Command, output: str, where: str) -> None:
    """PageError unless the lines shown appear in the output in their order."""
    left = [_squeeze(line) for line in output.splitlines()]
    for line in command.shown:
        if line.strip() in ("", "..."):
            continue
        pattern = _pattern(line)
        at = next((i for i, said in enumerate(left) if pattern.fullmatch(said)), None)
        if at is None and not command.line.startswith(("make", "pip", "git", "cd")):
            raise PageError(f"{where}: $ {command.line}\nshown, but not printed:\n{line}\nprinted:\n{output}")
        left = left[at + 1 :] if at is not None else left


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*?".join(re.escape(part) for part in _squeeze(line).split("...")))


def _squeeze(line: str) -> str:
    return " ".join(line.split())


def write_page(path: Path, folder: Path) -> bool:
    """Put the numbers of today into the blocks marked `lines`; True where the page has changed."""
    old = new = path.read_text(encoding="utf-8")
    for block in blocks(old):
        if "file" in block.notes:
            (folder / block.notes["file"]).write_text(block.text, encoding="utf-8")
    for block in reversed(list(blocks(old))):
        if "lines" in block.notes:
            text = "".join(
                "\n".join([f"$ {c.line}", *renewed(c, run_command(c.line, block, folder, path.name))]) + "\n"
                for c in commands(block.text)
            )
            new = new[: block.span[0]] + text + new[block.span[1] :]
    path.write_text(new, encoding="utf-8")
    return new != old


def renewed(command: Command, output: str) -> list[str]:
    """The lines shown, each one that does not hold replaced by the printed line that is most like it."""
    printed = [line.rstrip() for line in output.splitlines()]
    out = []
    for line in command.shown:
        if line.strip() in ("", "...") or any(_pattern(line).fullmatch(_squeeze(said)) for said in printed):
            out.append(line)
        else:
            out += get_close_matches(line, printed, n=1, cutoff=0.3)
    return out


def main() -> int:
    """Run or rewrite the pages named on the command line, or all."""
    write = "--write" in sys.argv
    given = [Path(word).resolve() for word in sys.argv[1:] if word != "--write"]
    broken = 0
    for path in given or pages():
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            try:
                if write and write_page(path, Path(first)):
                    print(f"{path.name}: rewritten")
                run_page(path, Path(second))
                print(f"{path.name}: holds")
            except PageError as exc:
                broken += 1
                print(exc, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
