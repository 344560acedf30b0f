"""What happened to each target, in facts and plain sentences, from the tables of a run alone."""

from dataclasses import dataclass, field
from typing import Any

from skyreach.records.explain import Interval, binding_limits, came_to, sentence
from skyreach.records.losses import losses, of_target
from skyreach.records.run import Run
from skyreach.world import codes

EVENT = {int(code): word for code, (word, _) in codes.EVENTS.items()}
GROUPS: dict[str, tuple[int, ...]] = {  # every reason but those in which nothing is to be explained
    "not seen": (codes.R_NO_RADAR, codes.R_RANGE, codes.R_SECTOR, codes.R_HORIZON, codes.R_TERRAIN, codes.R_SNR,
                 codes.R_CLUTTER, codes.R_NOTCH, codes.R_JAMMING, codes.R_BEAM_TIME, codes.R_LINK),
    "seen, not known": (codes.R_NOT_FIRM, codes.R_TRACK_LOST, codes.R_IDENTITY),
    "command": (
        codes.R_UNIT_LOST, codes.R_MARCHING, codes.R_NO_FIRE_CONTROL, codes.R_CUT_OFF, codes.R_RULES, codes.R_LOWER_PRIORITY,
        codes.R_OTHER_UNIT, codes.R_RELEASE,
    ),
    "cannot shoot": (
        codes.R_MAGAZINE, codes.R_RAIL, codes.R_TOO_FAST, codes.R_TOO_FAR, codes.R_TOO_HIGH, codes.R_TOO_LOW, codes.R_TOO_CLOSE,
        codes.R_CROSSING, codes.R_SIGHT, codes.R_NO_TIME, codes.R_TARGET_CHANNEL, codes.R_MISSILE_CHANNEL,
    ),
    "under way": (codes.R_REACTION, codes.R_ACQUIRING, codes.R_SPACING, codes.R_ENGAGED, codes.R_ASSESSING),
}  # fmt: skip
PHRASES: dict[int, str] = {
    codes.R_NO_RADAR: "no radar was looking", codes.R_RANGE: "it was beyond the range of every radar",
    codes.R_SECTOR: "it was outside the sectors of the radars", codes.R_HORIZON: "it was below the horizon of every radar",
    codes.R_TERRAIN: "it was hidden by terrain", codes.R_SNR: "its echo was too weak to be detected",
    codes.R_CLUTTER: "its echo was lost in that of ground, sea or rain",
    codes.R_NOTCH: "it flew across the line of sight, in the notch of the Doppler filter",
    codes.R_JAMMING: "it was hidden by jamming", codes.R_BEAM_TIME: "the radars had no time for it",
    codes.R_LINK: "the radars that saw it were not heard",
    codes.R_NOT_FIRM: "it was detected but not yet tracked", codes.R_TRACK_LOST: "its track was lost",
    codes.R_UNIT_LOST: "the fire units near it were lost", codes.R_CUT_OFF: "the fire units were cut off from their command post",
    codes.R_MARCHING: "the fire units near it were on the march",
    codes.R_IDENTITY: "it was tracked but not taken for hostile", codes.R_RULES: "the rules of engagement held fire",
    codes.R_NO_FIRE_CONTROL: "the engagement radars were lost or silent",
    codes.R_MAGAZINE: "the launchers in reach were empty", codes.R_RAIL: "the launchers in reach were being loaded",
    codes.R_TOO_FAST: "it was too fast for the missiles", codes.R_TOO_FAR: "it was beyond the reach of the missiles",
    codes.R_TOO_HIGH: "it was too high for the missiles", codes.R_TOO_LOW: "it was too low for the missiles",
    codes.R_TOO_CLOSE: "it was too close for the missiles",
    codes.R_CROSSING: "it crossed the reach before a missile could be there",
    codes.R_SIGHT: "no engagement radar could see it", codes.R_NO_TIME: "an intercept would have come too late",
    codes.R_TARGET_CHANNEL: "all target channels were taken", codes.R_MISSILE_CHANNEL: "all missile channels were taken",
    codes.R_OTHER_UNIT: "another unit had it", codes.R_LOWER_PRIORITY: "other targets came first",
    codes.R_RELEASE: "the leave to fire was awaited or refused",
    codes.R_REACTION: "the fire unit was getting ready", codes.R_ACQUIRING: "the engagement radar was still looking for it",
    codes.R_SPACING: "the launch before was too recent", codes.R_ENGAGED: "missiles were on their way to it",
    codes.R_ASSESSING: "the result of a shot was awaited",
}  # fmt: skip
SHOT_WORDS = {
    codes.OUTCOMES[codes.NO_KILL]: "fuzed without killing it", codes.OUTCOMES[codes.TARGET_GONE]: "came after its end",
    codes.OUTCOMES[codes.TRACK_LOST]: "lost it with its track", codes.OUTCOMES[codes.NO_ENERGY]: "ran out of energy",
    codes.OUTCOMES[codes.NOT_ENDED]: "was still in the air",
}  # fmt: skip
ENDS = {
    codes.TARGET_STATUS[codes.DESTROYED]: "shot down", codes.TARGET_STATUS[codes.LEFT]: "it left the area",
    codes.TARGET_STATUS[codes.FLYING]: "still in the air at the end",
}  # fmt: skip


@dataclass
class Story:
    """One target: its row, what was seen of it and shot at it, and why it was not engaged, moment by moment."""

    row: dict[str, Any]
    title: str
    radar: str | None = None
    seen_km: float | None = None
    shots: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[Interval] = field(default_factory=list)
    sentences: list[tuple[float, str]] = field(default_factory=list)
    identities: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)  # assets hit
    lost: list[str] = field(default_factory=list)  # sites, radars and launchers out of action by it

    @property
    def leaked(self) -> bool:
        """A hostile that arrived."""
        return bool(self.row["status"] == codes.TARGET_STATUS[codes.ARRIVED] and self.hostile)

    @property
    def hostile(self) -> bool:
        """Of the raid."""
        return bool(self.row["side"] == codes.SIDES[codes.RED])

    @property
    def first_shot(self) -> float | None:
        """Time of the first launch [s]."""
        return min((shot["t_launch_s"] for shot in self.shots), default=None)

    def why(self) -> str:
        """One or two sentences on a leaker: where it arrived, what hid it, when it was seen, what was shot. Else empty."""
        if not self.leaked:
            return ""
        aim = self.row["aim"]
        hit = ["it" if name == aim else name for name in self.damage]
        more = [name for name in self.lost if name not in self.damage]
        word = "destroyed" if any(name in self.lost for name in self.damage) else "hit"
        done = [f"{word} {' and '.join(hit)}"] if hit else []
        done += [f"put out of action {', '.join(more)}"] if more else []
        head = f"Reached {aim or 'the end of its route'} " + (f"and {' and '.join(done)}" if done else "without damage")
        return f"{head}. {self._hidden()}{self._noticed()}; {self._shot()}.{self._came()}"

    def course(self) -> str:
        """One sentence on a target that did not arrive: when it was seen and what was shot."""
        if self.row["t_seen_s"] is None:
            return f"No radar ever detected it.{self._came()}"
        after = duration(self.row["t_seen_s"] - (self.row["t_start_s"] or 0.0))
        shots = f"{len(self.shots) or 'no'} missile{'s' if len(self.shots) > 1 else ''} fired at it"
        end = ENDS.get(self.row["status"], self.row["status"])
        return f"First seen by {self.radar} from {self.seen_km:.0f} km, {after} into its flight; {shots}; {end}.{self._came()}"

    def _came(self) -> str:
        """The limit furthest along the chain, in the words of explain, after a space; empty where it was shot down."""
        text = came_to(self.row, self.reasons)
        return f" {text}" if text else ""

    def _hidden(self) -> str:
        unseen = [r for r in self.reasons if r.code in GROUPS["not seen"]]
        flight = (self.row["t_end_s"] or 0.0) - (self.row["t_start_s"] or 0.0)
        if not unseen or flight <= 0.0:
            return ""
        code, held = longest(unseen)
        return f"For {percent(held / flight)} of its flight {phrase(code)}; "

    def _noticed(self) -> str:
        if self.row["t_seen_s"] is None:
            return "no radar ever detected it"
        left = self.row["t_end_s"] - self.row["t_seen_s"]
        return f"{self.radar} saw it first, from {self.seen_km:.0f} km and {duration(left)} before it arrived"

    def _shot(self) -> str:
        if self.shots:
            ends: dict[str, int] = {}
            for shot in self.shots:
                ends[shot["outcome"]] = ends.get(shot["outcome"], 0) + 1
            said = [f"{n} {SHOT_WORDS.get(word, word)}" for word, n in ends.items()]
            if len(said) > 1:
                return f"of {len(self.shots)} missiles fired at it {' and '.join(said)}"
            who = f"all {len(self.shots)} missiles" if len(self.shots) > 1 else "the one missile"
            only = next(iter(ends))
            return f"{who} fired at it {SHOT_WORDS.get(only, only)}"
        words = [word for word in self.identities if word != codes.IDENTITIES[codes.HOSTILE]]
        if words and codes.IDENTITIES[codes.HOSTILE] not in self.identities:
            return f"it was taken for {words[-1]}, and no missile was fired"
        late = [r for r in self.reasons if r.code not in GROUPS["not seen"]]
        return "no missile was fired" + (f": {phrase(longest(late)[0])}" if late else "")


def phrase(code: int) -> str:
    """Why a target was not engaged, as the end of a sentence; the word of the record for codes that have no phrase here."""
    known = PHRASES.get(code)
    return known or f"{codes.REASONS[code][0]}: {codes.REASONS[code][1]}"  # type: ignore[index]


def longest(parts: list[Interval]) -> tuple[int, float]:
    """The reason that held longest in all, and how long [s]."""
    held: dict[int, float] = {}
    for part in parts:
        held[part.code] = held.get(part.code, 0.0) + part.t_to - part.t_from
    return max(held.items(), key=lambda item: item[1])


def percent(share: float) -> str:
    """A share in words: 0.76 %, 4.4 %, 36 %."""
    value = 100.0 * share
    if value == 0.0:
        return "0 %"
    return f"{value:.2f} %" if value < 0.995 else f"{value:.1f} %" if value < 9.95 else f"{value:.0f} %"


def duration(t: float) -> str:
    """Seconds in words: 48 s, 3 min 20 s, 15 min."""
    minutes, rest = divmod(round(t), 60)
    if minutes < 2:
        return f"{round(t)} s"
    return f"{minutes} min" + (f" {rest:02d} s" if rest else "")


def stories(run: Run, titles: dict[str, str]) -> list[Story]:
    """Every target of a run; titles: catalogue item to what people call it."""
    radars, sites = run.radars["name"].to_pylist(), run.sites["name"].to_pylist()
    shots = [clean(row) for row in run.shots.to_pylist()]
    out = [Story(clean(row), titles.get(row["system"], row["system"])) for row in run.targets.to_pylist()]
    for shot in shots:
        out[shot["target"]].shots.append(shot)
    for event in run.events.to_pylist():
        if 0 <= event["target"] < len(out):
            _enter(out[event["target"]], event, radars, sites)
            out[event["target"]].sentences.append((event["t_s"], sentence(event, radars, sites, shots, run)))
    found = losses(run)
    for story in out:
        story.lost = [loss.name for loss in of_target(found, story.row["name"])]
        story.reasons = binding_limits(run, story.row["target"])
    return out


def _enter(story: Story, event: dict[str, Any], radars: list[str], sites: list[str]) -> None:
    kind = event["kind"]
    if kind == EVENT[int(codes.E_FIRST_SEEN)]:
        story.radar, story.seen_km = radars[event["b"]], event["value"] / 1e3
    elif kind == EVENT[int(codes.E_IDENTIFIED)]:
        story.identities.append(codes.IDENTITIES[event["c"]])
    elif kind == EVENT[int(codes.E_DAMAGE)]:
        story.damage.append(sites[event["b"]])


def clean(row: dict[str, Any]) -> dict[str, Any]:
    """A row with None in the place of NaN."""
    return {key: None if isinstance(value, float) and value != value else value for key, value in row.items()}
