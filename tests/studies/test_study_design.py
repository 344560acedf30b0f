"""Designs, doubt, stopping, and everything that can be asked wrongly."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skyreach.catalog import load
from skyreach.errors import BadInput
from skyreach.studies.design import points_of, shares, triangular
from skyreach.studies.plan import make_plan
from skyreach.studies.spec import bundled, read_spec
from skyreach.studies.study import begin, go_on


def plan_of(path, **changes):
    return make_plan(*read_spec(path, changes))


def test_full_factorial_crosses_all_levels(study_file):
    plan = plan_of(study_file(
        "runs: 1\nfactors:\n  - {name: n, path: raid.drones.count, levels: [1, 2, 3]}\n"
        "  - {name: salvo, path: doctrine.salvo, levels: [1, 2]}\n"
    ))  # fmt: skip
    assert [tuple(cell.levels.values()) for cell in plan.cells] == [(a, b) for a in (1, 2, 3) for b in (1, 2)]
    assert plan.scenario(plan.cells[5]).raid[0].count == 3
    assert plan.scenario(plan.cells[5]).doctrine.salvo == 2


SAMPLED = "runs: 1\ndesign: {}\npoints: 16\nfactors:\n  - {{name: n, path: raid.drones.count, low: 1, high: 8}}\n  - {{name: r, path: 92n6e.reference_range, doubt: true}}\n"


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_sampled_designs_fill_each_stripe_once(study_file, design):
    """What both are for: of 16 points one in each sixteenth of every factor."""
    spec, _ = read_spec(study_file(SAMPLED.format(design)))
    assert sorted((shares(spec) * 16).astype(int)[:, 0]) == list(range(16))
    assert sorted((shares(spec) * 16).astype(int)[:, 1]) == list(range(16))
    points = points_of(spec, load())
    value = load()["92n6e"].value("reference_range")
    assert {type(p["n"]) for p in points} == {int}
    assert {p["n"] for p in points} == set(range(1, 9))
    assert all(value.low <= p["r"] <= value.high for p in points)


def test_indices_are_those_of_the_ishigami_function(study_file, monkeypatch):
    """Published: Ishigami and Homma 1990 with a = 7, b = 0.1: S = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437 (scipy's own
    example). The points are ours, the estimator is scipy's; 1024 points leave errors of about 0.02."""
    from types import SimpleNamespace

    from skyreach.studies import effects

    names = "abc"
    text = "runs: 1\ndesign: indices\npoints: 1024\nfactors:\n" + "".join(
        f"  - {{name: {n}, path: {p}, low: -3.141592653589793, high: 3.141592653589793}}\n"
        for n, p in zip(names, ("raid.x.spread_m", "raid.x.start_s", "raid.x.spacing_s"), strict=True)
    )
    spec, _ = read_spec(study_file(text))
    points = points_of(spec, load())
    x = np.array([[p[n] for n in names] for p in points])
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    material = SimpleNamespace(
        study=SimpleNamespace(plan=SimpleNamespace(spec=spec)), points=dict.fromkeys(range(len(y))), mean=lambda p, _: (y[p], 0.0)
    )
    rows = effects._indices(material, [])
    assert [row["first"] for row in rows] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.06)
    assert [row["total"] for row in rows] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.06)
    assert all(row["first_low"] <= row["first"] <= row["first_high"] for row in rows)


def test_an_index_that_does_not_vary_has_no_interval_and_the_answers_are_whole(study_file, tmp_path):
    """The measure hangs on the number of drones alone: the other factor has the index 0 in every resample."""
    text = "runs: 1\nmeasure: shots\ndesign: indices\npoints: 8\nset: {duration_s: 120, raid.drones.spacing_s: 0.5}\nfactors:\n" + (
        "  - {name: drones, path: raid.drones.count, low: 1, high: 12}\n  - {name: value, path: assets.base.value, low: 1, high: 2}\n"
    )
    study = go_on(begin(study_file(text), tmp_path / "s"), jobs=1)
    rows = {row["factor"]: row for row in study.answers.tables["indices"]}
    assert rows["value"]["total"] == 0.0
    assert rows["value"]["total_low"] is None
    assert any("no interval for value" in note for note in study.answers.notes)
    assert rows["drones"]["total"] > 0.0
    assert (tmp_path / "s" / "answers.json").is_file()
    assert (tmp_path / "s" / "indices.png").is_file()


@given(st.floats(0.0, 1.0), st.floats(-50, 50), st.floats(0.01, 1.0), st.floats(0.0, 1.0))
def test_doubt_is_triangular(u, low, width, mode):
    """Scipy's own distribution at its inverse; never beyond the ends."""
    high = low + 0.37 + width
    nominal = low + mode * (high - low)
    value = float(triangular(u, low, nominal, high))
    assert low - 1e-12 <= value <= high + 1e-12
    back = stats.triang.cdf(value, (nominal - low) / (high - low), low, high - low)
    assert back == pytest.approx(u, abs=1e-6)


def test_whole_numbers_stay_whole():
    assert {float(triangular(u, 2, 6, 8)) for u in np.linspace(0, 1, 50)} <= set(map(float, range(2, 9)))


def test_doubt_is_drawn_alike_at_all_points(study_file):
    plan = plan_of(study_file(
        "runs: 2\ndoubt: {values: all, draws: 5}\nfactors:\n  - {name: n, path: raid.drones.count, levels: [2, 4]}\n"
    ))  # fmt: skip
    assert len(plan.cells) == 10
    drawn = [{k: v for k, v in cell.settings.items() if k.startswith("catalog.")} for cell in plan.cells]
    assert drawn[:5] == drawn[5:]
    assert len(drawn[0]) > 50
    pd = [d["catalog.9m96e2.pk_cruise"] for d in drawn[:5]]
    assert len(set(pd)) == 5
    read = {f"catalog.{e['item']}.{e['key']}" for e in plan.compile(plan.cells[0]).catalog.used()}
    assert set(drawn[0]) <= read


def test_common_dice_and_own_dice(study_file):
    common = plan_of(study_file("runs: 3\n"))
    assert [common.seed(0, r) for r in range(3)] == [common.seed(7, r) for r in range(3)] == [1, 2, 3]
    own = plan_of(study_file("runs: 3\ncommon_dice: false\n"))
    assert len({own.seed(cell, run) for cell in range(20) for run in range(20)}) == 400


def test_pairing_is_right_and_sharp(study_file, tmp_path):
    """The difference on the same dice is the difference of the means, and its interval is that of scipy's paired test."""
    file = study_file("runs: 60\nfactors:\n  - {name: k, path: 9m96e2.pk_cruise, levels: [0.5, 0.6]}\n")
    study = go_on(begin(file, tmp_path / "s"), jobs=2)
    row = next(r for r in study.answers.tables["pairs"] if r["measure"] == "leakers")
    a, b = (np.concatenate([study.table(t)["leakers"].to_numpy() for t in study.tasks(cell)]) for cell in (0, 1))
    assert row["difference"] == pytest.approx(b.mean() - a.mean(), abs=1e-12)
    low, high = stats.ttest_rel(b, a).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)
    assert row["gain"] == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1), rel=1e-9)
    assert row["gain"] > 1.0


def test_stopping_rule_stops_when_sure_and_at_its_limit(study_file, tmp_path):
    rule = "runs: 20\nshard: 10\nuntil: {{measure: {}, half_width: {}, limit: 60}}\n"
    met = go_on(begin(study_file(rule.format("leakers", 0.4)), tmp_path / "met"), jobs=2)
    unmet = go_on(begin(study_file(rule.format("shots", 0.001)), tmp_path / "unmet"), jobs=2)
    assert met.book.estimate(0)[1] <= 0.4
    assert "within 0.4" in met.summary["stopped_by"]
    assert unmet.book.runs == 60
    assert "limit of 60 runs at 1 of 1 points" in unmet.summary["stopped_by"]
    assert met.book.runs < 60


def test_leakers_of_independent_shots_are_binomial(study_file, tmp_path):
    """Closed form: four targets, one shot at each (the verdict comes too late for a second one), nothing else in the way: leakers
    are binomial(4, q). q is taken from the runs; chi-square at 0.1 %."""
    settings = "set: {FIRE_UNIT.assess_time: 600, 55k6e.identify_error: 0.0, raid.drones.spacing_s: 20, duration_s: 400}\nruns: 150\n"
    text = settings.replace("FIRE_UNIT", next(i.key for i in load().items("fire_unit") if "92n6e" in i.texts("engagement_radar")))
    study = go_on(begin(study_file(text), tmp_path / "s"), jobs=2)
    rows = [row for t in study.tasks(0) for row in study.table(t).to_pylist()]
    assert {row["shots"] for row in rows} == {4}
    leakers = np.array([row["leakers"] for row in rows])
    assert ((leakers + [row["killed"] for row in rows]) == 4).all()
    q = leakers.mean() / 4
    assert 0.1 < q < 0.9
    want = stats.binom.pmf(range(5), 4, q) * len(rows)
    seen = np.bincount(leakers, minlength=5)
    rare = want < 5  # the rule for chi-square: cells of few are taken together
    seen, want = np.append(seen[~rare], seen[rare].sum()), np.append(want[~rare], want[rare].sum())
    keep = want > 0
    assert stats.chisquare(seen[keep], want[keep], ddof=1).pvalue > 0.001


@pytest.mark.parametrize("name", sorted(bundled()))
def test_bundled_studies_hold(name):
    plan = plan_of(name)
    assert plan.spec.name == name
    for cell in plan.cells[:8]:
        plan.scenario(cell)


def test_each_bundled_study_has_its_page():
    from pathlib import Path

    pages = Path(__file__).resolve().parents[2] / "docs" / "studies"
    assert {p.stem for p in pages.glob("*.md")} == set(bundled())


BAD = [
    ("runs: 0\n", "runs", "greater than|at least|>= 1|1"),
    ("factors:\n  - {name: n, path: raid.drone.count, levels: [1]}\n", "drone", "drones"),
    ("factors:\n  - {name: n, path: 92n6e.refrence_range, levels: [1]}\n", "refrence_range", "reference_range"),
    ("factors:\n  - {name: n, path: 92n7e.reference_range, levels: [1]}\n", "92n7e", "92n6e"),
    ("factors:\n  - {name: n, path: raids.drones.count, levels: [1]}\n", "raids", "raid"),
    ("factors:\n  - {name: n, path: raid.drones.count, levels: [1, 2000]}\n", "level 2000", "1000"),
    ("factors:\n  - {name: n, path: raid.drones.count, levels: []}\n", "no levels", "one or more"),
    ("factors:\n  - {name: n, path: raid.drones.count, low: 5, high: 2}\n", "low 5", "below"),
    ("factors:\n  - {name: n, path: raid.drones.count, low: 2, high: 5}\n", "without levels", "lhs"),
    ("factors:\n  - {name: n, path: raid.drones.count, levels: [1]}\n  - {name: n, path: doctrine.salvo, levels: [1]}\n", "two factors", "once"),
    ("factors:\n  - {name: a, path: doctrine.salvo, levels: [1]}\n  - {name: b, path: doctrine.salvo, levels: [2]}\n", "doctrine.salvo", "one factor"),
    ("design: sobol\npoints: 10\nfactors:\n  - {name: n, path: raid.drones.count, low: 1, high: 5}\n", "power of two", "64"),
    ("until: {measure: leekers, half_width: 0.1}\n", "leekers", "leakers"),
    ("runs: 100\nuntil: {measure: leakers, half_width: 0.1, limit: 50}\n", "limit 50", "runs"),
    ("until: {measure: leakers, half_width: 0.0}\n", "half_width", "0"),
    ("doubt: {values: [92n6e.band], draws: 4}\n", "92n6e.band", "range"),
    ("confidence: 95\n", "confidence", "1"),
    ("rnus: 5\n", "rnus", "runs"),
]


@pytest.mark.parametrize(("text", "said", "cure"), BAD)
def test_bad_studies_are_refused_with_a_cure(study_file, text, said, cure):
    import re

    with pytest.raises(BadInput) as caught:
        plan_of(study_file(text))
    assert said in str(caught.value), caught.value
    assert re.search(cure, str(caught.value)), caught.value


def test_what_is_asked_for_is_what_an_error_shows(study_file, skyreach):
    for asked, shown in ((("--runs", "0"), "runs = 0"), (("--until", "leakers=0"), "until.half_width = 0.0")):
        code, _, said = skyreach("study", study_file("runs: 30\n"), *asked)
        assert code == 2
        assert f"in the call  {shown}: out of range" in said
    code, _, said = skyreach("study", "murted-raid", "--runs", "0")
    assert code == 2
    assert "in the call  runs = 0: out of range" in said


def test_command_line(study_file, tmp_path, lab, skyreach):
    """study, status, resume, sql, merge and their exit codes."""
    folder = tmp_path / "s"
    file = study_file("runs: 10\nshard: 5\nfactors:\n  - {name: n, path: raid.drones.count, levels: [2, 6]}\n")
    code, out, err = skyreach("study", file, "--out", folder, "--jobs", "2")
    assert code == 0, err
    assert "20/20 runs" in err
    assert "leakers" in out
    code, out, _ = skyreach("study", "status", folder, "--json")
    status = json.loads(out)
    assert (code, status["complete"], len(status["digest"])) == (0, True, 64)
    code, out, _ = skyreach("study", "resume", folder, "--json", "--quiet")
    document = json.loads(out)
    assert document["digest"] == status["digest"]
    assert math.isfinite(document["answers"]["saturation"][1]["leakers"])
    code, out, _ = skyreach("sql", folder, "select n, count(*) as runs, avg(leakers) as leakers from runs group by n order by n", "--json")
    rows = json.loads(out)
    assert [(row["n"], row["runs"]) for row in rows] == [(2, 10), (6, 10)]
    assert rows[0]["leakers"] == pytest.approx(document["cells"][0]["mean"], abs=1e-12)
    code, _, err = skyreach("sql", folder, "select * from read_csv('/etc/passwd')")
    assert code == 2
    assert "Traceback" not in err
    code, out, _ = skyreach("study", "merge", folder)
    assert code == 0
    for args in (
        ("study", "nothing-of-this-name"), ("study", file, "--out", folder, "--runs", 11), ("study", file, "--jobs", 0),
        ("study", "status", tmp_path), ("study", file, "--until", "leakers"), ("study", file, "--limit", 5),
        ("study", file, "--runs", 0, "--out", tmp_path / "z"), ("study", file, "--cluster", "host", "--out", tmp_path / "y"),
    ):  # fmt: skip
        code, out, err = skyreach(*args)
        assert code == 2, (args, err)
        assert err.startswith("skyreach: ")
        assert "Traceback" not in err
    assert {path.suffix for path in folder.iterdir()} >= {".png", ".svg", ".json", ".jsonl"}


def test_the_run_behind_a_point(study_file, tmp_path):
    """The command of a run in the answers gives that run: as many leakers, by way of the record of `skyreach run`."""
    from skyreach import api

    study = go_on(begin(study_file("runs: 12\nset: {raid.drones.count: 6}\n"), tmp_path / "s"), jobs=2)
    row = next(r for r in study.answers.tables["runs_behind"] if r["which"] == "most")
    assert row["command"] == f"skyreach run scenario.yaml --seed {row['seed']}"
    most = study.answers.tables["measures"]
    leakers = max(v for t in study.tasks(0) for v in study.table(t)["leakers"].to_pylist())
    assert api.run(tmp_path / "s" / "scenario.yaml", seed=row["seed"]).summary["leakers"] == leakers
    assert most
