"""Write docs/tables.md and docs/reasons.md from the code that they describe. Run it after a change of a table or a code.

python scripts/make_tables_page.py
"""

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
HEAD = "<!-- Written by scripts/make_tables_page.py: change the code and run it, not this page. -->\n"

RUN_FOLDER = """\
A run folder holds `manifest.json` (versions, hashes, seed, terrain, summary, every input with its source),
`scenario.yaml` (the scenario as it was run) and these Parquet files. Row numbers join them: `target` is a row of
`targets`, `missile` of `shots`, `radar` of `radars`, `site` and `fire_unit` of `sites`, `cause` of `events`.
Ask them with `skyreach sql RUN "select ..."`, or with anything that reads Parquet.
"""

STATE = """\
Inside the loop the whole state of a run is these structured arrays, SI and radians, declared in
`src/skyreach/world/tables.py`. Why they look like this is told in [design note 1](design/0001-tables.md); why every
whole number is an `i8` in [design note 3](design/0003-integer-columns.md).
"""

REASONS_HEAD = """\
# Reasons

At each moment every fire unit has exactly one reason why it does not engage a target, or stands at one of the last
steps. The list is closed: a run holds no other words. The code rises along the chain from the first look to the
outcome, so the furthest unit has the highest code. `skyreach explain RUN TARGET` prints, moment by moment, the reason
of the unit that came furthest; the table `reasons` of a run holds the intervals of all units.

"""

EVENTS_HEAD = """
## Events

What happens at one moment goes to the table `events`. `cause` is the row of the event that led to it.

"""


def generated() -> dict[Path, str]:
    """Text of each generated page by its path."""
    return {DOCS / "tables.md": tables_page(), DOCS / "reasons.md": reasons_page()}


def tables_page() -> str:
    """The page of the run folder, of the state, of the log and of the constants."""
    from skyreach.world import tables

    parts = [HEAD, "# Tables\n", "## The run folder\n", RUN_FOLDER]
    for name, columns in run_schema().items():
        parts.append(f"### {name}\n\n" + grid(("column", "type", "unit", "meaning"), columns))
    parts += ["## The state of a run\n", STATE]
    for name, fields in tables.TABLES.items():
        parts.append(f"### {name}\n\n" + field_grid(fields))
    parts.append("## Parameters of a run\n\nOne row, from the scenario and the command post.\n\n" + field_grid(tables.PARAMS))
    parts.append("## Missile types\n\nOne row for each type, from the catalogue.\n\n" + field_grid(tables.MISSILE_TYPES))
    parts.append("## Samples on their way to disk\n")
    for name, fields in tables.LOG_TABLES.items():
        parts.append(f"### {name} (log)\n\n" + field_grid(fields))
    return "\n".join(parts)


def reasons_page() -> str:
    """The page of the reason codes, the events and the ends of missiles and targets."""
    from skyreach.world import codes

    rows = [(str(int(code)), word, meaning) for code, (word, meaning) in codes.REASONS.items()]
    text = HEAD + "\n" + REASONS_HEAD + grid(("code", "reason", "meaning"), rows)
    events = [(word, holds) for word, holds in codes.EVENTS.values()]
    text += EVENTS_HEAD + grid(("kind", "what it holds"), events)
    ends = (("How a missile ends", codes.OUTCOMES), ("How a target ends", codes.TARGET_STATUS))
    for title, words in ends:
        text += f"\n## {title}\n\n" + "".join(f"- {word}\n" for word in words.values())
    return text


def run_schema() -> dict[str, list[tuple[str, str, str, str]]]:
    """Columns of each table of a run folder, read from a short run."""
    from skyreach import api
    from skyreach.records.run import TABLES

    run = api.run("murted-f35", overrides={"duration_s": 301})
    out = {}
    for name in TABLES:
        fields = run.table(name).schema
        out[name] = [(f.name, kind(str(f.type)), *(f.metadata[key].decode() for key in (b"unit", b"meaning"))) for f in fields]
    return out


def kind(arrow: str) -> str:
    """Type of an Arrow column in a word."""
    return "words" if arrow.startswith("dictionary") else {"double": "float", "bool": "true or false"}.get(arrow, arrow)


def field_grid(fields: list) -> str:
    """Table of Markdown for fields of the registry."""
    rows = [(f.name, f.type + ("" if not f.shape else f" {list(f.shape)}"), f.unit, f.frame, f.meaning) for f in fields]
    return grid(("field", "type", "unit", "frame", "meaning"), rows)


def grid(head: tuple[str, ...], rows: list) -> str:
    """A table of Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def main() -> None:
    """Write the pages."""
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
