"""A service of a small city whose layer of points is published by the desk, version by version."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path

from sqlalchemy import Engine

from server.desk.accounts.roles import COMMAND_LINE
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.versions import Act, Content
from tests.layers.city import LAYER, SmallCity
from tests.service import START_SECONDS
from tests.visit import ask

POINTS = "points"
SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
DEFINITION = LAYER.format(group="fire", top="", source=SOURCE, fields="")
ASKED = 12  # times, each on a connection of its own: by either of two workers


def points_named(name: str) -> str:
    """A table of one point."""
    return f"名称,緯度,経度\n{name},35.1,139.1\n"


def settings_of(city: SmallCity, database_url: str) -> dict[str, str]:
    """The settings of the service."""
    city.home.mkdir(exist_ok=True)
    return {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
        "BOSAI_DATABASE_URL": database_url,
        "BOSAI_SECRET_FILE": str(city.home / "secret.key"),
    }


def publish(engine: Engine, folder: Path, name: str, at: datetime.datetime | None = None) -> int:
    """Publish a version with one point of this name; gives its number."""
    desk, path = DeskLayers(engine), folder / "put.csv"
    path.write_text(points_named(name), encoding="utf-8")
    sha256 = desk.put_file(path)
    with engine.begin() as connection:
        content = Content(DEFINITION, {"points.csv": sha256})
        return desk.publish(connection, POINTS, content, Act(COMMAND_LINE), at=at)


def await_names(address: str, name: str) -> None:
    """Wait until every answer has the point of this name, and no other."""
    deadline = time.monotonic() + START_SECONDS
    while (names := names_served(address)) != {name}:
        assert time.monotonic() < deadline, f"{names} are served, and never {name}"
        time.sleep(0.05)


def names_served(address: str) -> set[str]:
    """The names of the points, as each of several requests is answered."""
    exports = {ask(f"{address}/layers/{POINTS}/export.geojson") for _ in range(ASKED)}
    return {
        feature["properties"]["name"]
        for export in exports
        for feature in json.loads(export)["features"]
    }
