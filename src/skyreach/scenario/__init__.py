"""What the user asks: YAML -> checked Scenario."""

from skyreach.scenario.load import builtin_names, check_scenario, load_scenario, read_scenario
from skyreach.scenario.models import (
    Asset,
    CivilItem,
    CommandPost,
    Doctrine,
    Formation,
    Launchers,
    Place,
    PointDefence,
    Radar,
    RaidItem,
    ReleasedBy,
    Scenario,
    SiteDef,
    Waypoint,
)
from skyreach.scenario.problems import BadScenario, Problem
from skyreach.scenario.settings import parse_settings

__all__ = [
    "Asset",
    "BadScenario",
    "CivilItem",
    "CommandPost",
    "Doctrine",
    "Formation",
    "Launchers",
    "Place",
    "PointDefence",
    "Problem",
    "Radar",
    "RaidItem",
    "ReleasedBy",
    "Scenario",
    "SiteDef",
    "Waypoint",
    "builtin_names",
    "check_scenario",
    "load_scenario",
    "parse_settings",
    "read_scenario",
]
