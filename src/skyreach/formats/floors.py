"""GeoTIFF of the lowest visible altitudes of a run's radars, each and all together; the maps of `skyreach coverage`."""

import json
from pathlib import Path as File

from skyreach.errors import BadInput
from skyreach.formats.output import part_folder
from skyreach.formats.reader import Feed


def write(feed: Feed, path: File) -> list[File]:
    """Write a folder with one GeoTIFF for each radar of the scenario, one for all, and about.json."""
    from skyreach.analysis.network import network
    from skyreach.analysis.network_files import save

    if feed.scenario is None:
        raise BadInput("export to tif", "a scenario that this version cannot read", cure="run it again")
    feed.of_first_positions("the maps")
    with part_folder(path) as part:
        names = [file.name for file in save(network(feed.scenario), part, ["tif"])]
        text = json.dumps(feed.about, indent=2, ensure_ascii=False)
        (part / "about.json").write_text(text + "\n", encoding="utf-8")
    return [path / name for name in (*names, "about.json")]
