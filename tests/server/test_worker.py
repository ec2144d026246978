"""A worker that serves loads nothing that only reading data, rendering or typesetting needs."""

from __future__ import annotations

import re
from pathlib import Path

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from tests.service import service
from tests.visit import load_data, print_sheets, read_pages

HEAVY = {
    "PIL",
    "aiosmtplib",
    "authlib",
    "branca",
    "fiona",
    "folium",
    "geopandas",
    "joserfc",
    "openpyxl",
    "pandas",
    "pmtiles",
    "pyarrow",
    "pylopdf_fonts_jp",
    "pyogrio",
    "typst",
    "xlsxwriter",
}
IMPORTED = re.compile(r"^import time: .*\| +(\S+)$", re.MULTILINE)  # of -X importtime


def test_a_worker_loads_no_reader_no_folium_and_no_typst(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # Every layer is prepared, the map rendered and type set by processes that this one starts.
    with service(BUNDLED_DEFINITIONS, BUNDLED_DATA, home, ("-X", "importtime")) as address:
        read_pages(address)
        load_data(address)
        print_sheets(address)
    imported = IMPORTED.findall((home / "serve.log").read_text())
    # That structlog looks for Rich, and is told that there is none, is in the list too.
    assert not any(name.startswith("rich.") for name in imported)
    loaded = {name.partition(".")[0] for name in imported}
    assert {"shapely", "fastapi", "segno"} <= loaded
    assert loaded & HEAVY == set()
