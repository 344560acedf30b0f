"""Makes src/skyreach/analysis/cases/*.json from a folder of collected validation cases.

    python scripts/pack_validation_cases.py FOLDER

FOLDER holds models.json and one file of cases per area (format: head of analysis/validate.py). Kept of a
case: what it takes to run it and to name its source. Left out: cases of models that skyreach does not have,
and cases that need a data file which may not be passed on (terrain profiles)."""

import json
import sys
from pathlib import Path

from skyreach.analysis.validation_registry import REGISTRY

TARGET = Path(__file__).resolve().parent.parent / "src" / "skyreach" / "analysis" / "cases"
KEPT = ("id", "model", "quantity", "inputs", "expected", "kind", "source", "status", "note")
TABLES = ("drag_G1.csv", "drag_G7.csv")  # standard drag functions, plain facts


def units_of(model: dict) -> dict:
    """Meaning and units of a model: {name: unit} of inputs and outputs."""
    pick = {side: {name: field["unit"] for name, field in model[side].items()} for side in ("inputs", "outputs")}
    return {"meaning": model["meaning"], "source": model["source"], **pick}


def one_per_line(items: list[str], opening: str, closing: str) -> str:
    """JSON list or object of ready-made items, one a line."""
    return opening + "\n" + ",\n".join(items) + "\n" + closing + "\n"


def main(folder: Path) -> None:
    """Write models.json (units of all models), one file per area with covered cases, and the data tables."""
    TARGET.mkdir(exist_ok=True)
    models = json.loads((folder / "models.json").read_text())["models"]
    lines = [f"{json.dumps(name)}: {json.dumps(units_of(model))}" for name, model in models.items()]
    (TARGET / "models.json").write_text(one_per_line(lines, "{", "}"))
    for path in sorted(folder.glob("*.json")):
        cases = json.loads(path.read_text()).get("cases", [])
        kept = [case for case in cases if case["model"] in REGISTRY and "profile_csv" not in case["inputs"]]
        lines = [json.dumps({key: case[key] for key in KEPT if key in case}).replace(" agent toolkit", "") for case in kept]
        if lines:
            (TARGET / path.name).write_text(one_per_line(lines, '{"cases": [', "]}"))
    for name in TABLES:
        (TARGET / name).write_bytes((folder / name).read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
