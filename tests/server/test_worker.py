"""A worker that serves loads nothing that only reading data or rendering the map needs."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.texts import LANGUAGES
from tests.served_bytes import FILES, OF_A_LAYER, PAGES
from tests.service import service

LAYERS = ("flood", "emergency_sites", "hydrants")
OTHERS = (
    "/layers",
    "/layers/flood/export.geojson",
    "/layers/flood/coverage.geojson",
    "/offline/hydrants.pack",
    "/requests/new",
    "/readyz",
    *(f"/tiles/{layer}/14/14545/6443.{form}" for layer in LAYERS for form in ("geojson", "mvt")),
    "/tiles/flood/styled/14/14545/6443.geojson",
)
HEAVY = {
    "branca",
    "fiona",
    "folium",
    "geopandas",
    "openpyxl",
    "pandas",
    "pyarrow",
    "pyogrio",
}
IMPORTED = re.compile(r"^import time: .*\| +(\S+)$", re.MULTILINE)  # of -X importtime


def test_a_worker_loads_no_reader_and_no_folium(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # Every layer is prepared and the map rendered, by processes that this one starts.
    with service(BUNDLED_DEFINITIONS, BUNDLED_DATA, home, ("-X", "importtime")) as address:
        for path in [*FILES, *OTHERS, *(t.format(id=name) for t in OF_A_LAYER for name in LAYERS)]:
            ask(address + path, "*/*")
        (sheet, *_) = re.findall(r"/towns/[^.\"]+\.pdf", ask(f"{address}/towns", "text/html"))
        ask(address + sheet, "*/*")
        for lang in LANGUAGES:
            for page in [*PAGES, "/layers/flood", "/layers/hydrants/table"]:
                ask(f"{address}{page}{'&' if '?' in page else '?'}lang={lang}", "text/html")
    loaded = {name.partition(".")[0] for name in IMPORTED.findall((home / "serve.log").read_text())}
    assert {"shapely", "fastapi", "typst"} <= loaded
    assert loaded & HEAVY == set()


def ask(address: str, accept: str) -> str:
    """The answer's text. Raises `HTTPError` unless it is well."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        content: bytes = answer.read()
    return content.decode(errors="replace")
