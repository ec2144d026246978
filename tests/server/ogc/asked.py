"""Questions to /ogc, and what answers them."""

from __future__ import annotations

from typing import Any

import httpx2
from starlette.testclient import TestClient

SITES = "/ogc/collections/emergency_sites"
ITEMS = f"{SITES}/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def ask(client: TestClient, path: str, **parameters: object) -> httpx2.Response:
    """The answer, which is well; `_` in names of parameters stands for `-`."""
    answer = client.get(path, params=query(parameters) or None)  # {} would take a query away
    assert answer.status_code == 200, answer.text
    return answer


def json(client: TestClient, path: str, **parameters: object) -> Any:
    """What the answer says in JSON."""
    return ask(client, path, **parameters).json()


def query(parameters: dict[str, object]) -> dict[str, str]:
    """The parameters as a query has them."""
    return {name.replace("_", "-"): str(value) for name, value in parameters.items()}


def link_to(document: dict[str, Any], rel: str, media_type: str | None = None) -> str:
    """Where the first link of this relation leads."""
    links = [each for each in document["links"] if each["rel"] == rel]
    if media_type is not None:
        links = [each for each in links if each.get("type") == media_type]
    href: str = links[0]["href"]
    return href.removeprefix("http://testserver")


def ids(document: dict[str, Any]) -> list[int]:
    """The ids of the features."""
    return [feature["id"] for feature in document["features"]]
