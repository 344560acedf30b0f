"""Why a process had to be ended, said by another one: a call that never comes back to Python leaves no time for words.

faulthandler writes where the call hangs into a file and ends the process; a small process of ours, which waits for that,
reads the file and says it in the words of our errors. It says nothing when the process ends in any other way.
"""

import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

WATCHED = "policies" + os.sep + "limit.py"  # the frame below which the user's code begins
_watching: list[subprocess.Popen] = []  # as long as this process lives: they wait for the end of their standard input
FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$', re.M)


@cache
def grave(seconds: float) -> IO[str]:
    """File for faulthandler to write to, watched from now on. seconds: after which a call is ended [s]."""
    file = tempfile.NamedTemporaryFile("w", prefix="skyreach-", suffix=".txt", delete=False)
    words_for = [sys.executable, "-S", __file__, file.name, f"{seconds:g}"]
    watch = subprocess.Popen(words_for, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
    _watching.append(watch)  # in a session of its own: Ctrl-C is not for it
    return file


def words(trace: str, seconds: str) -> str:
    """What is said of a trace of faulthandler; empty for none."""
    frames = FRAME.findall(trace)
    above = next((i for i, frame in enumerate(frames) if frame[0].endswith(WATCHED)), len(frames))
    theirs = [frame for frame in frames[:above] if "site-packages" not in frame[0]] or frames[:above]
    if not theirs:
        return ""
    file, line, name = theirs[0]
    return (
        f"skyreach: {file}, line {line}, in {name}\n"
        f"  given: no answer within {seconds} s, from compiled code that does not come back to Python and cannot be stopped\n"
        "  allowed: an answer within the limit of a call; the run was ended, nothing of it is written\n"
        "  try: a loop without end? else a longer --policy-limit (policy_limit_s)"
    )


def wait(file: str, seconds: str) -> None:
    """Wait until the process that started this one has ended; say what it left in the file."""
    sys.stdin.read()
    path = Path(file)
    said = words(path.read_text(encoding="utf-8", errors="replace"), seconds)
    path.unlink()
    if said:
        print(said, file=sys.stderr)


if __name__ == "__main__":
    wait(*sys.argv[1:])
