"""skyreach episodes: reported episodes, staged, beside what is reported."""

from typing import TYPE_CHECKING, Annotated

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
        said = f"within reach of: {', '.join(row['agrees'])}" if row["agrees"] else "apart from every report"
        lines.append(f"    {said}; {row['note']}")
        lines.append(f"    adjusted: {row['adjusted']}: {row['adjusted_how']}")
    return "\n".join(lines)
