"""Adapters of the weapon-target assignment cases (see validation_registry)."""

import numpy as np

from skyreach.analysis.assignment_exact import exact_assignment, surviving_value


def static_wta(values, pk):
    """Least expected surviving value, one shot of each weapon."""
    one = np.ones(len(pk), np.int64)
    most = np.full(len(values), len(pk))
    return {"optimum": exact_assignment(values, pk, one, np.arange(len(pk)), one, most).surviving}


def wta_assignment_value(values, pk, assignment):
    """Expected surviving value of a given assignment; the first target is 1."""
    shots = np.zeros((len(pk), len(values)), np.int64)
    shots[np.arange(len(pk)), np.asarray(assignment, np.int64) - 1] = 1
    return {"surviving_value": surviving_value(values, pk, shots)}


MODELS = {model.__name__: model for model in (static_wta, wta_assignment_value)}
