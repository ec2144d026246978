"""Folium as its documentation shows it: the whole data in the page, drawn by Leaflet."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import folium

from tests.benchmarks.servers import free_port, serving

VERSION = version("folium")
VARIABLE = "map_plain"
# All is in the page: when its load event has come, Leaflet has drawn it.
DRAWN = "() => true"
# As Folium draws by itself; and what its documentation advises for many points.
FORMS = ("a marker a point and SVG", "circles, all in one canvas")


class Plain(folium.Map):
    """A map that needs no other host: of Folium's libraries only Leaflet, from our package."""

    default_js = [("leaflet", "leaflet.js")]  # noqa: RUF012 - as Folium declares it
    default_css = [("leaflet_css", "leaflet.css")]  # noqa: RUF012


@contextmanager
def serving_map(
    work: Path, leaflet: Path, data: Sequence[Path], place: tuple[float, float, int], form: str
) -> Iterator[str]:
    """Serve the map of these GeoJSON files in one of `FORMS`.

    `place` is latitude, longitude and zoom; `leaflet` the folder of what its package distributes.
    """
    latitude, longitude, zoom = place
    canvas = form == FORMS[1]
    found = Plain([latitude, longitude], zoom_start=zoom, tiles=None, prefer_canvas=canvas)
    found._id = "plain"
    for path in data:
        marker = folium.CircleMarker(radius=7, fill=True) if canvas else None
        folium.GeoJson(json.loads(path.read_bytes()), marker=marker).add_to(found)
    folder, port = work / "folium", free_port()
    shutil.copytree(leaflet, folder, dirs_exist_ok=True)
    (folder / "index.html").write_text(found.get_root().render(), encoding="utf-8")
    command: list[str | Path] = [sys.executable, "-m", "http.server", str(port)]
    command += ["--bind", "127.0.0.1", "--directory", folder]
    with serving(command, port, "/leaflet.css", work / "folium.log"):
        yield f"http://127.0.0.1:{port}/"
