"""Which adapter runs a published case: model name -> function from the case's inputs to its outputs.

An adapter takes the inputs of the case by name, in the units of the case, turns them into SI, calls the
functions that skyreach itself uses, and returns {output name: value in the unit of the case}."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Adapter = Callable[..., dict[str, Any]]

AREAS = (
    "geodesy",
    "atmosphere",
    "refraction",
    "detection",
    "guidance",
    "jamming",
    "statistics",
    "effectiveness",
    "trajectories",
    "attenuation",
    "clutter",
    "propagation",
    "tracking",
    "wta",
)


def _load() -> dict[str, Adapter]:
    """All adapters; a model that two areas claim is an error of the programmer."""
    found: dict[str, Adapter] = {}
    for area in AREAS:
        models = import_module(f"skyreach.analysis.validation_models_{area}").MODELS
        assert not found.keys() & models.keys(), area
        found.update(models)
    return found


REGISTRY = _load()
