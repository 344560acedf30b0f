"""`--set path=value`: one value of a scenario replaced before it is checked."""

import re
from collections.abc import Iterable

from skyreach.errors import BadInput
from skyreach.scenario.known import nearest
from skyreach.scenario.yamltree import Node, parse

LISTS = ("formations", "assets", "raid", "civil", "traffic")


def parse_settings(words: Iterable[str]) -> dict[str, str]:
    """{path: value} of words `path=value`, as given to --set."""
    settings = {}
    for word in words:
        path, equals, value = word.partition("=")
        if not equals or not path.strip():
            raise BadInput(f"--set {word}", allowed="path=value", cure="--set raid.shahed.count=4")
        settings[path.strip()] = value.strip()
    return settings


def apply_settings(tree: Node, settings: dict[str, str]) -> None:
    """Put each value into the tree; errors about it later name the setting as its place."""
    for path, value in settings.items():
        _apply(tree, path, f"--set {path}={value}", value)


def _apply(tree: Node, path: str, where: str, value: str) -> None:
    steps = re.findall(r"[^.\[\]]+", path)
    if not steps:
        raise BadInput(where, allowed="path=value", cure="--set raid.shahed.count=4")
    if steps[0] == "catalog":
        steps = ["catalog", path.partition(".")[2]]  # keys of the catalogue hold a dot themselves
    node = tree
    for i, step in enumerate(steps[:-1]):
        node = _step_into(node, step, ".".join(steps[:i]), where)
    leaf = parse(value, where)
    _place(node, steps[-1], _at(leaf, where), ".".join(steps[:-1]), where)


def _step_into(node: Node, step: str, above: str, where: str) -> Node:
    """The member to go through; a mapping that is not written yet (`doctrine`) is opened."""
    child = node.child(step)
    if isinstance(node.value, dict) and (child is None or child.value is None):
        child = node.value[step] = Node([] if step in LISTS else {}, where)
    if child is None or not isinstance(child.value, (dict, list)):
        raise _unknown(node if child is None else child, step, above, where, is_value=child is not None)
    return child


def _place(node: Node, step: str, leaf: Node, above: str, where: str) -> None:
    if isinstance(node.value, dict):
        node.value[step] = leaf
        return
    index = node.index(step)
    if index is None:
        raise _unknown(node, step, above, where)
    node.value[index] = leaf


def _at(leaf: Node, where: str) -> Node:
    """The parsed value with the setting as place of all its parts."""
    leaf.where = where
    members = leaf.value.values() if isinstance(leaf.value, dict) else leaf.value
    for member in members if isinstance(leaf.value, (dict, list)) else ():
        _at(member, where)
    return leaf


def _unknown(node: Node, step: str, above: str, where: str, is_value: bool = False) -> BadInput:
    place = above or "the scenario"
    if is_value:
        return BadInput(f"{where}\n  {step} in {place} is a single value: nothing below it can be set")
    names = [str(name.value) for item in node.value if (name := item.child("name"))]
    allowed = (
        ", ".join([*names, f"0 to {len(node.value) - 1}"]) if node.value else "nothing: the list is empty"
    )
    return BadInput(f"{where}\n  no item {step} in {place}", allowed=allowed, cure=nearest(step, names))
