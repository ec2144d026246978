"""The sample data is made the same way every time, lies where it may, and calls itself sample."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from data.make_samples import main
from data.sampling.crime_prevention import STATION
from data.sampling.ground import facilities, flood_sites

DATA = Path(__file__).parents[2] / "data"
SAMPLES = DATA / "samples"
PLANE = "EPSG:6677"
PUBLIC = ("小学校", "中学校", "市民センター", "公民館", "公園")


@pytest.fixture(scope="module")
def city() -> shapely.Polygon:
    document = json.loads((DATA / "boundary.geojson").read_text(encoding="utf-8"))
    return shapely.Polygon(*document["features"][0]["geometry"]["coordinates"])


@pytest.fixture(scope="module")
def flood() -> geopandas.GeoDataFrame:
    return geopandas.read_file(SAMPLES / "A31a-20-sample.shp", encoding="cp932")


@pytest.fixture(scope="module")
def extinguishers() -> geopandas.GeoDataFrame:
    return geopandas.read_file(SAMPLES / "extinguishers.shp", encoding="cp932")


@pytest.fixture(scope="module")
def hydrants() -> list[dict[str, str]]:
    with (SAMPLES / "fire_hydrant.csv").open(encoding="cp932", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def crime_prevention() -> list[dict[str, Any]]:
    text = (SAMPLES / "crime_prevention.geojson").read_text(encoding="utf-8")
    features: list[dict[str, Any]] = json.loads(text)["features"]
    return features


def on_the_plane(points: list[tuple[float, float]]) -> geopandas.GeoSeries:
    return geopandas.GeoSeries(list(map(shapely.Point, points)), crs="EPSG:6668").to_crs(PLANE)


def test_making_the_samples_again_gives_the_same_bytes(tmp_path: Path) -> None:
    main(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in SAMPLES.iterdir()}


def test_two_rivers_overlap(flood: geopandas.GeoDataFrame) -> None:
    rivers = [part.union_all() for _, part in flood.to_crs(PLANE).groupby("A31a_201").geometry]
    assert len(rivers) == 2
    assert rivers[0].intersection(rivers[1]).area > 100_000  # square metres


def test_within_a_river_no_ranks_overlap_and_neighbours_share_their_border(
    flood: geopandas.GeoDataFrame,
) -> None:
    for _, river in flood.groupby("A31a_201"):
        assert shapely.coverage_is_valid(river.geometry.to_numpy())


def test_ranks_are_those_of_a_large_and_a_small_river(flood: geopandas.GeoDataFrame) -> None:
    ranks = flood.groupby("A31a_202")["A31a_205"].agg(lambda values: sorted(set(values)))
    assert ranks.to_dict() == {"見本 荒川筋": [1, 2, 3, 4, 5], "見本 黒目川筋": [1, 2, 3]}


def test_flood_lies_within_the_city(flood: geopandas.GeoDataFrame, city: shapely.Polygon) -> None:
    assert flood.crs is not None
    assert flood.crs.to_epsg() == 6668
    assert flood.within(city.buffer(1e-6)).all()  # the sample's precision, in degrees
    assert flood.is_valid.all()


def test_flood_keeps_off_the_sites_designated_for_floods(flood: geopandas.GeoDataFrame) -> None:
    area = flood.union_all()
    assert not [site for site in flood_sites() if area.contains(shapely.Point(site))]


def test_hydrants_lie_in_the_city_they_name(
    hydrants: list[dict[str, str]], city: shapely.Polygon
) -> None:
    for row in hydrants:
        inside = city.contains(shapely.Point(float(row["経度"]), float(row["緯度"])))
        assert inside == (row["所在地_市区町村"] == "朝霞市"), row
    neighbours = Counter(row["所在地_市区町村"] for row in hydrants)
    assert set(neighbours) == {"朝霞市", "和光市", "志木市", "新座市"}
    assert len(hydrants) - neighbours["朝霞市"] == 25


def test_hydrants_are_written_as_excel_writes_them() -> None:
    content = (SAMPLES / "fire_hydrant.csv").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n")
    assert content.startswith("全国地方公共団体コード,ID,".encode("cp932"))


def test_extinguishers_lie_in_the_city(
    extinguishers: geopandas.GeoDataFrame, city: shapely.Polygon
) -> None:
    assert extinguishers.crs is not None
    assert extinguishers.crs.to_epsg() == 6677
    assert extinguishers.to_crs("EPSG:6668").within(city).all()
    assert "9:00～17:00" in set(extinguishers["利用時間"])  # U+FF5E, which CP932 alone keeps


def test_crime_prevention_stands_at_public_facilities_only(
    crime_prevention: list[dict[str, Any]], city: shapely.Polygon
) -> None:
    places = [feature["geometry"]["coordinates"] for feature in crime_prevention]
    assert all(city.contains(shapely.Point(place)) for place in places)
    public = on_the_plane([place.position for place in (*facilities(*PUBLIC), STATION)])
    ground = public.union_all().buffer(60)
    assert on_the_plane(places).within(ground).all()


def test_no_police_and_no_business_is_made_up(crime_prevention: list[dict[str, Any]]) -> None:
    kinds = {feature["properties"]["種別"] for feature in crime_prevention}
    assert kinds == {
        "防犯カメラ",
        "防犯灯",
        "緊急通報装置",
        "防犯ステーション",
        "こども110番_公共",
    }


def test_every_sample_row_calls_itself_sample(
    flood: geopandas.GeoDataFrame,
    extinguishers: geopandas.GeoDataFrame,
    hydrants: list[dict[str, str]],
    crime_prevention: list[dict[str, Any]],
) -> None:
    assert flood["A31a_202"].str.startswith("見本").all()
    assert extinguishers["設置場所"].str.startswith("見本").all()
    assert all(row["備考"] == "見本" for row in hydrants)
    assert all(feature["properties"]["名称"].startswith("見本") for feature in crime_prevention)
