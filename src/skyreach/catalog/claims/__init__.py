"""Rival claims: named sets of figures that are laid over the catalogue. The packaged sets are the TOML files beside this one."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from skyreach.catalog.parse import parse_value
from skyreach.catalog.schema import NUMBER, TABLE, TEXT
from skyreach.catalog.values import Value, near
from skyreach.errors import BadInput

if TYPE_CHECKING:
    from skyreach.catalog.loader import Catalog

FOLDER = Path(__file__).parent
USER = "user"  # source of what the user brings
HOW = {
    NUMBER: 'one figure: nominal = 250, unit = "kN"', TEXT: 'words: text = "tvm"',
    TABLE: "two lists: mach = [0, 1, 2], value = [0.2, 0.4, 0.3]",
}  # fmt: skip


FORM = '[ITEM] on its own line, below it KEY = {nominal = 0.9, unit = "1", confidence = "L", source = ["user"], note = "..."}'
COMMAS = "a comma between two parts, words in quotes, every bracket closed"


def claim_sets() -> list[str]:
    """Names of the packaged sets."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def lay_claims(cat: "Catalog", name: str) -> None:
    """Lay a set over a catalogue. name: a packaged set, or a TOML file of the same form (README of the data)."""
    new = read_claims(cat, name)
    places = {path: f"claims {name}: {path}" for path in new}
    for path, value in new.items():
        old, where = cat[path.rpartition(".")[0]].value(path.rpartition(".")[2]), places[path]
        if value.form != old.form:
            raise BadInput(where, f"a {value.form}", f"a {old.form}, as in the catalogue", HOW[old.form])
        if value.form != TEXT and value.unit != old.unit:
            raise BadInput(f"{where}.unit", value.unit, f"{old.unit}, as in the catalogue")
        cat.lay(path, value, where)
        if value.source == (USER,) and not value.note:
            said = "source user without a note"
            raise BadInput(where, said, "a note that says where the figure is from", 'note = "title, page, date"')
    cat.check_together(places)


def read_claims(cat: "Catalog", name: str) -> dict[str, Value]:
    """ITEM.KEY -> value of a set, checked as the catalogue checks its own."""
    path = FOLDER / f"{name}.toml" if name in claim_sets() else Path(name)
    if not path.is_file():
        allowed = ", ".join((*claim_sets(), "a TOML file"))
        raise BadInput(f"claims {name}", "no such set, and no such file", allowed, near(name, claim_sets()))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise BadInput(f"claims {name}: not UTF-8 text", cure="save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, OSError) as fault:
        raise BadInput(f"claims {name}: not readable as TOML: {fault}", allowed=FORM, cure=COMMAS) from None
    if not raw:
        raise BadInput(f"claims {name}: no values in it", allowed=FORM, cure="remove it from `claims`, or add a value")
    out = {}
    for item, values in raw.items():
        if item not in cat:
            raise BadInput(f"claims {name}: [{item}]", "no such item", cure=near(item, [i.key for i in cat.items()]))
        if not isinstance(values, dict):
            raise BadInput(f"claims {name}: {item}", values, "[ITEM] and below it the values")
        for key, entry in values.items():
            if key not in cat[item]:
                raise BadInput(f"claims {name}: [{item}] {key}", "the item has no such value", cure=near(key, cat[item].values))
            out[f"{cat[item].key}.{key}"] = parse_value(entry, cat.sources(), f"claims {name}: [{item}] {key}")
    return out
