"""What is said of a policy that cannot be used."""

from skyreach.errors import BadInput


class BadPolicy(BadInput):
    """A user's policy that could not be loaded, raised, answered nonsense or took too long: file, class, method, time in the run,
    what was given, what is allowed, and the likely cure."""

    def __init__(self, where: str, given: object = "", allowed: str = "", cure: str = "") -> None:
        super().__init__(f"policy {where}", given, allowed, cure)
