"""Write tests/analysis/track_metrics.json: samples of tracks and truth, and what Stone Soup makes of them.

python -m venv /tmp/peers && /tmp/peers/bin/pip install stonesoup==1.9.1 && /tmp/peers/bin/python scripts/make_track_metrics.py

A track belongs at a time to the nearest target within the cutoff; each stretch of one track on one target without a gap is one
association, as Stone Soup takes them. Lengths are in m, times in s.
"""

import datetime
import json
from pathlib import Path

import numpy as np
from stonesoup.measures import Euclidean
from stonesoup.metricgenerator.manager import MultiManager
from stonesoup.metricgenerator.ospametric import GOSPAMetric, OSPAMetric
from stonesoup.metricgenerator.tracktotruthmetrics import SIAPMetrics
from stonesoup.types.association import AssociationSet, TimeRangeAssociation
from stonesoup.types.groundtruth import GroundTruthPath, GroundTruthState
from stonesoup.types.state import State
from stonesoup.types.time import TimeRange
from stonesoup.types.track import Track

FILE = Path(__file__).resolve().parents[1] / "tests" / "analysis" / "track_metrics.json"
EPOCH, CUTOFF = datetime.datetime(2026, 1, 1), 1000.0
# number, target, first sample, last sample: changes, doubles, a gap and strays
TRACKS = (
    (1, 0, 2, 14), (2, 0, 14, 29), (3, 1, 0, 9), (3, 1, 13, 20), (4, 1, 5, 17), (5, 2, 10, 29), (6, None, 3, 8),
    (7, None, 20, 24),
)  # fmt: skip


def samples():
    """Rows (t, id, x, y, z) of truth and of tracks: three targets that fly straight, 30 samples 2 s apart."""
    rng = np.random.default_rng(7)
    start = np.array([[0.0, 0, 8e3], [2e4, 5e3, 3e3], [-1e4, 3e4, 500.0]])
    speed = np.array([[200.0, 0, 0], [-150.0, 100, 0], [0.0, -250, 0]])
    truth = [(2.0 * k, j, *(start[j] + 2.0 * k * speed[j])) for k in range(30) for j in range(3)]
    tracks = []
    for number, target, first, last in TRACKS:
        for k in range(first, last + 1):
            place = [9e4, 9e4, 1e3] if target is None else start[target] + 2.0 * k * speed[target]
            tracks.append((2.0 * k, number, *(np.array(place) + rng.normal(0.0, 120.0, 3))))
    return truth, tracks


def paths(rows, kind, state):
    """A path of Stone Soup for each id, velocities of zero."""
    out = {}
    for t, number, x, y, z in rows:
        at = EPOCH + datetime.timedelta(seconds=t)
        out.setdefault(number, kind()).append(state(np.array([[x], [0.0], [y], [0.0], [z], [0.0]]), timestamp=at))
    return out


def main():
    """Make the samples, ask Stone Soup, write both."""
    truth, tracks = samples()
    real, found = paths(truth, GroundTruthPath, GroundTruthState), paths(tracks, Track, State)

    def moment(k):
        return EPOCH + datetime.timedelta(seconds=2.0 * k)

    pairs = {
        TimeRangeAssociation({found[n], real[j]}, TimeRange(moment(a), moment(b))) for n, j, a, b in TRACKS if j is not None
    }
    place = Euclidean(mapping=(0, 2, 4))
    siap = SIAPMetrics(position_measure=place, velocity_measure=Euclidean(mapping=(1, 3, 5)))
    points = {"p": 2, "c": CUTOFF, "measure": place}
    manager = MultiManager([siap, GOSPAMetric(**points, generator_name="gospa"), OSPAMetric(**points, generator_name="ospa")])
    manager.add_data({"tracks": set(found.values()), "groundtruth_paths": set(real.values())})
    manager.association_set = AssociationSet(pairs)
    made = manager.generate_metrics()
    answers = {metric.title: metric.value for metric in made["siap_generator"].values() if not isinstance(metric.value, list)}
    for name, title in (("gospa", "GOSPA Metrics"), ("ospa", "OSPA distances")):
        values = [single.value for single in made[name][title].value]
        answers[name] = float(np.mean([value["distance"] if isinstance(value, dict) else value for value in values]))
    document = {"made_with": "Stone Soup 1.9.1", "cutoff_m": CUTOFF, "truth": truth, "tracks": tracks, "answers": answers}
    FILE.write_text(json.dumps(document))
    print(answers)


if __name__ == "__main__":
    main()
