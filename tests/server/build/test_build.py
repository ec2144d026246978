"""A static copy holds what the service answers, and every address in it leads to a file of it."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.exports.formats import formats_of
from layers.geometry.tile import Tile
from server.app import create_app
from server.build.folder import LOCK, MANIFEST
from server.texts import LANGUAGES
from tests.server.test_cli import bosai
from tests.static_copy import SITE, StaticCopy, lasting_build, settings_of

ADDRESS = re.compile(r'(?:href|src|action|data-bar|data-answers)="(/[^"]*)"')


@pytest.fixture(scope="module")
def service(static_copy: StaticCopy) -> TestClient:
    """The service over the home that the copy was made of."""
    return TestClient(create_app(settings_of(static_copy.folder.parent / "home")), base_url=SITE)


def manifest_of(copy: StaticCopy) -> dict[str, dict[str, object]]:
    files: dict[str, dict[str, object]] = json.loads((copy.folder / MANIFEST).read_bytes())["files"]
    return files


def test_every_tile_is_the_services_and_an_empty_one_is_in_no_index(
    static_copy: StaticCopy, service: TestClient, asaka: Catalog
) -> None:
    for layer in asaka.layers.values():
        root = static_copy.folder / "v" / layer.revision.id / "tiles" / layer.id
        index = json.loads((root / "index.json").read_bytes())
        assert (index["minzoom"], index["maxzoom"]) == (layer.minzoom, layer.maxzoom)
        listed = {
            Tile(int(z), int(x), y)
            for z, columns in index["tiles"].items()
            for x, runs in columns.items()
            for first, last in runs
            for y in range(first, last + 1)
        }
        there = {
            Tile(*map(int, (path.parts[-3], path.parts[-2], path.stem)))
            for path in root.rglob("*/*.geojson")
        }
        assert listed == there
        some = [
            tile for tile in sorted(listed, key=astuple) if tile.z in (layer.minzoom, layer.maxzoom)
        ][:8]
        for z, x, y in ((tile.z, tile.x, tile.y) for tile in some):
            for suffix in ("geojson", "mvt"):
                answer = service.get(f"/tiles/{layer.id}/{z}/{x}/{y}.{suffix}")
                assert (root / f"{z}/{x}/{y}.{suffix}").read_bytes() == answer.content
            styled = service.get(f"/tiles/{layer.id}/styled/{z}/{x}/{y}.geojson")
            path = static_copy.folder / f"tiles/{layer.id}/styled/{z}/{x}/{y}.geojson"
            assert path.read_bytes() == styled.content
        beside = Tile(some[-1].z, some[-1].x + 500, some[-1].y)
        empty = service.get(f"/tiles/{layer.id}/{beside.z}/{beside.x}/{beside.y}.geojson")
        assert empty.json()["features"] == []
        assert beside not in listed


def test_packs_documents_and_exports_are_the_services(
    static_copy: StaticCopy, service: TestClient, asaka: Catalog
) -> None:
    files = manifest_of(static_copy)
    for layer in asaka.layers.values():
        v = layer.revision.id
        path = f"offline/{layer.id}.pack"
        assert (static_copy.folder / f"v/{v}/{path}").read_bytes() == service.get(
            f"/{path}"
        ).content
        for file_format in formats_of(layer.revision):
            assert f"layers/{layer.id}/export.{file_format.suffix}" in files
        for suffix in ("geojson", "csv", "kml"):
            path = f"layers/{layer.id}/export.{suffix}"
            assert (static_copy.folder / path).read_bytes() == service.get(f"/{path}").content
    for path in ("robots.txt",):
        assert (static_copy.folder / path).read_bytes() == service.get(f"/{path}").content


def test_the_manifest_names_every_file_by_its_hash(static_copy: StaticCopy) -> None:
    files = manifest_of(static_copy)
    there = {
        path.relative_to(static_copy.folder).as_posix()
        for path in static_copy.folder.rglob("*")
        if path.is_file() and path.name not in (MANIFEST, LOCK)
    }
    assert {re.sub(r"\.(?:gz|br)$", "", name) for name in there} == set(files)
    for name, entry in files.items():
        content = (static_copy.folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        if "gzip" in entry:
            assert gzip.decompress((static_copy.folder / f"{name}.gz").read_bytes()) == content
        else:
            assert f"{name}.gz" not in there
        if "brotli" in entry:
            assert brotli.decompress((static_copy.folder / f"{name}.br").read_bytes()) == content
        else:
            assert f"{name}.br" not in there
    assert all("brotli" in files[name] for name in ("ja/index.html", "sw.js"))


def addresses_in(page: str) -> Iterator[str]:
    for address in ADDRESS.findall(page):
        yield urlsplit(html.unescape(address)).path


def test_every_address_in_a_page_is_a_file(static_copy: StaticCopy) -> None:
    files = {"", *manifest_of(static_copy)}
    pages = [*static_copy.folder.rglob("*.html")]
    assert len(pages) > 100
    for page in pages:
        for address in addresses_in(page.read_text(encoding="utf-8")):
            assert address.lstrip("/") in files, f"{page}: {address}"


def test_catalogues_name_only_what_the_copy_has(static_copy: StaticCopy) -> None:
    files = {"", *manifest_of(static_copy)}
    own = re.compile(re.escape(SITE) + r"(/[^\s\"'<>]*)")
    for name in ("data.json", "catalog.jsonld", "catalog.ttl", "sitemap.xml"):
        addresses = own.findall((static_copy.folder / name).read_text(encoding="utf-8"))
        assert len(addresses) > 5
        for address in addresses:
            assert urlsplit(address).path.lstrip("/") in files, f"{name}: {address}"


def test_what_a_device_keeps_is_in_the_copy(static_copy: StaticCopy) -> None:
    listed = json.loads((static_copy.folder / "offline.json").read_bytes())["files"]
    assert len({file["url"] for file in listed}) == len(listed)
    for file in listed:
        content = (static_copy.folder / file["at"].lstrip("/")).read_bytes()
        assert len(content) == file["bytes"], file["url"]


def test_pages_are_there_in_each_language(static_copy: StaticCopy) -> None:
    for lang, language in LANGUAGES.items():
        for path in ("index", "layers", "layers/flood", "light/hazard=flood", "here", "withdrawn"):
            page = (static_copy.folder / f"{lang}/{path}.html").read_text(encoding="utf-8")
            assert f'lang="{language.tag}"' in page[:200]
    page = (static_copy.folder / "en/layers.html").read_text(encoding="utf-8")
    assert "It cannot be told now whether there are alerts" in page


def test_a_second_build_writes_only_what_is_of_the_moment(static_copy: StaticCopy) -> None:
    before = manifest_of(static_copy)
    written = lasting_build(static_copy.folder.parent / "home", static_copy.folder)
    after = manifest_of(static_copy)
    changed = {name for name in after if after[name] != before.get(name)}
    assert written.files == static_copy.written.files == len(before)
    assert changed == {name for name in changed if after[name]["cache"] == "moment"}
    assert written.written == len(changed)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("")
    done = bosai(tmp_path, "build", "-o", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"フォルダ「{tmp_path}」" in done.stderr.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
