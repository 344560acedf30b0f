"""A time limit on a call into a user's code, held even against a loop without end.

In the main thread an interval timer (SIGALRM) raises, which also ends a sleep; elsewhere, and where there is no such timer, a
second thread does. Both raise again and again, so that code which catches everything is stopped all the same. What never comes
back to Python (a compiled loop) neither can stop: with `last_resort` the process then ends, with a traceback of where it hangs.
"""

import ctypes
import faulthandler
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AGAIN = 0.02  # s, between two tries to stop it
GRACE = 10.0  # s, after which the last resort ends the process


class Overrun(BaseException):
    """The time is up. No Exception, so that `except Exception` in the user's code does not catch it."""


class Limit:
    """A stop-watch for calls: `with limit.running(): call()` raises Overrun once the call has taken `seconds`."""

    def __init__(self, seconds: float, last_resort: bool = False) -> None:
        self.seconds, self.last_resort = seconds, last_resort
        self.inside = False
        self._rest = seconds

    @contextmanager
    def running(self, seconds: float | None = None) -> Iterator[None]:
        """Count the time of the block."""
        self._rest = seconds or self.seconds
        with self._counting():
            yield

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Within a call that is counted: time that is ours, not the user's."""
        if not self.inside:
            yield
            return
        self._stop()
        try:
            yield
        finally:
            self._start()

    @contextmanager
    def _counting(self) -> Iterator[None]:
        self._alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        self._begun, stopped = time.monotonic(), False
        try:
            self._start()
            yield
        finally:
            while not stopped:  # the time may run out in here
                with suppress(Overrun):
                    self._stop()
                    stopped = True

    def _start(self) -> None:
        self._begun = time.monotonic()
        if self.last_resort and sys.__stderr__ is not None:
            faulthandler.dump_traceback_later(self._rest + GRACE, exit=True, file=sys.__stderr__)
        self.inside = True
        if self._alarm:
            self._handler = signal.signal(signal.SIGALRM, self._ring)
            self._timer = signal.setitimer(signal.ITIMER_REAL, self._rest, AGAIN)
        else:
            self._done = threading.Event()
            self._watch = threading.Thread(target=self._nag, args=(threading.get_ident(), self._rest, self._done), daemon=True)
            self._watch.start()

    def _stop(self) -> None:
        self.inside = False
        spent = time.monotonic() - self._begun
        self._rest = max(self._rest - spent, AGAIN)
        if self._alarm:
            before, again = self._timer
            signal.setitimer(signal.ITIMER_REAL, max(before - spent, AGAIN) if before else 0.0, again)
            signal.signal(signal.SIGALRM, self._handler)
        else:
            self._done.set()
            self._watch.join()
            _raise_in(threading.get_ident(), None)
        if self.last_resort:
            faulthandler.cancel_dump_traceback_later()

    def _ring(self, number: int, frame: object) -> None:
        if self.inside:
            raise Overrun

    def _nag(self, thread: int, seconds: float, done: threading.Event) -> None:
        wait = seconds
        while not done.wait(wait):
            _raise_in(thread, Overrun)
            wait = AGAIN


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    """Raise in another thread at its next instruction of Python; None takes back what has not been raised yet."""
    thing = ctypes.py_object(exception) if exception else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), thing)
