"""Who was taken for what it is not: counts of the manifest and of the printed result, against the events of the run."""

import skyreach as sr
from skyreach.cli.run import text_of
from skyreach.world import codes

LINE = "misidentified: civil as hostile"


def named(run, side, right):
    """Targets of a side that were given an identity that is not the right one."""
    names, sides = (run.targets[key].to_pylist() for key in ("name", "side"))
    said = [e for e in run.events.to_pylist() if e["kind"] == "identified" and sides[e["target"]] == side]
    return {names[e["target"]] for e in said if (e["c"] == codes.HOSTILE) != right}


def test_transponders_that_are_not_read_make_airliners_hostile(tmp_path):
    run = sr.run("murted-raid", seed=1, overrides={"catalog.55k6e.iff_reply": 0.0, "catalog.55k6e.identify_error": 0.3})
    run.save(tmp_path / "run")
    s = run.summary
    wrong, spared = named(run, "neutral", right=False), named(run, "red", right=True)
    assert wrong
    assert spared
    assert (s["civil_misidentified"], s["hostile_misidentified"]) == (len(wrong), len(spared))
    assert f"{LINE} {len(wrong)}, hostile as civil or friend {len(spared)}" in text_of(run, tmp_path / "run")
    assert sr.open_run(tmp_path / "run").summary["civil_misidentified"] == len(wrong)


def test_nothing_is_said_where_nobody_was_mistaken(tmp_path):
    sure = {"catalog.55k6e.iff_reply": 1.0, "catalog.55k6e.identify_error": 0.0}
    run = sr.run("murted-raid", seed=1, overrides=sure)
    assert run.summary["civil_misidentified"] == run.summary["hostile_misidentified"] == 0
    assert LINE not in text_of(run, tmp_path)
