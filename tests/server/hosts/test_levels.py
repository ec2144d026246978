"""What zooms show of large layers is in PostGIS alone, and the tiles are those cut from files."""

from __future__ import annotations

import io
import json
import shutil
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, inspect, text

from layers.catalog.catalog import Catalog, open_published
from layers.catalog.layer import Encoding, Layer, Relation
from layers.errors import LayerUnavailable
from layers.exports.formats import format_named
from layers.geometry.tile import Tile, TileRange
from layers.publish.exports import Exporter
from layers.publish.open import open_catalog
from layers.revision.digests import digests_of
from layers.revision.revision import ARRAYS, LEVELS, META, SHARED, Revision
from layers.store.folder import FolderStore, HomeFolder
from layers.store.store import Home
from server.build.cutting import cutting
from server.database.engine import open_database
from server.database.schema import upgrade
from server.hosts.levels import PostgisLevels, kept_levels, put_levels
from tests.layers.city import SmallCity, feature_collection
from tests.layers.revision.test_level import PLACE, blob
from tests.postgresql import _created, cluster
from tests.sandbox import SANDBOX
from tests.server.hosts.hosts import LARGE, Host
from tests.server.layer_service import settings_of
from tests.service import running
from tests.visit import ask
from tests.waiting import until

pytestmark = pytest.mark.database

AREAS = "areas"
ENCODINGS: tuple[Encoding, ...] = ("geojson", "mvt", "styled")
FOREIGN = ("level_crossings", "bosai_level_notes")
FILES = {META, ARRAYS, LEVELS}


@contextmanager
def engine_of_postgis(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION postgis"))
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def engine(postgresql: str, postgresql_tables: str) -> Iterator[Engine]:
    url = _created(postgresql, f"TEMPLATE {postgresql_tables}")
    with engine_of_postgis(url) as engine:
        yield engine


@pytest.fixture
def areas(tmp_path: Path) -> SmallCity:
    """A city with one layer: an area of pieces, one with a hole, and one smaller than a pixel."""
    (tmp_path / "city").mkdir()
    city = SmallCity(tmp_path / "city")
    put_areas(city.data)
    city.declare(AREAS, 'path = "areas.geojson"', top="minzoom = 8\nmaxzoom = 12")
    return city


def put_areas(data: Path, east: float = 0.0) -> None:
    holed = shapely.difference(blob(400, 0.01), blob(200, 0.004))
    shapes = [blob(9000, 0.05), holed, blob(8, 0.00001)]
    moved = [shapely.affinity.translate(shape, 139.1 - PLACE[0] + east, -0.7) for shape in shapes]
    features: list[tuple[dict[str, object] | None, dict[str, object]]] = [
        (json.loads(shapely.to_geojson(shape)), {"名称": f"地区{n}"})
        for n, shape in enumerate(moved)
    ]
    (data / "areas.geojson").write_text(feature_collection(*features), "utf-8")


def layer_of(home: Home, host: Host) -> Layer:
    published = host.record.read()
    assert published is not None
    return open_published(published, home).layer(AREAS)


def files_of(host: Host) -> set[str]:
    return {path.name for path in layer_of(host.home, host).revision.folder.iterdir()}


def tiles_of(layer: Layer) -> dict[tuple[Tile, Encoding], bytes]:
    """Every tile of the layer, with those of nothing around it."""
    assert layer.bounds is not None
    return {
        (tile, encoding): layer.tile(tile, encoding)
        for z in range(layer.minzoom, layer.maxzoom + 1)
        for tile in TileRange.of(z, layer.bounds, 1)
        for encoding in ENCODINGS
    }


def tables(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(kept_levels(connection))


def test_tiles_of_the_flood_map_are_the_same_to_the_byte(
    asaka: Catalog, engine: Engine, tmp_path: Path
) -> None:
    layer = asaka.layer("flood")
    revision = layer.revision
    sha256 = digests_of(revision.folder)[LEVELS]
    with engine.begin() as connection:
        put_levels(connection, revision.folder / LEVELS, revision.kind, sha256)
    for name in (META, ARRAYS):
        shutil.copy(revision.folder / name, tmp_path)
    (tmp_path / SHARED).write_text(sha256, "ascii")
    shared = Layer(Revision(tmp_path, PostgisLevels(engine)))
    compared = 0
    for z in range(layer.minzoom, layer.maxzoom + 1):
        for tile, content in layer.tiles(z, "mvt"):
            assert shared.tile(tile, "mvt") == content, tile
            assert shared.tile(tile) == layer.tile(tile), tile
            compared += 1
    assert compared > 80
    tile = next(tile for tile, _ in layer.tiles(layer.maxzoom))
    box = tile.bounds()
    assert_same_parts(shared, layer)
    assert len(shared.revision.level(tile.z, box).parts) < len(revision.level(tile.z).parts) / 5


def assert_same_parts(shared: Layer, layer: Layer) -> None:
    """Of a place, of part of the layer, of all of it and of none, whatever the relation."""
    assert layer.bounds is not None
    whole = shapely.box(*layer.bounds)
    part = shapely.affinity.scale(whole, 0.3, 0.2)
    some = layer.revision.source.to_shapes().geometry[3]
    for area in (whole.centroid, part, whole, some, shapely.Point(0, 0)):
        for relation in get_args(Relation):
            expected = np.sort(layer.parts_in(area, relation))
            assert np.array_equal(np.sort(shared.parts_in(area, relation)), expected)
    assert len(layer.parts_in(part))


def test_no_host_has_the_levels_and_all_serve_the_same(
    areas: SmallCity, tmp_path: Path, engine: Engine
) -> None:
    alone = Host(tmp_path / "alone", engine, areas)
    alone.publisher.start()
    expected = tiles_of(layer_of(alone.home, alone))
    assert files_of(alone) >= FILES
    assert len(set(expected.values())) > 30

    first = Host(tmp_path / "first", engine, areas, large=0)
    second = Host(tmp_path / "second", engine, areas, large=0)
    (second.data / "areas.geojson").unlink()
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE published, published_revisions, published_chunks"))
    with engine.begin() as connection:  # whoever else uses the database
        for name in FOREIGN:
            connection.execute(text(f"CREATE TABLE {name} (id int)"))
    first.publisher.start()
    with first.leading():
        second.publisher.start()
        for host in (first, second):
            assert LEVELS not in files_of(host)
            assert SHARED in files_of(host)
            assert host.store.is_whole(AREAS, layer_of(host.home, host).revision.id)
            assert tiles_of(layer_of(host.home, host)) == expected
        assert digests_of(layer_of(second.home, second).revision.folder).keys() == FILES
        before = second.record.stamp()
        second.record.follow()
        assert second.record.stamp() == before  # nothing is written anew
        whole, shared = layer_of(alone.home, alone), layer_of(second.home, second)
        for name in ("pmtiles", "geojson"):
            assert exported(shared.revision, name) == exported(whole.revision, name)
        assert all_tiles(shared) == all_tiles(whole)

        assert tables(engine) == 1
        put_areas(first.data, 0.01)
        first.record.write(first.publisher.publish())
        second.record.follow()
        assert tiles_of(layer_of(second.home, second)) == tiles_of(layer_of(first.home, first))
        assert tiles_of(layer_of(second.home, second)) != expected
        assert tables(engine) == 1  # what was moved is asked for no more where it was
        (first.definitions / f"{AREAS}.toml").unlink()
        first.record.write(first.publisher.publish())
        assert tables(engine) == 0
    assert {*inspect(engine).get_table_names()} >= {*FOREIGN}


def exported(revision: Revision, name: str) -> bytes:
    sink = io.BytesIO()
    Exporter(SANDBOX).write(revision, format_named(name), sink)
    return sink.getvalue()


def all_tiles(layer: Layer) -> list[tuple[Tile, bytes]]:
    with cutting(large=0) as cutter:
        shares = [share for _, share in cutter.tiles(layer, ("geojson",))]
    return sorted(pair for share in shares for pair in share)


def test_a_file_below_the_limit_or_a_database_without_postgis_copies_it(
    areas: SmallCity, tmp_path: Path, engine: Engine, postgresql: str, postgresql_tables: str
) -> None:
    plain = open_database(_created(postgresql, f"TEMPLATE {postgresql_tables}"))
    for name, each, large in (("small", engine, LARGE), ("plain", plain, 0)):
        first, second = (
            Host(tmp_path / f"{name}{number}", each, areas, large=large) for number in range(2)
        )
        first.publisher.start()
        with first.leading():
            second.publisher.start()
            assert files_of(second) >= FILES
        assert tables(each) == 0
    plain.dispose()


def test_what_is_lost_in_the_database_is_noticed_and_prepared_anew(
    areas: SmallCity, tmp_path: Path, engine: Engine
) -> None:
    host = Host(tmp_path / "host", engine, areas, large=0)
    host.publisher.start()
    layer = layer_of(host.home, host)
    expected = tiles_of(layer)
    with engine.begin() as connection:
        for name in connection.execute(
            text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'bosai_level%'")
        ).scalars():
            connection.execute(text(f"DROP TABLE {name}"))
    with pytest.raises(LayerUnavailable):
        tiles_of(layer)
    assert not host.store.is_whole(AREAS, layer.revision.id)
    with host.leading():
        host.record.write(host.publisher.publish())
    assert tiles_of(layer_of(host.home, host)) == expected
    assert LEVELS not in files_of(host)


def test_a_home_is_not_served_without_the_database_that_has_its_levels(
    areas: SmallCity, tmp_path: Path, engine: Engine
) -> None:
    host = Host(tmp_path / "host", engine, areas, large=0)
    host.publisher.start()
    revision = layer_of(host.home, host).revision
    alone = FolderStore(host.path / "00000")
    assert alone.current(AREAS) is None
    assert not alone.is_whole(AREAS, revision.id)
    (revision.folder / SHARED).unlink()
    assert host.store.current(AREAS) is None


def test_while_the_database_is_away_nothing_is_said_of_its_tiles(
    areas: SmallCity, tmp_path: Path
) -> None:
    with cluster() as server, engine_of_postgis(f"{server.url}/postgres") as admin:
        upgrade(admin)
        host = Host(tmp_path / "host", admin, areas, large=0)
        host.publisher.start()
        layer = layer_of(host.home, host)
        expected = tiles_of(layer)
        server.stop()
        tile = next(tile for tile, _ in expected)
        with pytest.raises(LayerUnavailable, match="cannot be asked now"):
            layer.tile(tile)
        assert np.array_equal(layer.parts_in(shapely.box(139, 35, 139.2, 35.2)), [0, 1, 2])
        server.start()
        again = layer_of(host.home, host)  # it is opened, and known to be whole, without it too
        assert tiles_of(again) == expected


@pytest.mark.breadth
def test_a_service_answers_from_it_and_says_when_it_cannot(
    areas: SmallCity, tmp_path: Path
) -> None:
    with cluster() as server, engine_of_postgis(f"{server.url}/postgres") as admin:
        settings = settings_of(areas, f"{server.url}/postgres") | {"BOSAI_POSTGIS_LEVELS_MB": "0"}
        secret = tmp_path / "secret.key"
        secret.write_text("s" * 40, encoding="utf-8")
        secret.chmod(0o600)
        log = tmp_path / "log"
        with running(settings | {"BOSAI_SECRET_FILE": str(secret)}, log) as service:
            assert tables(admin) == 1
            (folder,) = (areas.home / "00000" / "revisions" / AREAS).glob("*/")
            assert not (folder / LEVELS).exists()
            alone = open_catalog(
                areas.definitions, areas.data, HomeFolder(tmp_path / "alone"), SANDBOX
            ).layer(AREAS)
            tiles = [*alone.tiles(11, "mvt")]
            for tile, content in tiles[:-1]:
                assert ask(f"{service.address}/tiles/{AREAS}/11/{tile.x}/{tile.y}.mvt") == content
            whole = exported(alone.revision, "pmtiles")
            assert ask(f"{service.address}/layers/{AREAS}/export.pmtiles") == whole
            picture = f"/print?lat=35.1&lon=139.1&z=12&layers={AREAS}"
            assert ask(service.address + picture)

            server.stop()
            (last, content), (first, _) = tiles[-1], tiles[0]
            address = f"{service.address}/tiles/{AREAS}/11/{last.x}/{last.y}.mvt"
            with pytest.raises(urllib.error.HTTPError) as refused:
                ask(address)
            assert refused.value.code == 503
            assert b"cannot be asked now" in refused.value.read()
            assert ask(f"{service.address}/tiles/{AREAS}/11/{first.x}/{first.y}.mvt")
            assert b"35.1" in ask(f"{service.address}/here?lat=35.1&lon=139.1&f=json")
            server.start()
            until(lambda: _answer(address) == content)


def _answer(address: str) -> bytes | None:
    try:
        return ask(address)
    except urllib.error.HTTPError:
        return None
