"""What every product does with its answer: files written whole, figures as PNG and SVG, pictures for a notebook."""

import errno
import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from skyreach.errors import BadInput, RunFailed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, FAINT, ALARM = "#20252b", "#59626c", "#b3261e"
GROUND, GROUND_EDGE, WATER = "#d9cfbc", "#7a6a4f", "#9cc3d5"
MADE = "Made with skyreach from public sources; not for navigation."


def write_files(folder: str | Path, contents: Mapping[str, Callable[[], bytes]], verb: str) -> list[Path]:
    """Writes files into a folder and returns their paths; all of them, or nothing is left behind and nothing replaced.

    BadInput for a folder that cannot be used, RunFailed where writing began and failed (a full disk)."""
    target = Path(folder)
    made = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise BadInput(f"{verb}: cannot write into {target}", fault.strerror or fault, cure="another folder for --out") from None
    parts = {name: target / f".{name}.part" for name in contents}
    try:
        for name, make in contents.items():
            parts[name].write_bytes(make())
        for name, part in parts.items():
            part.replace(target / name)
    except OSError as fault:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()
        if made:
            with suppress(OSError):
                target.rmdir()
        where, reason = f"{verb}: cannot write into {target}", fault.strerror or str(fault)
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG):
            raise RunFailed(f"{where}: {reason}; nothing of it is kept") from None
        raise BadInput(where, reason, cure="another folder for --out") from None
    return [target / name for name in contents]


def chosen(verb: str, formats: Iterable[str] | None, known: Iterable[str]) -> list[str]:
    """The formats asked for, all that are known where None; BadInput for others."""
    names = list(known)
    if formats is None:
        return names
    wanted = list(dict.fromkeys(formats))
    if not wanted or not set(wanted) <= set(names):
        given = ", ".join(word for word in wanted if word not in names) or "none"
        raise BadInput(f"{verb}: format", given, ", ".join(names), "parted by commas: png,json")
    return wanted


def new_figure(width: float, height: float) -> "Figure":
    """A white figure [inches] that needs no display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def figure_bytes(figure: "Figure", kind: str) -> bytes:
    """A figure as the bytes of a png or svg file; the same figure gives the same bytes."""
    from matplotlib import rc_context

    out = io.BytesIO()
    metadata = {"Software": "skyreach"} if kind == "png" else {"Date": None, "Creator": "skyreach"}
    with rc_context({"svg.hashsalt": "skyreach", "svg.fonttype": "none"}):
        figure.savefig(out, format=kind, metadata=metadata)
    return out.getvalue()


def image_tag(png: bytes) -> str:
    """HTML of a picture that is held in the page itself."""
    return f'<img src="data:image/png;base64,{b64encode(png).decode()}" style="max-width:100%">'


def html_table(rows: list[dict[str, Any]], columns: Iterable[str]) -> str:
    """HTML of some columns of a table."""
    from html import escape

    names = list(columns)
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    cells = ("".join(f"<td>{escape(str(row[name]))}</td>" for name in names) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in cells)}</table>"


def xarray() -> Any:
    """The package xarray, which is not needed by anything else here."""
    try:
        import xarray as module  # type: ignore[import-not-found]
    except ImportError:
        raise BadInput(
            "to_xarray", "the package xarray is not installed", cure="pip install 'skyreach[notebook]', or pip install xarray"
        ) from None
    return module


def finite(value: float, digits: int) -> float | None:
    """A number rounded for JSON, None where it is infinite or not a number."""
    return round(float(value), digits) if np.isfinite(value) else None


def json_bytes(document: Any) -> bytes:
    """A JSON document as the bytes of a file."""
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def compact_json(document: Any) -> bytes:
    """A JSON document without blanks, for shapes."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def floor_tags(radar: str, convention: str, terrain: Mapping[str, Any]) -> dict[str, str]:
    """What a GeoTIFF of lowest visible altitudes says of itself."""
    return {
        "SOFTWARE": "skyreach",
        "RADAR": radar,
        "HEIGHT_REFERENCE": "metres above mean sea level (EGM96 geoid)",
        "METHOD": convention,
        "TERRAIN": f"{terrain['name']}, posting {terrain['posting_m']:g} m, {terrain['interpolation']}",
        "NODATA_MEANS": "beyond the instrumented range, or hidden at any altitude",
    }


def csv_bytes(columns: Mapping[str, tuple[np.ndarray, int]]) -> bytes:
    """CSV of columns {name: (values, digits after the point)}; empty where a value is infinite or not a number."""
    rows = [",".join(columns)]
    rounded = [
        [f"{value:.{digits}f}" if np.isfinite(value) else "" for value in values] for values, digits in columns.values()
    ]
    rows += [",".join(cells) for cells in zip(*rounded, strict=True)]
    return ("\n".join(rows) + "\n").encode()
