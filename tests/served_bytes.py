"""The hash of everything that is served of a city, to see that a change of the code changed none.

    python -m tests.served_bytes DEFINITIONS DATA > before.json
    python -m tests.served_bytes DEFINITIONS DATA --against before.json

Every tile of every zoom in each encoding, exports, packs, coverages, pages in every language,
pictures and sheets. Revision ids and the hashed names of static files are left out of account: a
change that prepares the same data under another id changes nothing that is served.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Encoding, Layer
from layers.exports import pack
from layers.exports.formats import formats_of
from layers.geometry.tile import WORLD, TileRange
from layers.publish.open import open_catalog
from layers.query.towns import towns
from layers.store.folder import HomeFolder
from server.app import create_app
from server.settings import Settings
from server.texts import LANGUAGES

PUBLISHED = 1_700_000_000  # seconds of Unix time
ENCODINGS: tuple[Encoding, ...] = ("geojson", "mvt", "styled")
HASHED = re.compile(rb"(?<=[-.])[0-9A-Za-z]{8}(?=\.(?:js|css|mjs)\b)")
PAGES = (
    "/",
    "/light",
    "/layers",
    "/search?q=%E6%9C%9D",
    "/print",
    "/towns",
    "/requests",
    "/accessibility",
    "/privacy",
    "/terms",
    "/contact",
    "/here",
    "/here?lat=35.7970&lon=139.5930",
    "/here?lat=35.8150&lon=139.6100&hazard=flood",
    "/here?lat=34.8670&lon=138.3230&hazard=flood",
    "/manifest.webmanifest",
)
OF_A_LAYER = ("/layers/{id}", "/layers/{id}/table", "/tiles/{id}.json")
FILES = ("/og.png", "/base.geojson", "/search/index.json", "/offline.json", "/offline/map")


def main() -> None:
    """Print the hashes, or what differs from those in a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("definitions", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--against", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        hashes = dict(served_hashes(arguments.definitions, arguments.data, Path(home)))
    if arguments.against is None:
        json.dump(hashes, sys.stdout, indent=1)
        return
    before = json.loads(arguments.against.read_text())
    differing = [name for name in {**before, **hashes} if before.get(name) != hashes.get(name)]
    for name in differing:
        print(name)
    print(f"{len(differing)} of {len({**before, **hashes})} differ", file=sys.stderr)
    sys.exit(1 if differing else 0)


def served_hashes(definitions: Path, data: Path, home: Path) -> Iterator[tuple[str, str]]:
    """A name and a hash for each zoom's tiles, each file and each page of a city."""
    catalog = open_catalog(definitions, data, HomeFolder(home))
    revisions = {
        layer.revision.id.encode(): f"<{layer.id}>".encode() for layer in catalog.layers.values()
    }

    def digest(content: bytes) -> str:
        for revision_id, name in revisions.items():
            content = content.replace(revision_id, name)
        return hashlib.sha256(HASHED.sub(b"<hash>", content)).hexdigest()[:16]

    for layer in catalog.layers.values():
        for name, content in _content_of(layer):
            yield name, digest(content)
    for pointer in home.rglob("current.json"):  # pages say since when: always the same moment
        os.utime(pointer, (PUBLISHED, PUBLISHED))
    settings = Settings(definitions=definitions, data=data, home=home)
    client = TestClient(create_app(settings), follow_redirects=False)
    for address, headers in _addresses(catalog):
        response = client.get(address, headers=headers)
        content = f"{response.status_code} {response.headers.get('content-type')}\n".encode()
        yield f"{address} {headers}", digest(content + response.content)


def _content_of(layer: Layer) -> Iterator[tuple[str, bytes]]:
    bounds = layer.bounds or WORLD
    for z in range(layer.minzoom, layer.maxzoom + 1):
        for encoding in ENCODINGS:
            tiles = dict(layer.tiles(z, encoding))
            written = b"".join(
                f"\n{tile.x}/{tile.y}:".encode() + content
                for tile, content in sorted(tiles.items())
            )
            yield f"{layer.id} {encoding} {z}", written
        if z <= 13:
            alone = b"".join(layer.tile(tile) for tile in TileRange.of(z, bounds))
            yield f"{layer.id} tile by tile {z}", alone
    for file_format in formats_of(layer.revision):
        file = BytesIO()
        file_format.write(layer.revision, file)
        yield f"{layer.id} {file_format.name}", file.getvalue()
    yield f"{layer.id} pack", pack.pack(layer)
    yield f"{layer.id} coverage", layer.coverage() or b""
    yield f"{layer.id} report", json.dumps(layer.revision.report.to_json()).encode()


def _addresses(catalog: Catalog) -> Iterator[tuple[str, dict[str, str]]]:
    for layer_id in catalog.layers:
        for template in OF_A_LAYER:
            yield template.format(id=layer_id), {}
    for address in FILES:
        yield address, {}
    for town in towns(catalog)[:3]:
        yield f"/towns/{quote(town.name)}.pdf", {}
    for language in LANGUAGES:
        page = {"Accept": "text/html", "Cookie": f"lang={language}"}
        pages = [*PAGES, *(t.format(id=name) for name in catalog.layers for t in OF_A_LAYER[:2])]
        for address in pages:
            yield address + ("&" if "?" in address else "?") + f"lang={language}", page


if __name__ == "__main__":
    main()
