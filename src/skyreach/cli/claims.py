"""skyreach claims: advertised figures beside what the model gives."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyreach.analysis.claims import Claims


def claims(
    system: Annotated[str, typer.Argument(help="System of the catalogue: s-400, s-300ps, patriot-pac3.")] = "s-400",
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another catalogue value: 92n6e.notch_speed=5.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages beside the result.")] = False,
) -> None:
    """Each advertised figure beside what the model gives, and the condition under which it holds."""
    from skyreach.analysis.claims import claims as compute
    from skyreach.cli.common import catalog_overrides, deliver

    answer = compute(system, catalog_overrides(settings or []))
    deliver(answer, lambda found: typer.echo(_text(found)), [], as_json, quiet)


def _text(answer: "Claims") -> str:
    """The answer in lines."""
    import textwrap

    lines = [f"{answer.title}: as advertised, and as the model has it"]
    for row in answer.rows:
        model = "-" if row["model"] is None else f"{row['model']:,g} {row['unit'].replace('1', '')}".strip()
        claim = "-" if row["claim"] is None else f"{row['claim']:,g} {row['unit'].replace('1', '')}".strip()
        name = row["figure"] if row["item"] == answer.system else f"{row['item']} {row['figure']}"
        lines.append(f"{name:26} claim {claim:>10}   model {model:>12}   {row['verdict']}   [{', '.join(row['source'])}]")
        lines += [f"    {line}" for line in textwrap.wrap(row["condition"], 120)]
    counts = ", ".join(f"{n} {verdict}" for verdict, n in answer.counts().items())
    return "\n".join([*lines, f"{len(answer.rows)} claims: {counts}"])
