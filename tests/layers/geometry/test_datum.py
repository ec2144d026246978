"""Systems are told by their meaning, and positions shifted with the best operation there is."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from pyproj import CRS, Geod

from layers.geometry import datum, datum_grids
from layers.geometry.tile import Bounds
from tests.layers.city import SmallCity, findings

ASAKA = Bounds(139.57, 35.77, 139.63, 35.84)
TOWN_HALL = (139.5935, 35.7972)


def renamed(code: int, version: str = "WKT2_2019") -> str:
    """A system as a file would say it that was written after EPSG 12.055."""
    return str(CRS.from_epsg(code).to_wkt(version)).replace("2011", "2024")


BESSEL_ZONE = "+proj=tmerc +lat_0=36 +lon_0=139.833333333333 +k=0.9999 +ellps=bessel +units=m"
MEANT = [
    ("EPSG:6697", 6668, False),  # with heights
    ("EPSG:4979", 4326, False),
    (CRS.from_epsg(6676).to_wkt("WKT1_ESRI"), 6676, False),
    (CRS.from_epsg(30169).to_wkt("WKT1_ESRI"), 30169, False),
    (CRS.from_epsg(30169).to_wkt("WKT1_GDAL"), 30169, False),
    (renamed(6668), 6668, True),
    (renamed(6677), 6677, True),
    (renamed(6677, "WKT1_ESRI"), 6677, True),
    (renamed(6692), 6692, True),
    ("+proj=longlat +ellps=bessel", 4301, True),
    ("+proj=longlat +ellps=bessel +towgs84=-146.414,507.337,680.507", 4301, True),
    (BESSEL_ZONE, 30169, True),
]


@pytest.mark.parametrize(("said", "code", "assumed"), MEANT)
def test_a_system_is_told_by_its_meaning(said: str, code: int, assumed: bool) -> None:
    crs, told_by_ellipsoid = datum.identified(CRS.from_user_input(said))
    assert crs is not None
    assert (crs.to_epsg(), told_by_ellipsoid) == (code, assumed)


def test_a_plane_without_relation_to_the_earth_means_nothing() -> None:
    assert datum.identified(CRS.from_wkt('LOCAL_CS["x",UNIT["m",1]]')) == (None, False)


def shift(code: int, area: Bounds = ASAKA) -> datum.Shift:
    found = datum.shift(CRS.from_epsg(code), area)
    assert found is not None
    return found


@pytest.mark.parametrize("code", [4301, 30169])
def test_tokyo_datum_is_never_left_where_it_is(code: int) -> None:
    found = shift(code)
    assert (found.kind, found.accuracy_m) == ("formula", 9.0)


def test_tokyo_datum_at_asaka_moves_by_what_the_government_says() -> None:
    # 国土地理院: in Tokyo about -12" of longitude and +12" of latitude, 450 m to the north-west
    longitude, latitude = shift(4301).transformer.transform(*TOWN_HALL)
    assert longitude - TOWN_HALL[0] == pytest.approx(-11.6 / 3600, abs=0.2 / 3600)
    assert latitude - TOWN_HALL[1] == pytest.approx(11.6 / 3600, abs=0.2 / 3600)
    metres = Geod(ellps="GRS80").inv(*TOWN_HALL, longitude, latitude)[2]
    assert metres == pytest.approx(461, abs=5)


@pytest.mark.parametrize("code", [6668, 6677, 4326, 3857, 32654])
def test_todays_datums_need_no_shift(code: int) -> None:
    assert (shift(code).kind, shift(code).accuracy_m) == ("none", 0.0)


@pytest.mark.parametrize(
    ("area", "accuracy"), [(ASAKA, 6.0), (Bounds(127.6, 26.1, 127.8, 26.3), 1.0)]
)
def test_the_older_datum_is_as_exact_as_the_earthquake_left_it(
    area: Bounds, accuracy: float
) -> None:
    found = shift(4612, area)
    assert (found.kind, found.accuracy_m) == ("same", accuracy)
    assert found.transformer.transform(*TOWN_HALL) == TOWN_HALL


def test_a_datum_of_another_country_has_a_way_or_none() -> None:
    assert datum.shift(CRS.from_epsg(4267), ASAKA) is None  # North America's


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (6677, "EPSG:6677 平面直角座標系 第9系 / JGD2011 / Japan Plane Rectangular CS IX"),
        (2450, "EPSG:2450 平面直角座標系 第8系 / JGD2000 / Japan Plane Rectangular CS VIII"),
        (6668, "EPSG:6668 緯度・経度 / JGD2011"),
        (3857, "EPSG:3857 WGS 84 / Pseudo-Mercator"),
    ],
)
def test_a_system_is_named_in_words(code: int, words: str) -> None:
    assert datum.description(CRS.from_epsg(code)) == words


def ntv2(path: Path, area: Bounds, north_arcsec: float, west_arcsec: float) -> None:
    """A sample grid in the NTv2 format: the same shift at each of its corners."""

    def text(name: str, value: str) -> bytes:
        return name.ljust(8).encode() + value.ljust(8).encode()

    def whole(name: str, value: int) -> bytes:
        return name.ljust(8).encode() + struct.pack("<i4x", value)

    def real(name: str, value: float) -> bytes:
        return name.ljust(8).encode() + struct.pack("<d", value)

    step = 360.0
    south, north = area.south * 3600, area.north * 3600
    east, west = -area.east * 3600, -area.west * 3600  # NTv2 counts longitude to the west
    nodes = (round((north - south) / step) + 1) * (round((west - east) / step) + 1)
    head = [
        whole("NUM_OREC", 11), whole("NUM_SREC", 11), whole("NUM_FILE", 1),
        text("GS_TYPE", "SECONDS"), text("VERSION", "SAMPLE"), text("SYSTEM_F", "TOKYO"),
        text("SYSTEM_T", "JGD2000"), real("MAJOR_F", 6377397.155), real("MINOR_F", 6356078.963),
        real("MAJOR_T", 6378137.0), real("MINOR_T", 6356752.314),
        text("SUB_NAME", "SAMPLE"), text("PARENT", "NONE"), text("CREATED", ""),
        text("UPDATED", ""), real("S_LAT", south), real("N_LAT", north), real("E_LONG", east),
        real("W_LONG", west), real("LAT_INC", step), real("LONG_INC", step),
        whole("GS_COUNT", nodes),
    ]  # fmt: skip
    node = struct.pack("<4f", north_arcsec, west_arcsec, 0.1, 0.1)
    path.write_bytes(b"".join(head) + node * nodes + text("END", ""))


TOKYO = 'path = "points.csv"\ncrs = "EPSG:4301"\nlongitude = "経度"\nlatitude = "緯度"'


def test_an_operators_grid_is_used_and_its_accuracy_stated(
    city: SmallCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "grids"
    folder.mkdir()
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", TOKYO)
    monkeypatch.setenv(datum_grids.SETTING, str(folder))
    without = city.open().layer("points").revision
    ntv2(folder / "tky2jgd.gsb", Bounds(138.0, 34.0, 141.0, 37.0), 12.0, 11.0)
    revision = city.open().layer("points").revision
    (place,) = revision.features().geometry
    assert place.coords[0] == pytest.approx((139.1 - 11 / 3600, 35.1 + 12 / 3600), abs=1e-7)
    report = revision.report
    assert [(p.kind, p.value, p.detail) for p in findings(report)] == [
        ("shifted_by_grid", "Tokyo", "0.2")
    ]
    assert (report.accuracy_m, report.to_json()["accuracy_m"]) == (0.2, 0.2)
    assert revision.id != without.id
    assert without.report.accuracy_m == 9.0
    assert [p.kind for p in findings(without.report)] == ["shifted_by_formula"]


def test_a_grids_folder_is_found_from_any_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(datum_grids.SETTING, "some/grids")
    assert Path(datum_grids.environment()[datum_grids.SETTING]).is_absolute()
    monkeypatch.delenv(datum_grids.SETTING)
    assert (datum_grids.folder(), datum_grids.environment(), datum_grids.hashes()) == (None, {}, {})
