"""skyreach episodes: reported episodes, staged, beside what is reported."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from skyreach.analysis.episodes import Episodes


def episodes(
    names: Annotated[list[str] | None, typer.Argument(help="Episodes, such as lotarevka-2024; all if none is given.")] = None,
    runs: Annotated[int, typer.Option("--runs", help="Runs of each scenario.")] = 20,
    seed: Annotated[int, typer.Option("--seed", help="First seed; the others follow.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", help="Threads.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No messages beside the result.")] = False,
) -> None:
    """Reported episodes as scenarios: what each side says, and what the model gives, with intervals."""
    from skyreach.analysis.episodes import episodes as stage
    from skyreach.cli.common import deliver, say

    answer = stage(names or None, runs, seed, jobs, lambda name: say(f"episode {name}...", quiet))
    deliver(answer, lambda found: typer.echo(_text(found)), [], as_json, quiet)


def _text(answer: "Episodes") -> str:
    """The answer in lines."""
    from skyreach.analysis.episodes import WITHIN_REACH

    lines = [f"{answer.runs} runs of each, seeds from {answer.seed}; shares of what was launched, 95 % intervals"]
    for row in answer.rows:
        lines.append(f"{row['episode']}  {row['title']}, {row['date']}: {row['launched']} launched ({row['measure']})")
        for r in row["reported"]:
            lines.append(
                f"    reported by {r['by']:20} {r['count']:>4}  {r['share']:>6.0%}  ({r['low']:.0%} to {r['high']:.0%})  "
                f"[{', '.join(r['source'])}]"
            )
        lines.append(
            f"    model  mean {row['model_share']:.0%} ({row['mean_low']:.0%} to {row['mean_high']:.0%}), nine runs in ten "
            f"{row['model_low']:.0%} to {row['model_high']:.0%}; seen {row['seen_share']:.0%}, fired {row['fired_mean']:g}"
        )
        lines += _variants(row)
        said = f"within reach of: {', '.join(row['agrees'])}" if row["agrees"] else "apart from every report"
        lines.append(f"    {said}; {row['note']}")
        lines.append(f"    adjusted: {row['adjusted']}: {row['adjusted_how']}")
    return "\n".join([*lines, WITHIN_REACH])


def _variants(row: dict[str, Any]) -> list[str]:
    """Lines of an episode played otherwise: without some of the raid, or with other numbers."""
    lines = []
    if other := row["without"]:
        lines.append(
            f"    without {', '.join(other['items'])}, same seeds: mean {other['share']:.0%} ({other['mean_low']:.0%} to "
            f"{other['mean_high']:.0%}); seen {other['seen_share']:.0%}, fired {other['fired_mean']:g}; with them "
            f"{other['difference']:+.0%} ({other['difference_low']:+.0%} to {other['difference_high']:+.0%})"
        )
    if row["by_size"]:
        lines.append(f"    empty: {_emptied(row['emptied'])} after the first launch")
    for size in row["by_size"]:
        items = ", ".join(f"{name} {leak['share']:.0%}" for name, leak in size["leak_by_item"].items())
        lines.append(
            f"    raid of {size['launched']:>3}: leak {size['leak']['share']:>4.0%} ({items}), fired {size['fired_mean']:g}, "
            f"empty {_emptied(size['emptied'])}"
        )
    return lines


def _emptied(found: dict[str, Any]) -> str:
    """How often and how soon no round was left, in words."""
    if found["mean_s"] is None:
        return "in no run"
    return f"in {found['share']:.0%} of runs, {found['mean_s']:.0f} s ({found['low_s']:.0f} to {found['high_s']:.0f})"
