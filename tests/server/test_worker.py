"""A worker that serves loads nothing that only reading data, rendering or typesetting needs."""

from __future__ import annotations

import re
import subprocess
import sys
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
# The renderer is on the way of every publication.
NOT_FOR_PAGES = {"fastapi", "pandas", "psycopg", "pydantic_settings", "sqlalchemy", "starlette"}
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


def test_the_renderer_loads_neither_the_framework_nor_what_a_database_is_asked_by() -> None:
    code = """
import sys
sys.modules["pandas"] = None
import server.renderer, server.viewer.page
print(*(name for name, module in sys.modules.items() if module))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "folium" in loaded
    assert loaded & NOT_FOR_PAGES == set()
