"""What a weapon can be aimed at: assets, and by its name each radar, point defence, fire unit or command post."""

from skyreach.scenario.base_models import Place
from skyreach.scenario.models import Scenario
from skyreach.scenario.names import post_name


def aims_of(scenario: Scenario) -> dict[str, Place]:
    """Places by name. Of things of one name an asset goes first, then radar, point defence, fire unit, command post.

    A post has the name under which it takes part, and that of its formation where that is no fire unit."""
    found: dict[str, Place] = {asset.name: asset.at for asset in scenario.assets}
    units = [unit for _, unit, _ in scenario.walk()]
    for unit in units:
        for radar in unit.radars:
            found.setdefault(radar.name, radar.at)
    for unit in units:
        for defence in unit.point_defence:
            found.setdefault(defence.name, defence.at)
    for unit in units:
        eye = unit.engagement_radar()
        if eye:
            found.setdefault(unit.name, eye.at)
    for unit in units:
        if unit.command_post:
            found.setdefault(unit.name, unit.command_post.at)
            found.setdefault(post_name(unit.name), unit.command_post.at)
    return found
