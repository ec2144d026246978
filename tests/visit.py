"""Asks a running service for everything it serves: pages, data, and what it sets in type."""

from __future__ import annotations

import json
import re
import urllib.request

from layers.geometry.tile import Bounds, TileRange
from server.texts import LANGUAGES
from tests.served_bytes import OF_A_LAYER, PAGES

DEEPEST = 15  # zoom: below, a city's tiles are many and alike
ENCODINGS = ("{z}/{x}/{y}.geojson", "{z}/{x}/{y}.mvt", "styled/{z}/{x}/{y}.geojson")
FILES = (
    "/layers/export.zip",
    "/base.geojson",
    "/search/index.json",
    "/offline.json",
    "/offline/map",
    "/readyz",
)
OF_DATA = (
    "/layers/{id}",
    "/layers/{id}/export.geojson",
    "/layers/{id}/export.gpkg",
    "/layers/{id}/export.xlsx",
    "/layers/{id}/export.pmtiles",
    "/offline/{id}.pack",
    "/ogc/collections/{id}/items?crs=http://www.opengis.net/def/crs/EPSG/0/3857&filter=id>0",
    "/ogc/collections/{id}/styles/default?f=sld10",
)
SHEET = re.compile(r'"(/towns/[^."]+\.pdf)')


def ask(address: str, accept: str = "*/*") -> bytes:
    """The answer's body. Raises `HTTPError` unless all is well."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        body: bytes = answer.read()
    return body


def read_pages(service: str) -> None:
    """Every page in every language."""
    of_layers = [template.format(id=i) for i in _layers(service) for template in OF_A_LAYER[:2]]
    for lang in LANGUAGES:
        for page in (*PAGES, "/requests/new", *of_layers):
            separator = "&" if "?" in page else "?"
            ask(f"{service}{page}{separator}lang={lang}", "text/html")


def load_data(service: str) -> None:
    """Every layer's tiles in each encoding, its files, and those of the whole city."""
    for path in FILES:
        ask(service + path)
    for layer_id in _layers(service):
        for template in OF_DATA:
            ask(service + template.format(id=layer_id))
        if json.loads(ask(f"{service}/layers/{layer_id}?f=json"))["hazard"] is not None:
            ask(f"{service}/layers/{layer_id}/coverage.geojson")
        described = json.loads(ask(f"{service}/tiles/{layer_id}.json"))
        bounds = Bounds(*described["bounds"])
        for z in range(described["minzoom"], min(described["maxzoom"], DEEPEST) + 1):
            for tile in TileRange.of(z, bounds):
                for encoding in ENCODINGS:
                    path = encoding.format(z=tile.z, x=tile.x, y=tile.y)
                    ask(f"{service}/tiles/{layer_id}/{path}")


def print_sheets(service: str) -> None:
    """The picture of a shared link, the page to print, and the sheet of a neighbourhood."""
    ask(f"{service}/og.png")
    ask(f"{service}/print", "text/html")
    (sheet, *_) = SHEET.findall(ask(f"{service}/towns", "text/html").decode())
    ask(service + sheet)


def _layers(service: str) -> list[str]:
    return [layer["id"] for layer in json.loads(ask(f"{service}/layers?f=json"))]
