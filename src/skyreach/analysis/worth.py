"""What is each node worth? The same runs without it, on the same dice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from skyreach.analysis.paired import Difference, difference, sample
from skyreach.scenario.compile import Compiled
from skyreach.world import codes
from skyreach.world.state import World, copy_world


@dataclass(frozen=True)
class Node:
    """A part of the defence that can be taken away. take: silences it in a World at time zero; the rows stay where they are, so
    that all dice of the others are thrown as before."""

    name: str
    kind: str
    take: Callable[[World], None]


@dataclass
class Worth:
    """How much more arrives, and is lost, without a node."""

    node: str
    kind: str
    arrived: Difference
    value_lost: Difference


def nodes(compiled: Compiled) -> list[Node]:
    """Command posts, fire units, radars of their own, and the launchers of each formation."""
    sites, names = compiled.world.sites, compiled.names
    out: list[Node] = []
    own = set()
    for k, site in enumerate(sites):
        if site["kind"] == codes.POST:
            out.append(Node(names["sites"][k], "command post", _site(k, with_radars=False)))
        elif site["kind"] == codes.FIRE_UNIT:
            alone = compiled.catalog[compiled.systems["sites"][k]].kind == "point_defence"
            own |= {k} if alone else set()
            out.append(Node(names["sites"][k], "point defence" if alone else "fire unit", _site(k, with_radars=True)))
    for i, radar in enumerate(compiled.world.radars):
        if int(radar["site"]) not in own:  # those of a point defence go with it
            kind = "engagement radar" if radar["role"] == codes.ENGAGEMENT else "acquisition radar"
            out.append(Node(names["radars"][i], kind, _radar(i)))
    groups: dict[str, list[int]] = {}
    for i, name in enumerate(names["launchers"]):
        if int(compiled.world.launchers[i]["site"]) not in own:
            groups.setdefault(name.rpartition(" launcher ")[0], []).append(i)
    out += [Node(f"{name} launchers", "launchers", _launchers(rows)) for name, rows in groups.items()]
    return out


def _site(k: int, with_radars: bool) -> Callable[[World], None]:
    def take(world: World) -> None:
        _fail(world.sites, [k])
        if with_radars:
            _fail(world.radars, np.flatnonzero(world.radars["site"] == k))

    return take


def _radar(i: int) -> Callable[[World], None]:
    return lambda world: _fail(world.radars, [i])


def _launchers(rows: list[int]) -> Callable[[World], None]:
    return lambda world: _fail(world.launchers, rows)


def _fail(table: np.ndarray, rows: Sequence[int] | np.ndarray) -> None:
    """Let rows of sites, radars or launchers not work, for good."""
    table["out"][rows], table["alive"][rows] = codes.OUT_FAILED, 0


def without(compiled: Compiled, node: Node) -> Compiled:
    """The same design without a node."""
    world = copy_world(compiled.world)
    node.take(world)
    return replace(compiled, world=world)


def worth(compiled: Compiled, seeds: list[int], threads: int, told: Callable[[int], None] | None = None) -> list[Worth]:
    """Every node left out, one at a time; worth most first: by what arrives, then by what is lost."""
    whole = sample(compiled, seeds, threads, told)
    out = []
    for node in nodes(compiled):
        less = sample(without(compiled, node), seeds, threads, told)
        pairs = {key: difference(key, whole.values[key], less.values[key]) for key in ("arrived", "value_lost")}
        out.append(Worth(node.name, node.kind, pairs["arrived"], pairs["value_lost"]))
    return sorted(out, key=lambda w: (-w.arrived.mean, -w.value_lost.mean))
