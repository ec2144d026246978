"""The city that ships, with its emergency evacuation sites drawn as areas."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS

HALF = 0.0012  # degrees: half the side of a site


class AreaSites(NamedTuple):
    """Folders of definitions, data and home."""

    definitions: Path
    data: Path
    home: Path


def area_sites(folder: Path) -> AreaSites:
    """Write the city below `folder`: a square for each site, with the source's own columns."""
    definitions = Path(shutil.copytree(BUNDLED_DEFINITIONS, folder / "definitions"))
    data = Path(shutil.copytree(BUNDLED_DATA, folder / "data"))
    with (data / "emergency_sites.csv").open(encoding="utf-8-sig") as file:
        features = [_square(row) for row in csv.DictReader(file)]
    collection = {"type": "FeatureCollection", "features": features}
    (data / "sites.geojson").write_text(json.dumps(collection), "utf-8")
    path = definitions / "emergency_sites.toml"
    source = '[source]\npath = "sites.geojson"\n\n['
    text = re.sub(r"\[source\]\n.*?\n\n\[", source, path.read_text("utf-8"), flags=re.DOTALL)
    path.write_text(text, "utf-8")
    home = folder / "home"
    home.mkdir()
    return AreaSites(definitions, data, home)


def _square(row: dict[str, str]) -> dict[str, object]:
    x, y = float(row["経度"]), float(row["緯度"])
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[x + HALF * east, y + HALF * north] for east, north in corners]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": row, "geometry": geometry}
