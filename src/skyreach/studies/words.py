"""The answers of a study in lines for people."""

from typing import TYPE_CHECKING, Any

from skyreach.studies.answers import SHOWN

if TYPE_CHECKING:
    from skyreach.studies.study import Study

MOST_POINTS = 24
SCALE = {"cost_fired": (1e6, "M USD")}


def text_of(study: "Study") -> str:
    """What a study found: each point, the differences, what was missing where, and how sure that is."""
    spec, book, tables = study.plan.spec, study.book, study.answers.tables
    state = study.summary["stopped_by"] or "not finished"
    lines = [
        f"{spec.title or spec.name}",
        f"{book.runs:,} runs of {spec.scenario}, {len(study.plan.cells)} points, {spec.confidence:.0%} intervals; "
        f"ended by: {state}",
        f"digest {book.digest()}",
    ]
    lines += _points(tables, spec) + _pairs(tables, [f.name for f in spec.factors]) + _kinks(tables)
    lines += _swings(tables) + _variance(tables, spec)
    lines += [f"note: {text}" for text in (*study.plan.document["notes"], *study.answers.notes)]
    behind = next((row for row in tables["runs_behind"] if row["which"] == "most"), None)
    if behind:
        lines.append(f"the run with the most {spec.measure} at the first point: {behind['command']}")
    lines.append(f"folder: {study.store.uri}")
    lines.append(f'ask it: skyreach sql {study.store.uri} "select leakers, count(*) from runs group by 1"')
    return "\n".join(lines)


def _points(tables: dict[str, Any], spec: Any) -> list[str]:
    """Measures point by point, then the share of runs with any of the measure."""
    points: dict[int, list[dict[str, Any]]] = {}
    for row in tables["measures"]:
        if row["measure"] in SHOWN or row["measure"] == spec.measure:
            points.setdefault(row["point"], []).append(row)
    names = [factor.name for factor in spec.factors]
    shares = {(row["point"], row["measure"]): row for row in tables["shares"]}
    lines = []
    for point, rows in list(points.items())[:MOST_POINTS]:
        lines.append(f"{levels_in_words(rows[0], names)}: {rows[0]['n'] + rows[0]['missing']:,} runs")
        lines += [line for row in rows if (line := _measure(row))]
        any_ = shares.get((point, spec.measure))
        if any_ and any_["wilson_low"] is not None:
            lines.append(
                f"  any {spec.measure:<18} {any_['share']:>8.1%} of runs   {any_['wilson_low']:.1%} to {any_['wilson_high']:.1%} "
                f"(Wilson), {any_['exact_low']:.1%} to {any_['exact_high']:.1%} (exact)"
            )
    if len(points) > MOST_POINTS:
        lines.append(f"and {len(points) - MOST_POINTS} more points: tables/measures.csv")
    return lines


def _measure(row: dict[str, Any]) -> str:
    if row["mean"] is None:
        return ""
    scale, unit = SCALE.get(row["measure"], (1.0, {"first_detection": "s", "time_to_empty": "s"}.get(row["measure"], "")))
    sure = "" if row["boot_low"] is None else f"{row['boot_low'] / scale:>9.4g} to {row['boot_high'] / scale:<9.4g}"
    none = f"  none in {row['missing']:,} runs" if row["missing"] else ""
    return (
        f"  {row['measure']:<22} {row['mean'] / scale:>8.4g} {unit:<6}{sure:<23} 5, 50, 95 %: {row['q05'] / scale:.4g}, "
        f"{row['q50'] / scale:.4g}, {row['q95'] / scale:.4g}{none}"
    )


def levels_in_words(row: dict[str, Any], names: list[str]) -> str:
    """The levels that a row has of these factors: `salvo 2, mast 23.8`."""
    words = [f"{n} {row[n]:.4g}" if isinstance(row.get(n), float) else f"{n} {row[n]}" for n in names if row.get(n) is not None]
    return ", ".join(words) or "as it is"


def _others(row: dict[str, Any], factors: list[str]) -> str:
    words = [f"{name} {row[name]}" for name in factors if row.get(name) is not None]
    return f" at {', '.join(words)}" if words else ""


def _pairs(tables: dict[str, Any], factors: list[str]) -> list[str]:
    rows = [r for r in tables["pairs"] if r["measure"] in ("leakers", "assets_lost", "shots") and r["difference"] is not None]
    lines = [
        f"  {r['factor']} {r['level']} against {r['against']}{_others(r, factors)}: {r['measure']} {r['difference']:+.3g}"
        + (f", {r['low']:+.3g} to {r['high']:+.3g}" if r["low"] is not None else "") + f" ({r['by']})"
        for r in rows[:MOST_POINTS]
    ]  # fmt: skip
    return ["differences:", *lines] if lines else []


def _kinks(tables: dict[str, Any]) -> list[str]:
    lines = [
        f"  at {k['hostile']:.4g} hostile: leakers per further target {k['slope_before']:.2f} -> {k['slope_after']:.2f} "
        f"(± {k['change_error']:.2f}); most of it: {k['cause']} ({k['share']:.0%})"
        for k in tables["kinks"]
    ]
    if tables["saturation"]:
        return ["where the curve of leakers bends:", *(lines or ["  nowhere by more than chance"])]
    return []


def _swings(tables: dict[str, Any]) -> list[str]:
    lines = [
        f"  {r['factor']}: {r['at_low']:.3g} to {r['at_high']:.3g}, swing {r['swing']:+.3g}"
        + (f" ({r['swing_low']:+.3g} to {r['swing_high']:+.3g})" if r["swing_low"] is not None else "")
        for r in tables["tornado"]
    ]
    lines += [
        f"  {r['factor']}: first order {_index(r, 'first')}, total {_index(r, 'total')}" for r in tables["indices"]
    ]
    return ["what makes the difference:", *lines] if lines else []


def _index(row: dict[str, Any], name: str) -> str:
    """A Sobol index with its interval, where it has one."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:.2f}" + (f" ({low:.2f} to {high:.2f})" if low is not None else "")


def _variance(tables: dict[str, Any], spec: Any) -> list[str]:
    rows = [r for r in tables["variance"] if r["measure"] == spec.measure and r["doubt_share"] is not None]
    names = [f.name for f in spec.factors]
    lines = [
        f"  {levels_in_words(r, names)}: doubt in the data {r['doubt_share']:.0%} of the variance of a run "
        f"({r['draws']} draws), chance {1 - r['doubt_share']:.0%}"
        for r in rows[:MOST_POINTS]
    ]
    return ["doubt against chance:", *lines] if lines else []
