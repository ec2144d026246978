"""Pipes, sockets and devices where a file belongs are not opened: they are said to be none."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog
from layers.draft.add import in_reach
from layers.errors import DefinitionError, LayersError, SourceError
from layers.schema.load import load_city
from tests.layers.city import SmallCity
from tests.unix_socket import unix_socket

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
ONE = "名称,緯度,経度\nあ,35.1,139.1\n"
PATIENCE = 120.0  # seconds
NOT_OPENED = "It is not opened, because it is no ordinary file"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_a_pipe(path: Path) -> None:
    target = path.with_name(f"{path.stem}-pipe")
    os.mkfifo(target)
    path.symlink_to(target.name)


def device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero, which never ends
    except PermissionError:
        pytest.skip("making a device is for root")


KINDS = [pipe, unix_socket, link_to_a_pipe, device]


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    city.put("points.csv", ONE)
    city.declare("points", SOURCE)
    city.put("other.csv", ONE)
    city.declare("other", SOURCE.replace("points.csv", "other.csv"))
    return city


def opened(city: SmallCity) -> Catalog:
    """The catalogue, which is there after a while whatever there is to read."""
    outcome: list[Catalog | LayersError] = []

    def attempt() -> None:
        try:
            outcome.append(city.open())
        except LayersError as error:
            outcome.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert outcome, "it waits for ever"
    if isinstance(outcome[0], LayersError):
        raise outcome[0]
    return outcome[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["definition", "data"])
def test_one_layer_is_said_to_be_wrong_and_the_others_are_served(
    points: SmallCity, kind: Callable[[Path], None], place: str
) -> None:
    folder, name = {
        "definition": (points.definitions, "points.toml"),
        "data": (points.data, "points.csv"),
    }[place]
    (folder / name).unlink()
    kind(folder / name)
    catalog = opened(points)
    assert [*catalog.layers] == ["other"]
    assert catalog.broken["points"].startswith(f"{name}: {NOT_OPENED}")


def shape(city: SmallCity, name: str) -> None:
    """A Shapefile of one point."""
    import geopandas as gpd
    import shapely

    frame = gpd.GeoDataFrame({"名称": ["あ"]}, geometry=[shapely.Point(139.1, 35.1)], crs=4326)
    frame.to_file(city.data / name, encoding="utf-8")


@pytest.mark.parametrize("suffix", [".dbf", ".prj", ".cpg", ".shx"])
def test_a_sidecar_that_is_a_pipe_is_said(points: SmallCity, suffix: str) -> None:
    shape(points, "points.shp")
    points.declare("points", 'path = "points.shp"')
    (points.data / f"points{suffix}").unlink()
    pipe(points.data / f"points{suffix}")
    assert opened(points).broken["points"].startswith(f"points{suffix}: {NOT_OPENED}")


def test_a_journal_that_is_a_pipe_is_said(points: SmallCity) -> None:
    (points.data / "points.gpkg").write_bytes(b"SQLite format 3\0" + bytes(100))
    pipe(points.data / "points.gpkg-wal")
    points.declare("points", 'path = "points.gpkg"')
    assert opened(points).broken["points"].startswith(f"points.gpkg-wal: {NOT_OPENED}")


def test_a_pipe_in_a_folder_of_data_is_said(points: SmallCity) -> None:
    (points.data / "many").mkdir()
    points.put("many/a.csv", ONE)
    pipe(points.data / "many" / "b.csv")
    points.declare("points", SOURCE.replace("points.csv", "many"))
    assert opened(points).broken["points"].startswith(f"b.csv: {NOT_OPENED}")


def test_an_extent_that_is_a_pipe_is_said(points: SmallCity) -> None:
    pipe(points.data / "area.geojson")
    top = 'surveyed_extent = "area.geojson"\nhazard = "洪水"\nscenario = "実績"'
    points.declare("points", SOURCE, top=top)
    assert opened(points).broken["points"].startswith(f"area.geojson: {NOT_OPENED}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_citys_own_files_are_said_at_once(
    points: SmallCity, kind: Callable[[Path], None]
) -> None:
    for folder, name in ((points.data, "boundary.geojson"), (points.definitions, "city.toml")):
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        kind(folder / name)
        with pytest.raises((DefinitionError, SourceError), match=f"{name}: {NOT_OPENED}"):
            opened(points)
        (folder / name).unlink()
        (folder / name).write_bytes(content)
    assert [*opened(points).layers] == ["other", "points"]


def test_what_the_city_names_besides_may_be_missing(points: SmallCity) -> None:
    declared = (points.definitions / "city.toml").read_text("utf-8")
    top, groups = declared.split("[[groups]]", 1)
    wanted = f'{top}address_files = ["codes.csv"]\n\n[[groups]]{groups}'
    (points.definitions / "city.toml").write_text(wanted, "utf-8")
    pipe(points.data / "codes.csv")
    catalog = opened(points)
    assert [*catalog.layers] == ["other", "points"]
    assert catalog.trouble is not None
    assert NOT_OPENED in catalog.trouble.detail


def test_no_definition_is_drafted_of_a_pipe(points: SmallCity, tmp_path: Path) -> None:
    pipe(tmp_path / "pipe.csv")
    city = load_city(points.definitions / "city.toml")
    with (
        pytest.raises(SourceError, match=NOT_OPENED),
        in_reach(tmp_path / "pipe.csv", city, points.data),
    ):
        pass
