"""The time limit holds in the main thread and in others, against what catches all, and leaves nothing behind."""

import os
import subprocess
import sys
import threading
import time

import pytest

from skyreach.policies.last_words import words
from skyreach.policies.limit import Limit, Overrun


def endless():
    while True:
        pass


def swallowing():
    while True:
        try:
            for _ in range(1000):
                pass
        except BaseException:
            pass


def sleeping():
    while True:
        time.sleep(0.01)


def stopped(work, seconds=0.1):
    """Seconds after which a limit ended some work; -1: it came back by itself."""
    begun = time.monotonic()
    try:
        Limit(seconds).call(work)
    except Overrun:
        return time.monotonic() - begun
    return -1.0


@pytest.mark.parametrize("work", [endless, swallowing, sleeping])
@pytest.mark.parametrize("main", [True, False])
def test_it_ends_what_has_no_end(work, main):
    took = []
    if main:
        took.append(stopped(work))
    else:
        thread = threading.Thread(target=lambda: took.append(stopped(work)))
        thread.start()
        thread.join(30.0)
    assert 0.1 <= took[0] < 20.0  # a machine under load, at worst


@pytest.mark.parametrize("main", [True, False])
def test_what_is_in_time_is_left_alone(main):
    took = []

    def many():
        limit = Limit(30.0)
        for _ in range(300):
            took.append(limit.call(sum, range(100)))

    thread = threading.Thread(target=many)
    if main:
        many()
    else:
        thread.start()
        thread.join()
    assert took == [4950] * 300


def test_our_own_time_does_not_count():
    limit = Limit(0.2)

    def in_time():
        with limit.paused():
            time.sleep(0.4)
        return 1

    def too_long():
        with limit.paused():
            time.sleep(0.05)
        endless()

    assert limit.call(in_time) == 1
    with pytest.raises(Overrun):
        limit.call(too_long)
    with limit.paused():  # outside of any call
        pass


def test_a_timer_of_others_goes_on():
    import signal

    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        assert stopped(endless, 0.1) > 0.0
        assert rung == []
        end = time.monotonic() + 20.0
        while not rung and time.monotonic() < end:
            time.sleep(0.01)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def test_the_last_resort_ends_the_process():
    """A call that never comes back to Python: the process ends, and where it hung is said without a traceback."""
    code = (
        "from skyreach.policies import limit\n"
        "limit.GRACE = 0.2\n"
        "limit.Limit(0.2, last_resort=True).call(lambda:\n"
        "    sum(range(10**15)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60.0, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("skyreach: <string>, line 4, in <lambda>\n")
    assert "no answer within 0.2 s, from compiled code" in done.stderr
    assert "longer --policy-limit" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Thread" not in done.stderr


def test_the_last_words_are_of_the_users_own_line():
    trace = (
        "Timeout (0:00:10)!\nThread 0x00007f (most recent call first):\n"
        '  File "/env/site-packages/numpy/linalg.py", line 9 in solve\n  File "mine.py", line 12 in threats\n'
        '  File "/src/skyreach/policies/limit.py", line 70 in call\n  File "/src/skyreach/policies/ask.py", line 45 in _call\n'
    )
    assert words(trace, "10").startswith("skyreach: mine.py, line 12, in threats\n")
    assert words("", "10") == ""


def test_nothing_is_said_where_nothing_hung(tmp_path):
    code = "from skyreach.policies import limit\nprint(limit.Limit(5.0, last_resort=True).call(lambda: 7))\n"
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60.0, check=True, env=env)
    assert (done.stdout, done.stderr) == ("7\n", "")
    assert list(tmp_path.iterdir()) == []
