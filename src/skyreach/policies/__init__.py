"""A user's own tracker, identification, threat evaluation, assignment or release authority, in the stepped driver.

`sr.run(scenario, policy=MyClass)` or `skyreach run SCENARIO --policy FILE.py:CLASS`; docs/policies.md shows how. The class is
trusted as any program of the user is: it is no sandbox. What it is shown holds no truth.
"""

from skyreach.policies.errors import BadPolicy
from skyreach.policies.roles import (
    Assignment,
    Choices,
    Contacts,
    Identification,
    ReleaseAuthority,
    Request,
    Scan,
    ThreatEvaluation,
    Threats,
    Tracker,
)
from skyreach.policies.views import (
    Asset,
    Briefing,
    Contact,
    Estimate,
    Hit,
    Leave,
    Missile,
    Option,
    Order,
    Plot,
    Radar,
    Track,
    TrackState,
    Unit,
)

__all__ = [
    "Asset", "Assignment", "BadPolicy", "Briefing", "Choices", "Contact", "Contacts", "Estimate", "Hit", "Identification",
    "Leave", "Missile", "Option", "Order", "Plot", "Radar", "ReleaseAuthority", "Request", "Scan", "ThreatEvaluation", "Threats",
    "Track", "TrackState", "Tracker", "Unit",
]  # fmt: skip
