"""What the catalogue says about the track file of a command post, as parameters of the tracker."""

import numpy as np

from skyreach.catalog.values import Item

KEYS = (
    "process_noise", "turn_jerk", "boost_jerk", "acceleration_prior", "sojourn_straight", "sojourn_turn", "mix_time",
    "ballistic_speed", "ballistic_height", "detect_prob", "speed_prior", "confirm_hits", "confirm_looks", "drop_time",
    "early_turn", "early_scan",
)  # fmt: skip


def fill_tracking(p: np.ndarray, item: Item) -> None:
    """Write what the tracker needs of a command post into a row of PARAMS."""
    p["gate"], p["merge_gate"] = item.si("gate_sigma") ** 2, item.si("merge_sigma") ** 2
    for key in KEYS:
        p[key] = item.si(key)
