"""Bad policies: a clear error that names file, class, method, time, what was given and what is allowed; exit code 2; nothing left."""

import json
import os

import pytest

import skyreach as sr
from skyreach.policies import BadPolicy

HEAD = """\
import math, time, sys
import numpy as np
from skyreach.policies import *

class P:
"""
NAN = "float('nan')"
COV = "tuple(tuple(1.0 if a == b else 0.0 for a in range(6)) for b in range(6))"
AT = "scene.plots[0].pos_ecef"


def estimate(pos=AT, vel="(0.0, 0.0, 0.0)", cov=COV):
    return f"[Hit(0, None, Estimate({pos}, {vel}, {cov}))]"


def first(order):
    """An order on the first option; no order while there is none."""
    return f"[{order} for o in scene.options[:1]]"


LOADING = {  # name: (text of the file or None, what stands behind --policy, parts of the message)
    "no colon": (HEAD, "{file}", ["allowed: FILE.py:CLASS", "try: "]),
    "empty": (HEAD, "", ["FILE.py:CLASS"]),
    "file absent": (None, "{folder}/mime.py:P", ["No such file", "did you mean mine.py"]),
    "a folder": (HEAD, "{folder}:P", ["is a folder"]),
    "not text": (b"\xff\xfe\x00\x00\x80", "{file}:P", ["is not text"]),
    "zero bytes": (b"class P:\x00", "{file}:P", ["null bytes"]),
    "syntax": (HEAD + "    def assign(self, scene:\n        pass", "{file}:P", ["mine.py:6", "was never closed"]),
    "indentation": (HEAD + "pass", "{file}:P", ["mine.py:6", "expected an indented block"]),
    "import of what is not there": ("import no_such_package_at_all\n", "{file}:P", ["ModuleNotFoundError", "in line 1", "try: a package: install it"]),
    "import that raises": ("x = [][3]\n", "{file}:P", ["IndexError", "in line 1: x = [][3]", "shows the whole trace"]),
    "import that exits": ("raise SystemExit(0)\n", "{file}:P", ["SystemExit"]),
    "import without end": ("while True:\n    pass\n", "{file}:P", ["not read within 0.3 s", "a longer --policy-limit"]),
    "class absent": (HEAD + "    def assign(self, scene): ...", "{file}:Polic", ["no Polic in", "a class of that file: P"]),
    "no class at all": ("x = 1\n", "{file}:P", ["it has none"]),
    "a function": ("def P(scene): ...\n", "{file}:P", ["P is a function", "put the function into a class"]),
    "no role": (HEAD + "    def hello(self): ...", "{file}:P", ["takes none of the roles (methods: hello)", "assign(self, scene: Choices)"]),
    "no method": (HEAD + "    pass", "{file}:P", ["takes none of the roles (methods: none)"]),
    "stub of a protocol": ("from skyreach.policies import *\nclass P(Assignment): ...", "{file}:P", ["takes none of the roles"]),
    "misspelt": (HEAD + "    def asign(self, scene): ...", "{file}:P", ["P.asign", "did you mean assign?", "begin its name with _"]),
    "misspelt beside a role": (
        HEAD + "    def weigh(self, scene): ...\n    def relaese(self, scene): ...", "{file}:P", ["P.relaese", "did you mean release?"]
    ),
    "capitals": (HEAD + "    def Assign(self, scene): ...", "{file}:P", ["did you mean assign?"]),
    "no argument": (HEAD + "    def assign(self): ...", "{file}:P", ["P.assign", "given: def assign(self)", "def assign(self, scene: Choices)"]),
    "two arguments": (HEAD + "    def assign(self, scene, world): ...", "{file}:P", ["def assign(self, scene, world)"]),
    "no method but a number": (HEAD + "    assign = 3", "{file}:P", ["P.assign", "given: a int"]),
    "async": (HEAD + "    async def assign(self, scene): ...", "{file}:P", ["async def assign", "leave async out"]),
    "begin without briefing": (
        HEAD + "    def begin(self): ...\n    def assign(self, scene): ...", "{file}:P", ["P.begin", "def begin(self, briefing: Briefing)"]
    ),
}
CONSTRUCTING = {  # before the run begins
    "constructor wants more": ("    def __init__(self, salvo): ...\n    def assign(self, scene): ...", ["__init__() before the run", "TypeError", "salvo", "P() is called"]),
    "constructor raises": ("    def __init__(self): open('/no/such/file')\n    def assign(self, scene): ...", ["__init__() before the run", "FileNotFoundError", "in line 6"]),
    "constructor without end": ("    def __init__(self):\n        while True: pass\n    def assign(self, scene): ...", ["__init__() before the run", "no answer within 0.3 s"]),
    "begin raises": ("    def begin(self, briefing): briefing.no\n    def assign(self, scene): ...", ["begin() before the run", "AttributeError", "in line 6"]),
}  # fmt: skip
RUNNING = {  # name: (method, body or value that it returns, parts of the message)
    "raises": ("assign", "1 / 0", ["raised ZeroDivisionError: division by zero in line 7", "skyreach.policies.Assignment", "try: mend that line", "return scene.built_in()"]),
    "no such field": ("assign", "scene.optons", ["AttributeError", "optons"]),
    "exits": ("assign", "sys.exit(0)", ["raised SystemExit"]),
    "recursion": ("assign", "self.assign(scene)", ["RecursionError"]),
    "changes what it is shown": ("assign", "setattr(scene, 't', 3.0)", ["FrozenInstanceError"]),
    "loop without end": ("assign", "\n        while True:\n            pass", ["no answer within 0.3 s", "in line 8", "--policy-limit"]),
    "loop that catches all": (
        "assign", "\n        while True:\n            try:\n                x = 1\n            except BaseException:\n                pass",
        ["no answer within 0.3 s"],
    ),
    "sleeps": ("assign", "time.sleep(1e6)", ["no answer within 0.3 s"]),
    "loop in another role": ("track", "\n        while True:\n            pass", ["track() at", "no answer within 0.3 s"]),
    "orders None": ("assign", "None", ["given: None", "a sequence of Order", "`return` on every way"]),
    "orders a number": ("assign", "7", ["given: int 7"]),
    "orders a word": ("assign", "'none'", ["given: str 'none'"]),
    "orders a mapping": ("assign", "{}", ["given: dict"]),
    "orders a generator": ("assign", "(o for o in ())", ["given: generator"]),
    "options in the place of orders": ("assign", "scene.options", ["entry 0: Option", "Order(unit, track, missile)"]),
    "pairs in the place of orders": ("assign", first("(o.unit, o.track)"), ["entry 0: tuple"]),
    "unit by its row": ("assign", first("Order(1, o.track, o.missile)"), ["order 0", "unit: one, two", "a name and no number"]),
    "unit misspelt": ("assign", first("Order('twoo', o.track, o.missile)"), ["did you mean 'two'?"]),
    "track out of range": ("assign", first("Order(o.unit, 10**6, o.missile)"), ["track: ", "its number, not its place"]),
    "track no number": ("assign", first("Order(o.unit, 'f-16', o.missile)"), ["track = str 'f-16'"]),
    "track nan": ("assign", first(f"Order(o.unit, {NAN}, o.missile)"), ["track = float nan"]),
    "missile of another house": ("assign", first("Order(o.unit, o.track, 'patriot')"), ["missile of "]),
    "missile a list": ("assign", first("Order(o.unit, o.track, ['48n6e3'])"), ["missile of "]),
    "twice": ("assign", f"{first('Order(o.unit, o.track, o.missile)')} * 2", ["order 1", "and order 0 before it"]),
    "two units where doctrine has one": (
        "assign", "[Order(o.unit, o.track, o.missile) for o in {o.unit: o for o in scene.options if o.track == scene.options[0].track}.values()]",
        ["order 2 on its track", "1 more on one track, by doctrine"],
    ),
    "no shot": ("assign", first("Order(o.unit, o.track, o.missile, 0)"), ["0 shots", "allowed: 1 to"]),
    "more shots than rounds": ("assign", first("Order(o.unit, o.track, o.missile, 99)"), ["99 shots", "missile channels free and"]),
    "half a shot": ("assign", first("Order(o.unit, o.track, o.missile, 1.5)"), ["shots = float 1.5"]),
    "shots true": ("assign", first("Order(o.unit, o.track, o.missile, True)"), ["shots = True"]),
    "more orders than rounds": (
        "assign", "[Order(o.unit, o.track, o.missile, 2) for o in scene.options if (o.unit, o.missile) == ('two', '48n6e3')]", ["no round left"]
    ),
    "few weights": ("weigh", "[1.0]", ["1 numbers", "one for each of scene.tracks"]),
    "weights nan": ("weigh", f"[{NAN}] * len(scene.tracks)", ["threat value 0 = nan", "a finite number, 0 or more"]),
    "weights infinite": ("weigh", "[math.inf] * len(scene.tracks)", ["threat value 0 = inf"]),
    "weights below zero": ("weigh", "[-1.0] * len(scene.tracks)", ["threat value 0 = -1.0"]),
    "weights words": ("weigh", "['high'] * len(scene.tracks)", ["threat value 0 = str 'high'"]),
    "weights true": ("weigh", "[True] * len(scene.tracks)", ["threat value 0 = bool True"]),
    "identity unknown word": ("identify", "['hostil'] * len(scene.contacts)", ["identity 0 = 'hostil'", "did you mean 'hostile'?"]),
    "identity a number": ("identify", "[1] * len(scene.contacts)", ["identity 0 = 1", "'unknown', 'hostile', 'friend', 'civil'", "try: one of these words"]),
    "identities short": ("identify", "()", ["0 identities", "one for each of scene.contacts"]),
    "identities one word": ("identify", "'hostile'", ["given: str 'hostile'"]),
    "leave by a bool": ("release", "True", ["given: bool True", "Leave(granted=True)"]),
    "leave by nothing": ("release", "None", ["given: NoneType None", "return Leave"]),
    "leave nan": ("release", f"Leave(True, {NAN})", ["Leave.after [s] = nan"]),
    "leave before it was asked": ("release", "Leave(True, -5.0)", ["Leave.after [s] = -5.0", "0 or more"]),
    "leave after the end of all runs": ("release", "Leave(True, 1e300)", ["Leave.after [s] = 1e+300, longer than any run", "0 to 86400, a day", "Leave(False)"]),
    "leave perhaps": ("release", "Leave('perhaps')", ["Leave.granted = 'perhaps'"]),
    "leave asked again in the past": ("release", "Leave(False, 0.0, -1.0)", ["Leave.ask_again [s] = -1.0"]),
    "draw of a word": ("release", "scene.draw('a')", ["TypeError"]),
    "draw below zero": ("release", "scene.draw(-1)", ["ValueError", "a = -1 is not from 0 to"]),
    "plot out of range": ("track", "[Hit(len(scene.plots), None)]", ["hit 0: plot ", "its place in scene.plots"]),
    "plot below zero": ("track", "[Hit(-1, None)]", ["hit 0: plot -1"]),
    "plot twice": ("track", "[Hit(0, None), Hit(0, None)]", ["hit 1: plot 0 a second time"]),
    "track not known": ("track", "[Hit(0, 999)]", ["hit 0: track 999"]),
    "track twice": ("track", "[Hit(k, scene.tracks[0].number) for k in range(len(scene.plots)) if scene.tracks] if len(scene.plots) > 1 else scene.built_in()", ["a second time"]),
    "hits are pairs": ("track", "[(0, None)]", ["entry 0: tuple"]),
    "estimate nan": ("track", estimate(vel=f"({NAN}, 0.0, 0.0)"), ["hit 0: estimate.vel_ecef", "finite numbers"]),
    "estimate of two numbers": ("track", estimate(pos="(1.0, 2.0)"), ["estimate.pos_ecef", "shape (3,)"]),
    "estimate in east, north, up": ("track", estimate(pos="(1000.0, 2000.0, 300.0)"), ["ECEF metres, no east, north, up"]),
    "estimate without covariance": ("track", estimate(cov="None"), ["estimate.cov", "shape (6, 6)"]),
    "covariance not definite": ("track", estimate(cov=f"tuple(tuple(-x for x in row) for row in {COV})"), ["symmetric matrix, positive definite"]),
    "covariance not symmetric": ("track", estimate(cov="np.eye(6) + np.eye(6, k=1) * 0.5"), ["symmetric matrix"]),
    "estimate a list": ("track", "[Hit(0, None, [1, 2, 3])]", ["estimate = list"]),
    "repr that raises": (
        "assign", "\n        class Bad:\n            def __repr__(self): raise ValueError\n        return [Bad()]", ["whose repr raises ValueError"]
    ),
}  # fmt: skip


@pytest.fixture
def refused(skyreach, small_file, tmp_path, monkeypatch):
    """refused(text, spec) -> message of a run that must not be: exit code 2, nothing written, no traceback."""
    monkeypatch.chdir(tmp_path)

    def call(text, spec="{file}:P", limit="0.3"):
        file = tmp_path / "mine.py"
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(text if text is not None else HEAD, encoding="utf-8")
        before = sorted(os.listdir(tmp_path))
        spec = spec.format(file=file, folder=tmp_path)
        said = skyreach("run", small_file, "--quiet", "--out", tmp_path / "out", "--policy", spec, "--policy-limit", limit)
        assert said.code == 2, said.err
        assert said.out == ""
        assert "Traceback" not in said.err
        assert sorted(os.listdir(tmp_path)) == before  # no folder, whole or in part
        return said.err

    return call


@pytest.mark.parametrize("name", LOADING)
def test_what_cannot_be_loaded(refused, name):
    text, spec, parts = LOADING[name]
    said = refused(text, spec)
    assert said.startswith("skyreach: policy ")
    assert all(part in said for part in parts), said


@pytest.mark.parametrize("name", CONSTRUCTING)
def test_what_cannot_be_made(refused, name):
    body, parts = CONSTRUCTING[name]
    said = refused(HEAD + body)
    assert said.startswith("skyreach: policy mine.py:P, ")
    assert all(part in said for part in parts), said


@pytest.mark.parametrize("name", RUNNING)
def test_what_goes_wrong_on_the_way(refused, name):
    method, body, parts = RUNNING[name]
    text = f"{HEAD}    def {method}(self, scene):\n        {body if body.startswith(chr(10)) else f'return {body}'}\n"
    said = refused(text, limit="0.3" if "0.3 s" in "".join(parts) else "10")
    assert said.startswith(f"skyreach: policy mine.py:P, {method}() at ")
    assert " s of the run\n  given: " in said
    assert all(part in said for part in parts), said


@pytest.mark.parametrize(("limit_s", "reading"), [(0.3, 0.3), (1.0, 1.0), (9.0, 9.0), (10.0, 60.0), (100.0, 100.0)])
def test_a_short_limit_holds_for_the_file_too(limit_s, reading, tmp_path, monkeypatch):
    """A limit below the 10 s of the default is meant for whatever the policy does; else an import has a minute."""
    from skyreach.policies import load

    given = []

    class Watch(load.Limit):
        def __init__(self, seconds, last_resort=False):
            given.append(seconds)
            super().__init__(seconds, last_resort)

    monkeypatch.setattr(load, "Limit", Watch)
    (tmp_path / "mine.py").write_text("class P:\n    def assign(self, scene): return ()\n", encoding="utf-8")
    load.load_policy(f"{tmp_path / 'mine.py'}:P", limit_s)
    assert given == [reading]


def test_a_file_that_hangs_is_stopped_after_a_limit_of_a_second(refused):
    assert "mine.py was not read within 1 s" in refused("while True:\n    pass\n", limit="1")


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf", "1e-9"])
def test_a_limit_that_is_none(refused, limit):
    assert "a number of seconds, 0.01 or more" in refused(HEAD + "    def assign(self, scene): return ()", limit=limit)


def test_a_lost_unit_gets_no_orders(play, small):
    """The unit is lost at 25 s, by the timeline; an order to it is refused, with the reason that the ledger gives."""
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    text = small.scenario.to_yaml() + "timeline:\n  - {at_s: 25, what: lost, of: two}\n"
    text = text.replace("timeline: []\n", "", 1)

    class Stubborn:
        def assign(self, scene):
            (two,) = (unit for unit in scene.units if unit.name == "two")
            if not two.alive:
                return [Order("two", scene.tracks[0].number, "9m96e2")]
            return ()

    from skyreach.policies import Order

    with pytest.raises(BadPolicy, match="unit lost: the fire unit is out of the fight") as fault:
        play(compile_scenario(read_scenario(text)), Stubborn)
    assert "Stubborn, assign() at 2" in fault.value.where


def test_no_free_channel_no_order(play, small):
    """All target channels of a unit taken: the next order to it names what is taken."""
    from skyreach.policies import Order
    from skyreach.scenario import read_scenario
    from skyreach.scenario.compile import compile_scenario

    few = read_scenario(small.scenario.to_yaml(), "small", {"catalog.98zh6e.target_channels": "1"})

    class Greedy:
        def assign(self, scene):
            free = [track for track in scene.tracks if track.missiles == 0]
            return [Order("two", track.number, "9m96e2", 1) for track in free[:2]]

    with pytest.raises(BadPolicy, match="no target channel"):
        play(compile_scenario(few), Greedy)


def test_a_unit_without_rounds_gets_no_orders(play, small):
    from skyreach.policies import Order

    class Empties:
        def assign(self, scene):
            (two,) = (unit for unit in scene.units if unit.name == "two")
            options = [o for o in scene.options if (o.unit, o.missile) == ("two", "48n6e3")]
            if two.rounds["48n6e3"]:
                return [Order(o.unit, o.track, o.missile, 2) for o in options[:1]]
            other = [o for o in scene.options if o.unit == "two"]
            return [Order("two", o.track, "48n6e3") for o in other[:1]]

    with pytest.raises(BadPolicy, match="no round of it left"):
        play(small, Empties)


@pytest.mark.parametrize("given", [lambda scene: (), 7, "x", object(), pytest])
def test_what_is_no_policy_at_all(given, small):
    with pytest.raises(BadPolicy):
        sr.run(small.scenario, policy=given)


def test_a_tracker_beside_banks_is_refused(small):
    class Mine:
        def track(self, scene):
            return ()

    with pytest.raises(BadPolicy, match="leave `tracking` out"):
        sr.run(small.scenario, overrides={"tracking.filter": "imm"}, policy=Mine)


def test_the_error_comes_from_the_library_too(small):
    class Mine:
        def assign(self, scene):
            return [3]

    with pytest.raises(sr.BadInput) as fault:
        sr.run(small.scenario, policy=Mine)
    assert fault.value.where.startswith("policy test_policy_bad.py:Mine, assign() at ")
    assert "int 3" in fault.value.given
    assert fault.value.allowed == "a skyreach.policies.Order"


def test_ctrl_c_is_no_fault_of_the_policy(small):
    class Mine:
        def assign(self, scene):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sr.run(small.scenario, policy=Mine)


def test_after_a_bad_policy_a_good_one_runs(small, play):
    """What an aborted run has left behind in this process: no timer, no handler, no other bits."""
    import signal

    class Loops:
        def assign(self, scene):
            while True:
                pass

    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(BadPolicy, match="no answer within"):
        play(small, Loops, limit_s=0.05)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    policy = type("Good", (), {"assign": lambda self, scene: scene.built_in()})
    assert play(small, policy).digest == play(small).digest


def test_json_output_says_which_policy(skyreach, small_file, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("class Mine:\n    def assign(self, scene): return ()\n", encoding="utf-8")
    said = skyreach("run", small_file, "--json", "--quiet", "--out", tmp_path / "out", "--policy", f"{file}:Mine")
    assert said.code == 0
    assert json.loads(said.out)["policy"]["name"] == "mine.py:Mine"
