"""Release authority by a person: a duty officer who takes his time, and says no where an airliner may be meant.

What it shows: a release authority is asked once for each order; its answer comes after a while, during which the unit readies.
Chance comes from the dice of the run (`scene.draw`), keyed by the track and the question: the same seed gives the same officer,
and two policies can be compared on the same luck. `random.random()` would make a run that nobody can repeat.

    skyreach run murted-raid --policy examples/policies/duty_officer.py:DutyOfficer

The times are notional: no public figure is known for how long such an answer takes.
"""

import math

from skyreach.policies import Leave, Request, Track

SHORTEST, MEAN = 4.0, 12.0  # s: no answer comes sooner; mean of what comes on top, exponential
KEEP_OFF = 5_000.0  # m from an airway
BESIDE = 8_000.0  # m from a track that is taken for civil, or for nothing yet
ASK_AGAIN = 20.0  # s
DELAY = 1  # number of the question "how long?" in the key of a draw


class DutyOfficer:
    """Leave after a drawn delay; refused near an airway and beside what may be civil, unless there is no time to lose."""

    def release(self, scene: Request) -> Leave:
        """Answer to one order."""
        after = SHORTEST - MEAN * math.log(1.0 - scene.draw(scene.track.number, DELAY))
        warlike = scene.track.passes_as in ("ballistic", "arm")  # nothing civil flies so
        doubtful = scene.airway_distance < KEEP_OFF or any(_beside(scene.track, other) for other in scene.tracks)
        if doubtful and not warlike:
            return Leave(granted=False, after=after, ask_again=ASK_AGAIN)
        return Leave(granted=True, after=after)


def _beside(track: Track, other: Track) -> bool:
    """True of another track that may be an airliner and is near."""
    doubt = other.identity in ("civil", "unknown") and other.number != track.number
    return doubt and math.dist(track.pos_ecef, other.pos_ecef) < BESIDE
