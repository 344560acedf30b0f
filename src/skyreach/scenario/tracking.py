"""How plots become tracks: the section `tracking` of a scenario, and what the catalogue adds to it."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from skyreach.catalog.values import Item
from skyreach.physics.imm import N_MODELS
from skyreach.physics.statistics import sprt_bounds
from skyreach.scenario.base_models import Base
from skyreach.scenario.known import refuse

ALWAYS = (
    "process_noise", "speed_prior", "speed_prior_high", "height_prior", "confirm_hits", "confirm_looks", "drop_time",
    "early_turn", "early_scan", "turn_share", "turn_acceleration", "turn_time", "fall_time", "fall_share", "ballistic_speed",
    "ballistic_height",
)  # fmt: skip
OF_BANKS = ("acceleration_prior", "detect_prob", "score_fall")
OF_MODELS = ("straight_noise", "turn_jerk", "boost_jerk", "start_straight", "sojourn_straight", "sojourn_turn", "mix_time")
APART: tuple[tuple[str, str, str], ...] = (
    ("strobes: tracked", "association: jpda", "a crossing of bearings goes to one track, the nearest"),
    ("strobes: tracked", "initiation: score", "the score counts plots of known noise, and a crossing has none"),
    ("plot_delay_s above 0", "filter: imm", "a late plot is put into the past of one filter only"),
    ("plot_delay_s above 0", "association: jpda", "a late plot would have shared with plots that are gone"),
    ("plot_delay_s above 0", "initiation: score", "the score of a look that has been counted is not taken back"),
    ("plot_delay_s above 0", "noise: plots", "false alarms are tracked by banks of filters, which take no late plots"),
    ("plot_delay_s above 0", "noise: clutter", "false alarms are tracked by banks of filters, which take no late plots"),
)
"""What a run cannot do together, and why: the check of a scenario and docs/scenario.md both have it from here. plot_delay_s is a
key of a radar, the rest are keys of `tracking`."""
LATE = "plot_delay_s above 0"

BIASES = {"range": "bias_r", "azimuth": "bias_az", "elevation": "bias_el"}


class Tracking(Base):
    """The track file of the defence. What it reckons with is told by the catalogue, under the command post."""

    filter: Literal["kalman", "imm"] = Field(
        default="kalman",
        description="kalman: one filter, constant velocity; imm: straight, turning, accelerating or falling, interacting",
    )
    association: Literal["gnn", "jpda"] = Field(
        default="gnn", description="gnn: each plot to one track, global nearest neighbour; jpda: shared by joint probabilities"
    )
    initiation: Literal["m_of_n", "score"] = Field(
        default="m_of_n", description="m_of_n: firm by M plots in N looks, dropped by time; score: both by a sequential test"
    )
    noise: Literal["silent", "plots", "clutter"] = Field(
        default="silent",
        description="silent: no plot comes from nothing; plots: false alarms, by Pfa and cells of a radar; clutter: spikes too",
    )
    strobes: Literal["shown", "tracked"] = Field(
        default="shown",
        description="shown: bearings of jammers are seen; tracked: they are plots, and where those of two radars cross, a track",
    )
    registration: Literal["exact", "biased"] = Field(
        default="exact", description="biased: each radar stands a little wrong in range, azimuth, elevation, drawn once a run"
    )

    def banked(self) -> bool:
        """True if tracks need banks: for all but the plain filter, the nearest plot, M of N and silent noise."""
        return self.model_copy(update={"registration": "exact", "strobes": "shown"}) != Tracking()

    @model_validator(mode="after")
    def _together(self) -> Self:
        for other, why in self.apart("strobes: tracked") if self.strobes == "tracked" else ():
            key = other.partition(":")[0]
            allowed = f"{key}: {type(self).model_fields[key].default}"
            raise refuse(f"tracked together with {other}: {why}", allowed, "leave one of the two out", at="strobes")
        return self

    def apart(self, thing: str) -> list[tuple[str, str]]:
        """What is chosen here and does not go together with a thing of APART, each with the reason."""
        chosen = {f"{key}: {getattr(self, key)}" for key in type(self).model_fields}
        return [(other, why) for one, other, why in APART if one == thing and other in chosen]


def fill_tracking(p: np.ndarray, item: Item, tracking: Tracking) -> None:
    """Write what the tracker needs of a command post into a row of PARAMS; only what the choice needs is read."""
    p["gate"] = item.si("gate_sigma") ** 2
    for key in ALWAYS:
        p[key] = item.si(key)
    if tracking.registration == "biased":
        for key in ("range", "azimuth", "elevation"):
            p[BIASES[key]] = item.si(f"bias_{key}")
    p["fix_sigma"] = item.si("fix_sigma") if tracking.strobes == "tracked" else 0.0
    if not tracking.banked():
        return
    p["n_models"] = N_MODELS if tracking.filter == "imm" else 1
    p["jpda"] = int(tracking.association == "jpda")
    p["by_score"], p["noise_plots"] = int(tracking.initiation == "score"), int(tracking.noise != "silent")
    p["clutter_plots"] = int(tracking.noise == "clutter")
    p["score_firm"], p["score_drop"] = sprt_bounds(item.si("score_alpha"), item.si("score_beta"))
    p["merge_gate"] = item.si("merge_sigma") ** 2
    p["straight_noise"], p["start_straight"] = p["process_noise"], 1.0
    for key in OF_BANKS + (OF_MODELS if tracking.filter == "imm" else ()):
        p[key] = item.si(key)
