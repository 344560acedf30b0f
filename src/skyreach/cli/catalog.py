"""skyreach catalog: what is known about systems, threats and sites, and where it is from."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from skyreach.catalog import Catalog, Item

app = typer.Typer(invoke_without_command=True, help="What is known, and where it is from.")

Kind = Annotated[str | None, typer.Option("--kind", help="Only items of this kind, such as radar or threat.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.callback()
def catalog(ctx: typer.Context, kind: Kind = None, as_json: Json = False) -> None:
    """What is known, and where it is from: all items, or `show NAME` for one."""
    if ctx.invoked_subcommand is None:
        _list(kind, as_json)


@app.command("list")
def list_items(kind: Kind = None, as_json: Json = False) -> None:
    """All items of the catalogue by kind."""
    _list(kind, as_json)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Item or alias, for example s-400, 92n6e, tb2.")],
    as_json: Json = False,
) -> None:
    """Every value of one item, with its doubt and its sources; of a system its parts and its owners too."""
    from skyreach.catalog import load

    cat = load()
    item = cat[name]
    if as_json:
        _print_json(_document(item, cat))
    else:
        typer.echo(_page(item, cat))


def _list(kind: str | None, as_json: bool) -> None:
    from skyreach.catalog import load
    from skyreach.catalog.schema import REQUIRED
    from skyreach.catalog.text import columns, notional

    order = list(REQUIRED)
    items = sorted(load().items(kind), key=lambda item: order.index(item.kind))
    rows = [
        {
            "item": item.key,
            "kind": item.kind,
            "title": item.title,
            "aliases": list(item.aliases),
            "values": len(item.values),
            "notional": sum(notional(value) for value in item.values.values()),
        }
        for item in items
    ]
    if as_json:
        _print_json({"items": rows})
        return
    head = ("kind", "item", "title", "values", "of them notional")
    typer.echo(
        columns(
            head, [[str(row[key]) for key in ("kind", "item", "title", "values", "notional")] for row in rows]
        )
    )
    typer.echo("\nskyreach catalog show ITEM gives every value with its source.")


def _parts(item: "Item", cat: "Catalog") -> list["Item"]:
    """The items that a system is made of, in its own order."""
    keys = ("components", "masts", "attachable_sensors", "point_defence")
    names = [name for key in keys if key in item for name in item.value(key).texts]
    return [cat[name] for name in names if name in cat] if item.kind == "system" else []


def _holdings(item: "Item", cat: "Catalog") -> list["Item"]:
    return [holding for holding in cat.items("holding") if holding.value("item").text == item.key]


def _document(item: "Item", cat: "Catalog") -> dict[str, Any]:
    from dataclasses import asdict

    from skyreach.catalog.text import item_document

    parts, holdings = _parts(item, cat), _holdings(item, cat)
    used = {key for one in (item, *parts, *holdings) for value in one.values.values() for key in value.source}
    return {
        **item_document(item),
        "components": [item_document(part) for part in parts],
        "holdings": [item_document(holding) for holding in holdings],
        "sources": [asdict(source) for key, source in cat.sources().items() if key in used],
    }


def _page(item: "Item", cat: "Catalog") -> str:
    from skyreach.catalog.text import columns, item_table, source_list

    also = f" (also {', '.join(item.aliases)})" if item.aliases else ""
    blocks = [
        f"{item.key}: {item.title}\n{item.kind}{also}" + (f"\n{item.note}" if item.note else ""),
        item_table(item),
    ]
    parts = _parts(item, cat)
    if parts:
        rows = [(part.key, part.kind, part.title, _gist(part)) for part in parts]
        blocks.append("Parts\n" + columns(("item", "kind", "title", "in short"), rows))
    holdings = _holdings(item, cat)
    if holdings:
        blocks.append("Holdings\n" + "\n".join(_holding_lines(holding) for holding in holdings))
    used = [key for one in (item, *holdings) for value in one.values.values() for key in value.source]
    blocks.append("Sources\n" + source_list(used, cat.sources()))
    return "\n\n".join(blocks)


GIST = {
    "radar": ("band", "reference_range", "instrumented_range"),
    "missile": ("max_range_aircraft", "peak_speed", "guidance"),
    "launcher": ("rails", "reload_time"),
    "fire_unit": ("target_channels", "missile_channels", "reaction_time"),
    "command_post": ("track_capacity",),
    "point_defence": ("target_channels", "rounds"),
    "mast": ("height",),
}


def _gist(item: "Item") -> str:
    """The two or three figures by which an item of that kind is known."""
    from skyreach.catalog.text import figures

    words = []
    for key in GIST.get(item.kind, ()):
        value = item.value(key)
        unit = "" if value.unit == "1" else f" {value.unit}"
        words.append(f"{key.replace('_', ' ')} {figures(value)[1]}{unit}")
    return ", ".join(words)


def _holding_lines(holding: "Item") -> str:
    """Owner, number and date of a holding, below it what binds the owner."""
    from skyreach.catalog.text import figures

    low, nominal, high = figures(holding.value("quantity"))
    number = f"{nominal} ({low} to {high})" if low else nominal
    counted = f" {holding.value('counted').text}" if "counted" in holding else ""
    lines = [
        f"  {holding.key}: {holding.value('owner').text}, {number}{counted}, {holding.value('date').text}"
    ]
    lines += [
        f"      {key}: {holding.value(key).text}" for key in ("status", "restriction") if key in holding
    ]
    return "\n".join(lines)


def _print_json(document: dict[str, Any]) -> None:
    import json

    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
