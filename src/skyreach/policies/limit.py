"""A time limit on a call into a user's code, held even against a loop without end.

In the main thread an interval timer (SIGALRM) raises, which also ends a sleep; elsewhere, and where there is no such timer, a
second thread does. Both raise again and again, and once more at the next line of code that has caught it, so that code which
catches everything is stopped all the same. What never comes back to Python (a compiled loop) neither can stop: with `last_resort`
the process then ends, and `last_words` says where it hung.
"""

import ctypes
import faulthandler
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from skyreach.policies.last_words import grave

AGAIN = 0.02  # s, between two tries to stop it
GRACE = 10.0  # s, after which the last resort ends the process

_of_thread = threading.local()  # .owner: frame of the call that is counted


class Overrun(BaseException):
    """The time is up. No Exception, so that `except Exception` in the user's code does not catch it.

    It is made in the thread that it stops, and there lays a trace on the frames of the user's code: the next line that is run in
    one of them, be it in an `except` that has caught it, raises anew."""

    def __init__(self) -> None:
        super().__init__()
        owner, frame = getattr(_of_thread, "owner", None), sys._getframe(1)
        if owner is None:
            return
        while frame is not None and frame is not owner:
            if frame.f_code.co_filename != __file__:
                frame.f_trace = _once_more
            frame = frame.f_back  # type: ignore[assignment]
        sys.settrace(_nothing)


def _once_more(frame: Any, event: str, arg: Any) -> Any:
    if event == "line":
        raise Overrun
    return _once_more


def _nothing(frame: Any, event: str, arg: Any) -> Any:
    return None


class Limit:
    """A stop-watch for calls: `limit.call(function, ...)` raises Overrun once that has taken `seconds`."""

    def __init__(self, seconds: float, last_resort: bool = False) -> None:
        self.seconds, self.last_resort = seconds, last_resort
        self._counts = False
        self._owner: FrameType | None = None

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """What the function returns."""
        self._rest, self._owner = self.seconds, sys._getframe()
        self._alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        try:
            self._start()
            return function(*args)
        finally:
            try:
                self._stop()
            finally:  # the time may run out in there; then nothing is left to do but once more
                self._stop()
                self._owner = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Within a call that is counted: time that is ours, not the user's."""
        if not self._counts:
            yield
            return
        self._stop()
        try:
            yield
        finally:
            self._start()

    def _start(self) -> None:
        self._begun = time.monotonic()
        self._trace, _of_thread.owner = sys.gettrace(), self._owner
        if self.last_resort:
            faulthandler.dump_traceback_later(self._rest + GRACE, exit=True, file=grave(self.seconds))
        self._counts = True
        if self._alarm:
            self._handler = signal.signal(signal.SIGALRM, self._ring)
            self._timer = signal.setitimer(signal.ITIMER_REAL, self._rest, AGAIN)
        else:
            self._done = threading.Event()
            self._watch = threading.Thread(target=self._nag, args=(threading.get_ident(), self._rest, self._done), daemon=True)
            self._watch.start()

    def _stop(self) -> None:
        if not self._counts:
            return
        spent = time.monotonic() - self._begun
        self._rest = max(self._rest - spent, AGAIN)
        if self._alarm:
            before, again = self._timer
            signal.setitimer(signal.ITIMER_REAL, max(before - spent, AGAIN) if before else 0.0, again)
            signal.signal(signal.SIGALRM, self._handler)
        else:
            self._done.set()
            self._watch.join()  # what it raised last comes out here, at the latest
        self._counts, _of_thread.owner = False, None
        if sys.gettrace() is not self._trace:
            sys.settrace(self._trace)
        if self.last_resort:
            faulthandler.cancel_dump_traceback_later()

    def _in_users_code(self, frame: FrameType | None) -> bool:
        """True if a frame is the user's, or of what he calls: the nearest frame of this file above it is that of the call."""
        if frame is None or frame.f_code.co_filename == __file__:
            return False  # on our way in or out: the next try will do
        while frame is not None and frame.f_code.co_filename != __file__:
            frame = frame.f_back
        return frame is self._owner

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._counts and self._in_users_code(frame):
            raise Overrun

    def _nag(self, thread: int, seconds: float, done: threading.Event) -> None:
        wait = seconds
        while not done.wait(wait):
            if self._in_users_code(sys._current_frames().get(thread)):
                _raise_in(thread, Overrun)
            wait = AGAIN


def _raise_in(thread: int, exception: type[BaseException]) -> None:
    """Raise in another thread at its next instruction of Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(exception))
