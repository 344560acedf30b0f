"""The built page: one script and one style sheet, which the build of the package puts into `skyreach/_viewer`."""

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files

from skyreach.errors import RunFailed

FOLDER = "_viewer"
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' "
    "fill='%23005c8a'/%3E%3Cpath d='M8 8 13 3A7 7 0 0 1 15 8z' fill='%23f5be00'/%3E%3C/svg%3E"
)


@cache
def built(name: str) -> str:
    """A file of the built page, `app.js` or `app.css`; RunFailed with the cure where the page has not been built."""
    try:
        return (files("skyreach") / FOLDER / name).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        text = "the page is not built into this installation; `pip install .` builds it, in a checkout `python hatch_build.py`"
        raise RunFailed(text) from None


def page(title: str, opening: str, boot: str, policy: str = "", style: str = "", parts: str = "", script: str = "") -> str:
    """The page as HTML text. title, opening: plain text; boot: JSON that is safe inside a script element; the rest: markup."""
    fields = {"title": escape(title), "opening": escape(opening), "icon": ICON, "boot": boot}
    return fill(asset("shell.html"), {**fields, "policy": policy, "style": style, "parts": parts, "script": script})


def fill(template: str, fields: dict[str, str]) -> str:
    """The template with every {{name}} filled in; what is filled in is not looked at again."""
    first, *rest = template.split("{{")
    out = [first]
    for piece in rest:
        name, tail = piece.split("}}", 1)
        out += [fields[name], tail]
    return "".join(out)


@cache
def asset(name: str) -> str:
    """A file beside this module."""
    return (files("skyreach.viewer") / name).read_text(encoding="utf-8")


def sha(content: str) -> str:
    """Hash by which the page's own policy lets one script or style in."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


def embedded(text: str) -> str:
    """JSON text that can stand inside a script element: no `<`, no line separators that older scripts choke on."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
