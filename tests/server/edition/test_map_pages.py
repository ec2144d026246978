"""Map pages are rendered once, by a process of its own, and read by every other."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog
from layers.files import locked
from layers.publish.publisher import Publisher
from layers.query.search.build import index_of
from layers.store.folder import HomeFolder
from layers.store.record import Published
from server.edition import map_pages, rendering
from server.edition.map_pages import MapPages
from server.edition.page_key import page_key, renderer_version
from server.edition.rendering import CatalogChanged, RenderingFailed, RenderingJob, open_catalog
from server.texts import LANGUAGES, translator
from server.viewer.bundle import ENTRIES
from server.viewer.page import map_page
from server.viewer.parts import Parts, from_json, to_json
from tests.disks import flip
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX

STATIC = {entry: entry for entry in ENTRIES}
SOURCE = 'path = "{id}.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ROWS = "名称,緯度,経度\nあ,35.1,139.1\n"
PAGES = {"ja": Parts("<p>地図</p>".encode(), "map.0.js", b"draw()")}


@pytest.fixture(autouse=True)
def renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The renderer is a process of its own, as in earnest."""
    monkeypatch.setattr(map_pages, "render", rendering.render)


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    city = SmallCity(tmp_path)
    city.put("points.csv", ROWS)
    city.declare("points", SOURCE.format(id="points"))
    return city


@pytest.fixture
def published(city: SmallCity) -> Published:
    return publisher_of(city).publish()


@pytest.fixture
def catalog(city: SmallCity, published: Published) -> Catalog:
    return opened(city, published, samples=True)


def publisher_of(city: SmallCity) -> Publisher:
    return Publisher(city.definitions, city.data, HomeFolder(city.home), SANDBOX)


def opened(city: SmallCity, published: Published, *, samples: bool) -> Catalog:
    return open_catalog(published, HomeFolder(city.home), samples=samples)


def pages_of(city: SmallCity, static: Mapping[str, str] = STATIC) -> MapPages:
    return MapPages(city.home, static, samples=True)


def files(city: SmallCity) -> list[str]:
    """What is kept, by name."""
    return sorted(path.name for path in (city.home / "00000" / "pages").iterdir())


def stand_in(_job: RenderingJob) -> bytes:
    return to_json(PAGES)


def refuse(_job: RenderingJob) -> bytes:
    raise AssertionError("wanted no rendering")


def test_the_process_writes_what_the_viewer_renders(
    city: SmallCity, catalog: Catalog, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = pages_of(city).pages(catalog, published)
    index = index_of(catalog)
    assert rendered == {
        lang: map_page(catalog, index, lang, translator(lang), STATIC) for lang in LANGUAGES
    }
    monkeypatch.setattr(map_pages, "render", refuse)
    assert pages_of(city).pages(catalog, published) == rendered


def test_those_that_start_together_render_once(
    city: SmallCity, catalog: Catalog, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = 4
    looked, jobs = threading.Barrier(several), []

    def locked_in_the_end(path: Path) -> AbstractContextManager[bool]:
        looked.wait(60)  # until all of them have looked, and found no pages
        return locked(path)

    def counted(job: RenderingJob) -> bytes:
        jobs.append(job)
        return to_json(PAGES)

    monkeypatch.setattr(map_pages, "locked", locked_in_the_end)
    monkeypatch.setattr(map_pages, "render", counted)
    with ThreadPoolExecutor(several) as threads:
        results = [threads.submit(pages_of(city).pages, catalog, published) for _ in range(several)]
    assert [result.result() for result in results] == [PAGES] * several
    assert len(jobs) == 1


def test_only_what_was_rendered_last_is_kept(
    city: SmallCity, catalog: Catalog, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_pages, "render", stand_in)
    pages_of(city).pages(catalog, published)
    before = files(city)
    (city.home / "00000" / "pages" / "killed.new").write_bytes(b"half")
    pages_of(city, {**STATIC, "map.js": "map-2.js"}).pages(catalog, published)
    assert len(files(city)) == len(before) == 2  # with the lock
    assert files(city) != before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"ja": 1}', b'{"ja": [1, 2, 3]}'])
def test_a_damaged_file_is_rendered_again(
    city: SmallCity,
    catalog: Catalog,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
) -> None:
    monkeypatch.setattr(map_pages, "render", stand_in)
    pages_of(city).pages(catalog, published)
    (name,) = [name for name in files(city) if name != map_pages.LOCK]
    file = city.home / "00000" / "pages" / name
    file.write_bytes(content)
    assert pages_of(city).pages(catalog, published) == PAGES
    assert from_json(file.read_bytes().partition(b"\n")[2]) == PAGES


def test_a_page_in_which_a_bit_changed_is_rendered_again(
    city: SmallCity, catalog: Catalog, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_pages, "render", stand_in)
    pages_of(city).pages(catalog, published)
    (name,) = [name for name in files(city) if name != map_pages.LOCK]
    file = city.home / "00000" / "pages" / name
    right = file.read_bytes()
    for at in range(0, len(right), max(1, len(right) // 20)):
        flip(file, at)
        assert pages_of(city).pages(catalog, published) == PAGES
        assert file.read_bytes() == right


def test_a_full_disk_keeps_no_page_from_being_served(
    city: SmallCity,
    catalog: Catalog,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    replace = Path.replace

    def full(path: Path, target: Path) -> Path:
        if path.suffix == ".new":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return replace(path, target)

    monkeypatch.setattr(map_pages, "render", stand_in)
    monkeypatch.setattr(Path, "replace", full)
    assert pages_of(city).pages(catalog, published) == PAGES
    assert files(city) == [map_pages.LOCK]
    assert "No space left on device" in caplog.text


def test_a_folder_that_cannot_be_made_keeps_no_page_from_being_served(
    city: SmallCity, catalog: Catalog, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_pages, "render", stand_in)
    (city.home / "00000" / "pages").write_text("a file")
    assert pages_of(city).pages(catalog, published) == PAGES
    assert (city.home / "00000" / "pages").read_text() == "a file"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("server.nothing", "No module named server.nothing"),
        ("this", "unexpected character"),  # it ends well, and prints something else
    ],
)
def test_a_renderer_that_fails_is_told(
    city: SmallCity,
    catalog: Catalog,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    reason: str,
) -> None:
    monkeypatch.setattr(rendering, "PROGRAM", program)
    with pytest.raises(RenderingFailed, match=reason):
        pages_of(city).pages(catalog, published)
    assert files(city) == [map_pages.LOCK]


def test_a_renderer_that_was_killed_is_tried_once_more(
    city: SmallCity,
    catalog: Catalog,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """As by a system that is short of memory."""
    (tmp_path / "killed.py").write_text(
        "import os, pathlib, signal\n"
        "before = pathlib.Path(__file__).with_name('before')\n"
        "first = not before.exists()\n"
        "before.touch()\n"
        "if first:\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"print({to_json(PAGES).decode()!r})\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(rendering, "PROGRAM", "killed")
    assert pages_of(city).pages(catalog, published) == PAGES


def test_a_renderer_that_hangs_is_ended(
    city: SmallCity, catalog: Catalog, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "LONGEST", 0.0)
    with pytest.raises(RenderingFailed, match="timed out"):
        pages_of(city).pages(catalog, published)


def test_a_revision_withdrawn_meanwhile_is_told_apart(
    city: SmallCity, catalog: Catalog, published: Published
) -> None:
    city.put("points.csv", ROWS.replace("あ", "い"))
    publisher_of(city).publish()  # "あ" is taken back: it is gone
    with pytest.raises(CatalogChanged):
        pages_of(city).pages(catalog, published)


def test_the_key_changes_with_all_that_a_page_says(city: SmallCity, catalog: Catalog) -> None:
    def key(catalog: Catalog, static: Mapping[str, str] = STATIC, renderer: str = "1") -> str:
        return page_key(catalog, static, renderer)

    layer = catalog.layer("points")
    (city.definitions / "points.toml").unlink()
    city.declare("points", SOURCE.format(id="points"), top="sample = true")
    city.put("more.csv", "名称\n")
    city.declare("more", SOURCE.format(id="more"))
    sample = publisher_of(city).publish()
    (city.definitions / "more.toml").unlink()
    whole = publisher_of(city).publish()
    (city.data / "points.csv").write_text("名称\n")
    stale = publisher_of(city).publish()
    renamed = catalog.city.model_copy(update={"name": {"ja": "新しい市", "en": "New City"}})
    keys = [
        key(catalog),
        key(catalog, {**STATIC, "map.js": "map-2.js"}),
        key(catalog, renderer="2"),
        key(replace(catalog, city=renamed)),
        key(replace(catalog, base=replace(catalog.base, content=b"other"))),
        key(opened(city, whole, samples=True)),
        key(opened(city, whole, samples=False)),
        key(opened(city, sample, samples=True)),  # with a layer that is broken
        key(opened(city, stale, samples=True)),  # with one that is not the newest
    ]
    assert len(set(keys)) == len(keys)
    assert key(replace(catalog, layers={"points": layer})) == keys[0]
    assert key(opened(city, whole, samples=True)) == keys[5]


def test_the_renderers_version_is_a_hash_of_what_is_installed() -> None:
    assert renderer_version() == renderer_version.__wrapped__()
    assert len(renderer_version()) == 64
