"""ASI as the viewer among the examples of the SIMDIS SDK reads it (USNavalResearchLaboratory/simdissdk, Examples/ASIViewer)."""

import shlex

import pytest

from skyreach import api

READ = {  # keyword: number of values that the viewer takes from the line
    "PlatformID": 1, "PlatformName": 2, "PlatformIcon": 2, "PlatformData": (8, 11), "BeamID": 2, "BeamType": 2, "HorzBW": 2,
    "VertBW": 2, "BeamOnOffCmd": 3, "BeamColorCmd": 3, "BeamDataRAE": 5, "BeamTargetIDCmd": 3, "DegreeAngles": 1, "ReferenceYear": 1,
}  # fmt: skip
PASSED_OVER = {"Version", "CoordSystem", "VerticalDatum", "Classification", "ScenarioInfo", "PlatformType", "PlatformFHN",
               "PlatformInterpolate", "GenericData", "CategoryData"}  # fmt: skip


@pytest.fixture
def lines(run, tmp_path):
    """Words of each line."""
    file = tmp_path / "run.asi"
    api.export(run, "simdis", file)
    return [words for line in file.read_text(encoding="utf-8").splitlines() if (words := shlex.split(line, comments=True))]


def test_every_keyword_is_one_that_the_viewer_reads(lines):
    for keyword, *values in lines:
        if keyword in PASSED_OVER:
            continue
        n = READ[keyword]
        assert len(values) in (range(n[0], n[1] + 1) if isinstance(n, tuple) else (n,)), keyword


def test_beams_come_after_their_hosts_and_are_whole_before_their_first_command(lines, run):
    platforms, beams, targets = set(), {}, []
    for keyword, *values in lines:
        if keyword == "PlatformID":
            platforms.add(values[0])
        elif keyword == "BeamID":
            assert values[0] in platforms
            assert values[1] not in platforms
            beams[values[1]] = set()
        elif keyword in ("BeamType", "HorzBW", "VertBW"):
            assert "on" not in beams[values[0]]
            beams[values[0]].add(keyword)
        elif keyword == "BeamOnOffCmd":
            assert "BeamType" in beams[values[0]]
            beams[values[0]].add("on")
        elif keyword == "BeamTargetIDCmd":
            assert values[2] in platforms
            targets.append(values[0])
    radars = [seen for seen in beams.values() if "HorzBW" in seen]
    assert len(radars) == run.radars.num_rows
    assert all({"VertBW", "BeamType", "on"} <= seen for seen in radars)
    assert targets
    assert len(targets) == len(set(targets)) == len(beams) - len(radars)
