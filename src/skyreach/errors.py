"""Errors that tell a user what is wrong and what to do about it."""


class SkyreachError(Exception):
    """Base of all errors that skyreach raises on purpose; the command line prints it without a traceback."""

    exit_code = 3


class BadInput(SkyreachError):
    """Input that cannot be used.

    where: file and line, or path of the value; given: what stood there; allowed: what may stand there;
    cure: the likely remedy. Empty parts are left out of the message.
    """

    exit_code = 2

    def __init__(self, where: str, given: object = "", allowed: str = "", cure: str = "") -> None:
        self.where, self.given, self.allowed, self.cure = where, given, allowed, cure
        parts = [where]
        if given != "":
            parts.append(f"given: {given}")
        if allowed:
            parts.append(f"allowed: {allowed}")
        if cure:
            parts.append(f"try: {cure}")
        super().__init__("\n  ".join(parts))


class Stopped(SkyreachError):
    """The user has stopped a command (Ctrl-C)."""

    exit_code = 130


class RunFailed(SkyreachError):
    """A run that started and could not be brought to its end (full table, full disk, fault in a kernel)."""
