"""YAML text -> tree of nodes that remember where they stood; no objects, no tags, bounded in size and depth.

Scalars follow the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2, ch. 10.3): `no` is a word, `1e3` is a
number, `12:30` is a word. PyYAML alone follows 1.1, where these three are false, a word and 750.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import yaml

from skyreach.errors import BadInput

MAX_BYTES = 2_000_000
MAX_NODES = 200_000  # after every alias is written out
MAX_DEPTH = 40

NULL = re.compile(r"~|null|Null|NULL|")
BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
INT = re.compile(r"[-+]?[0-9]{1,4000}|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """One value of the file: a scalar, a list of nodes, or a dict of nodes by key.

    where: `file:line`; size: number of nodes in it, aliases written out [1].
    """

    value: Any
    where: str
    size: int = 1

    def plain(self) -> Any:
        """The same as ordinary Python data."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, key: object) -> "Node | None":
        """Member `key` (key of a mapping, index or `name` of a list item), or None."""
        if isinstance(self.value, dict):
            return self.value.get(key)
        if isinstance(self.value, list):
            index = self.index(key)
            return None if index is None else self.value[index]
        return None

    def index(self, key: object) -> int | None:
        """Position of the list item with this index or this `name`, or None."""
        if isinstance(key, int) or (isinstance(key, str) and key.isdecimal() and len(key) < 9):
            return int(key) if int(key) < len(self.value) else None
        named = (i for i, item in enumerate(self.value) if (name := item.child("name")) and name.value == key)
        return next(named, None)


def parse(text: str, name: str) -> Node:
    """Tree of one YAML document. name: what errors call the file.

    BadInput for what is not plain YAML of a finite size: syntax errors, tags, keys given twice, aliases to
    themselves, too many nodes, deep nesting.
    """
    try:
        return _Composer(name).document(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line = mark.line + 1 if mark else 1
        said = " ".join(part for part in (exc.context, exc.problem) if part)
        raise BadInput(
            f"{name}:{line}  not valid YAML: {said}", cure="check indentation, quotes and colons"
        ) from exc
    except yaml.YAMLError as exc:
        said = " ".join(str(exc).split())
        raise BadInput(f"{name}:1  not valid YAML: {said}", cure="save the file as plain UTF-8 text") from exc


def node_of(data: Any, where: str) -> Node:
    """Plain data that stands in no file as a tree; where: what is said of its place."""
    if isinstance(data, dict):
        return Node({key: node_of(value, where) for key, value in data.items()}, where)
    if isinstance(data, list):
        return Node([node_of(value, where) for value in data], where)
    return Node(data, where)


def scalar(text: str) -> Any:
    """Value of an unquoted scalar by the core schema."""
    if NULL.fullmatch(text):
        return None
    if BOOL.fullmatch(text):
        return text.lower() == "true"
    if INT.fullmatch(text):
        return int(text, 0 if text[:2] in ("0x", "0o") else 10)
    if FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


class _Composer:
    """Builds the tree from the parser's events with a stack of its own, so that depth costs no recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.anchors: dict[str, Node | None] = {}
        self.open: list[tuple[Node, str | None, list[Node]]] = []  # node, anchor, members so far

    def document(self, events: Iterator[Any]) -> Node:
        """The first document of the stream; a second one is refused."""
        root = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise BadInput(
                    f"{self._where(event)}  second YAML document", allowed="one document in a file"
                )
            done = self._take(event)
            if done is not None and not self.open:
                root = done
        return root or Node(None, f"{self.name}:1")

    def _where(self, event: Any) -> str:
        return f"{self.name}:{event.start_mark.line + 1}"

    def _take(self, event: Any) -> Node | None:
        """Feed one event; the node that it completes, or None."""
        if isinstance(event, yaml.AliasEvent):
            return self._close(self._alias(event), None)
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_tag(event)
            text_only = event.tag is not None and event.tag.endswith(":str")
            is_plain = event.implicit[0] and not text_only
            value = scalar(event.value) if is_plain else event.value
            return self._close(Node(value, self._where(event)), event.anchor)
        if isinstance(event, yaml.CollectionStartEvent):
            self._refuse_tag(event)
            if len(self.open) >= MAX_DEPTH:
                raise BadInput(
                    f"{self._where(event)}  nested too deep", allowed=f"at most {MAX_DEPTH} levels"
                )
            if event.anchor:
                self.anchors[event.anchor] = None
            empty: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.open.append((Node(empty, self._where(event)), event.anchor, []))
        if isinstance(event, yaml.CollectionEndEvent):
            node, anchor, members = self.open.pop()
            self._fill(node, members)
            return self._close(node, anchor)
        return None

    def _alias(self, event: Any) -> Node:
        target = self.anchors.get(event.anchor)
        if target is None:
            raise BadInput(
                f"{self._where(event)}  alias *{event.anchor} stands for nothing yet",
                allowed="an anchor that was closed above; an anchor cannot hold itself",
            )
        return replace(target, where=self._where(event))

    def _refuse_tag(self, event: Any) -> None:
        if event.tag not in (None, "!") and event.tag not in PLAIN_TAGS:
            raise BadInput(f"{self._where(event)}  tag {event.tag}", allowed="plain YAML without tags")

    def _close(self, node: Node, anchor: str | None) -> Node:
        if node.size > MAX_NODES:
            raise BadInput(
                f"{node.where}  more than {MAX_NODES} values once aliases are written out",
                cure="use `count` and `spacing_s` for many equal weapons",
            )
        if anchor:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1][2].append(node)
        return node

    def _fill(self, node: Node, members: list[Node]) -> None:
        node.size = 1 + sum(member.size for member in members)
        if isinstance(node.value, list):
            node.value.extend(members)
            return
        for key, value in zip(members[::2], members[1::2], strict=True):
            if not isinstance(key.value, (str, int, float)) or isinstance(key.value, bool):
                raise BadInput(f"{key.where}  key {key.plain()!r}", allowed="a word as key")
            text = str(key.value)
            if text in node.value:
                raise BadInput(
                    f"{key.where}  {text} is given twice",
                    given=f"first at {node.value[text].where}",
                    allowed="each key once",
                    cure="remove one of the two"
                    if text != "<<"
                    else "merge keys are not supported: use aliases",
                )
            node.value[text] = replace(value, where=key.where)


class _Dumper(yaml.SafeDumper):
    """Writes quotes around every text that the core schema would read as something else."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out, never as aliases."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """A text; one with line breaks of Unicode in double quotes, where they are escaped: elsewhere YAML would fold them."""
    style = '"' if any(c in text for c in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)

for _tag, _pattern, _first in (
    ("null", NULL, ["~", "n", "N", ""]),
    ("bool", BOOL, list("tTfF")),
    ("int", INT, list("-+0123456789")),
    ("float", FLOAT, list("-+.0123456789")),
):
    _Dumper.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern.pattern})\Z"), _first
    )


def dump(data: Any) -> str:
    """YAML text of plain data; `parse(dump(data), name).plain() == data` for finite data with text keys."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
