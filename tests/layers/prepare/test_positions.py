"""Rows come to lie where they are: in the system they say, or the one they must mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings, strategies as st
from pyproj import CRS, Geod, Transformer
from pyproj.enums import TransformDirection

from layers.errors import SourceError
from layers.geometry import datum
from layers.geometry.region import Region
from layers.messages import MESSAGES
from layers.prepare.positions import Placed, placed, repaired, usable
from layers.schema.bundled import BUNDLED_DATA
from layers.schema.source import Source
from layers.sources.read import read
from layers.sources.rows import Rows
from layers.sources.tables.coordinates import find_positions

CITY = shapely.from_geojson((BUNDLED_DATA / "boundary.geojson").read_text(encoding="utf-8"))
CITY = shapely.union_all(shapely.get_parts(CITY))
TOWNS = shapely.get_coordinates(
    shapely.from_geojson((BUNDLED_DATA / "towns.geojson").read_text(encoding="utf-8"))
)
GEOD = Geod(ellps="GRS80")
Pairs = npt.NDArray[np.float64]


def rows(pairs: Any, crs: int | str | None) -> Rows:
    """Points, or geometries, as a reader gives them."""
    geometry = np.empty(len(pairs), dtype=object)
    array = np.asarray(pairs)
    geometry[:] = pairs if array.dtype == object else shapely.points(array)
    return Rows(
        path=Path("表.csv"),
        columns=pd.DataFrame(index=range(len(geometry))),
        geometry=geometry,
        numbers=np.arange(2, len(geometry) + 2),
        total=len(geometry),
        crs=None if crs is None else CRS.from_user_input(crs),
        encoding="utf-8",
    )


def in_system(code: int, pairs: Pairs = TOWNS) -> Pairs:
    """Degrees of JGD2011 in another system, easting first, by the best operation's way back."""
    shift = datum.shift(CRS.from_epsg(code), datum.JAPAN)
    assert shift is not None
    longitude, latitude = pairs.T
    back = TransformDirection.INVERSE
    return np.column_stack(shift.transformer.transform(longitude, latitude, direction=back))


def moved(east: float, north: float) -> Pairs:
    """The towns moved by degrees."""
    return np.add(TOWNS, (east, north))


def check(found: Placed, expected: Pairs = TOWNS) -> None:
    """The positions are the expected ones to a centimetre or so."""
    assert np.abs(shapely.get_coordinates(found.geometry) - expected).max() < 1e-6 / 10
    assert dict(found.unplaced) == {}


def kinds(found: Placed) -> list[tuple[str, str]]:
    return [(problem.severity, problem.kind) for problem in found.problems]


def test_degrees_without_a_system_are_guessed_and_said_to_be() -> None:
    found = placed(rows(TOWNS, None), CITY)
    check(found)
    assert found.crs == datum.JGD2011
    assert kinds(found) == [("note", "crs_guessed")]
    assert found.problems[0].value == "EPSG:6668 緯度・経度 / JGD2011"


def test_degrees_are_guessed_without_a_city_too_and_elsewhere_with_doubt() -> None:
    assert kinds(placed(rows(TOWNS, None), None)) == [("note", "crs_guessed")]
    elsewhere = placed(rows(moved(5, 2), None), CITY)
    assert kinds(elsewhere) == [("warning", "crs_guessed_poorly")]


@pytest.mark.parametrize("code", [6677, 3857, 6691])
def test_metres_without_a_system_are_those_that_put_most_into_the_city(code: int) -> None:
    found = placed(rows(in_system(code), None), CITY)
    check(found)
    assert found.crs.to_epsg() == code
    assert kinds(found) == [("note", "crs_guessed")]


@pytest.mark.parametrize("code", range(6669, 6688))
def test_every_zone_is_told_from_the_others(code: int) -> None:
    origin = Transformer.from_crs(code, 6668, always_xy=True).transform(0, 0)
    around = np.add(origin, (-0.31, 0.47))
    town = shapely.box(*(around - 0.03), *(around + 0.03))
    places = around + np.array([[-0.02, 0.01], [0.01, 0.02], [0.0, -0.02]])
    found = placed(rows(in_system(code, places), None), town)
    check(found, places)
    assert found.crs.to_epsg() == code


def test_survey_coordinates_are_north_first_without_a_system_or_in_spite_of_it() -> None:
    north_first = in_system(6677)[:, ::-1]
    for crs, reasons in ((None, ["crs_guessed", "axes_exchanged"]), (6677, ["axes_exchanged"])):
        found = placed(rows(north_first, crs), CITY)
        check(found)
        assert [problem.kind for problem in found.problems] == reasons
        assert found.problems[-1].severity == "warning"


def test_an_order_that_the_city_cannot_tell_is_kept_with_a_warning() -> None:
    # Where north and east are equally far from the zone's origin, both orders are the same place.
    mirror = np.array([[-22_600.0, -22_500.0], [-22_450.0, -22_500.0]])
    found = placed(rows(mirror, 6677), CITY)
    assert kinds(found) == [("warning", "axes_undecided")]
    expected = Transformer.from_crs(6677, 6668, always_xy=True).transform(*mirror.T)
    check(found, np.column_stack(expected))


@pytest.mark.parametrize("declared", [6677, 2451])
def test_a_right_order_needs_no_word(declared: int) -> None:
    found = placed(rows(in_system(declared), declared), CITY)
    check(found)
    assert [kind for kind in kinds(found) if kind[0] == "warning"] == []


@pytest.mark.parametrize(
    ("holds", "declared", "read_as"),
    [
        (6677, 4326, 6677),  # GeoJSON with metres
        (3857, 4326, 3857),
        (6677, 6676, 6677),  # the neighbouring zone
        (6668, 6677, 6668),  # degrees said to be metres
        (2451, 4612, 2451),
        (30169, 4301, 30169),  # stays on the old datum
        (30169, 30168, 30169),
    ],
)
def test_a_system_that_cannot_be_is_corrected_with_a_warning(
    holds: int, declared: int, read_as: int
) -> None:
    found = placed(rows(in_system(holds), declared), CITY)
    check(found)
    assert found.crs.to_epsg() == read_as
    assert ("warning", "crs_corrected") in kinds(found)


def test_metres_of_a_system_that_cannot_be_are_put_in_order_too() -> None:
    found = placed(rows(in_system(6677)[:, ::-1], 4326), CITY)
    check(found)
    assert kinds(found) == [("warning", "crs_corrected"), ("warning", "axes_exchanged")]


def test_another_places_data_is_not_taken_for_wrong() -> None:
    for elsewhere in (moved(0.5, 0.5), moved(-6, -1)):
        for code in (6668, 4326, 6677):
            found = placed(rows(in_system(code, elsewhere), code), CITY)
            check(found, elsewhere)
            assert kinds(found) == []


@pytest.mark.parametrize(
    ("pairs", "crs", "said"),
    [
        (TOWNS * 1000, None, "they are like 139"),
        (TOWNS * 1000, 4326, "they are like 139"),
        (in_system(6677) * 1e6, 6677, "source.crs is 'EPSG:6677'"),
    ],
)
def test_numbers_that_are_no_place_are_refused_with_what_they_look_like(
    pairs: Pairs, crs: int | None, said: str
) -> None:
    with pytest.raises(SourceError, match=r"source\.crs is .*EPSG:6669 to 6687") as raised:
        placed(rows(pairs, crs), CITY)
    assert said in str(raised.value)


NODA = shapely.box(139.77, 35.86, 139.94, 36.12)  # with the origin of plane zone IX in it
ABROAD = np.array([[-78.70, 26.53], [-78.65, 26.55]])


@pytest.mark.parametrize("city", [CITY, NODA])
@pytest.mark.parametrize("crs", [4326, 6668])
def test_degrees_that_a_file_declares_are_no_metres_wherever_they_are(
    crs: int, city: shapely.Geometry
) -> None:
    with pytest.raises(SourceError, match=r"most of the data is of places far .*-78\.675, 26\.54"):
        placed(rows(ABROAD, crs), city)
    mostly_here = np.vstack([ABROAD, [[139.85, 35.95]] * 3])
    found = placed(rows(mostly_here, crs), city)
    assert {problem.kind for problem in found.unplaced.values()} == {"outside_japan"}
    assert shapely.is_missing(found.geometry).tolist() == [True, True, False, False, False]


@pytest.mark.parametrize("crs", [4326, None])
def test_what_may_be_degrees_is_no_metres_without_a_declared_system_either(
    crs: int | None,
) -> None:
    for pairs in (ABROAD, ABROAD[:, ::-1]):
        with pytest.raises(SourceError):
            placed(rows(pairs, crs), NODA)


def test_metres_beside_the_origin_of_the_declared_zone_stay_metres() -> None:
    beside = np.array([[-78.70, 26.53], [130.5, 33.6], [125.0, 41.0]])  # two of them like degrees
    found = placed(rows(beside, 6677), NODA)
    assert found.crs.to_epsg() == 6677
    assert shapely.contains(NODA, found.geometry).all()


def test_degrees_of_the_city_said_to_be_metres_are_degrees_at_a_zones_origin_too() -> None:
    there = np.array([[139.8, 35.9], [139.9, 36.0], [139.85, 36.1]])
    found = placed(rows(there, 6677), NODA)
    check(found, there)
    assert kinds(found) == [("warning", "crs_corrected")]


def test_metres_without_a_system_and_without_a_city_are_refused() -> None:
    with pytest.raises(SourceError, match=r"they are like -2\d+"):
        placed(rows(in_system(6677), None), None)


def test_a_system_without_a_way_to_degrees_is_refused() -> None:
    with pytest.raises(SourceError, match=r"source\.crs is 'x'; wanted a system of degrees"):
        placed(rows(TOWNS, 'LOCAL_CS["x",UNIT["m",1]]'), CITY)


@pytest.mark.parametrize("crs", [4326, 6668, None])
def test_a_whole_file_with_latitude_first_is_exchanged_in_one_line(crs: int | None) -> None:
    found = placed(rows(TOWNS[:, ::-1], crs), CITY)
    check(found)
    assert ("warning", "latitude_first") in kinds(found)
    assert [p.value for p in found.problems if p.kind == "latitude_first"] == [str(len(TOWNS))]


def test_a_single_row_with_latitude_first_is_exchanged_and_named() -> None:
    pairs = TOWNS.copy()
    pairs[3] = pairs[3, ::-1]
    found = placed(rows(pairs, 6668), CITY)
    check(found)
    (problem,) = found.problems
    assert (problem.kind, problem.row) == ("latitude_first_in_row", 5)
    assert problem.value == f"{TOWNS[3, 1]:.10g}, {TOWNS[3, 0]:.10g}"


@pytest.mark.parametrize(
    ("pair", "kind", "value"),
    [
        ((0, 0), "zero_zero", "0, 0"),
        ((np.nan, 35.8), "not_finite", "nan, 35.8"),
        ((139.6, np.inf), "not_finite", "139.6, inf"),
        ((0, 35.8), "outside_japan", "0, 35.8"),
        ((39.6, 35.8), "outside_japan", "39.6, 35.8"),
        ((1396, 35.8), "off_the_earth", "1396, 35.8"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_row_that_is_nowhere_is_left_out_by_itself(
    pair: tuple[float, float], kind: str, value: str
) -> None:
    found = placed(rows(np.vstack([TOWNS, [pair]]), 6668), CITY)
    assert shapely.is_missing(found.geometry).tolist() == [False] * len(TOWNS) + [True]
    ((row, problem),) = found.unplaced.items()
    assert (row, problem.kind, problem.value) == (len(TOWNS) + 2, kind, value)
    assert (problem.row, problem.rows_left_out, problem.severity) == (row, 1, "warning")
    _, kept, problems = usable(found.geometry, np.arange(2, len(TOWNS) + 3), found.unplaced)
    assert kept.sum() == len(TOWNS)
    assert problems == [problem]


@pytest.mark.parametrize(("pair", "kind"), [((0, 0), "zero_zero"), ((1e9, 1e9), "off_the_earth")])
def test_a_row_that_is_nowhere_on_a_zones_plane_is_left_out_too(
    pair: tuple[float, float], kind: str
) -> None:
    found = placed(rows(np.vstack([in_system(6677), [pair]]), 6677), CITY)
    assert [problem.kind for problem in found.unplaced.values()] == [kind]
    assert kinds(found) == []


def test_a_table_without_any_position_needs_no_system() -> None:
    empty = rows(np.array([None, None]), None)
    found = placed(empty, CITY)
    assert found.geometry.tolist() == [None, None]
    assert found.problems == []


def shifted_by_hand(pairs: Pairs) -> Pairs:
    """Tokyo datum to JGD2011 by the three parameters of the 国土地理院, without PROJ."""
    (a, f), (b, g) = (6377397.155, 1 / 299.152813), (6378137.0, 1 / 298.257222101)
    longitude, latitude = np.radians(pairs).T
    e, normal = f * (2 - f), a / np.sqrt(1 - f * (2 - f) * np.sin(latitude) ** 2)
    x = normal * np.cos(latitude) * np.cos(longitude) - 146.414
    y = normal * np.cos(latitude) * np.sin(longitude) + 507.337
    z = normal * (1 - e) * np.sin(latitude) + 680.507
    e, across = g * (2 - g), np.hypot(x, y)
    for _ in range(5):
        normal = b / np.sqrt(1 - e * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + e * normal * np.sin(latitude), across)
    return np.column_stack((np.degrees(np.arctan2(y, x)), np.degrees(latitude)))


@pytest.mark.parametrize("code", [4301, 30169])
def test_the_old_datum_is_shifted_within_its_stated_accuracy(code: int) -> None:
    old = moved(0.0032, -0.0032)
    pairs = np.column_stack(Transformer.from_crs(4301, code, always_xy=True).transform(*old.T))
    found = placed(rows(pairs, code), CITY)
    assert kinds(found) == [("note", "shifted_by_formula")]
    assert found.accuracy_m == 9.0
    places = shapely.get_coordinates(found.geometry)
    assert max(GEOD.inv(*places.T, *shifted_by_hand(old).T)[2]) < 0.01
    assert GEOD.inv(*places.T, *old.T)[2] == pytest.approx(461, abs=3)


def test_a_datum_told_by_its_ellipsoid_is_said() -> None:
    found = placed(rows(in_system(4301), "+proj=longlat +ellps=bessel"), CITY)
    check(found)
    assert kinds(found) == [("note", "datum_assumed"), ("note", "shifted_by_formula")]


def test_collections_become_one_geometry_and_their_lesser_parts_are_named() -> None:
    area = CITY.representative_point().buffer(0.001)
    nested = shapely.geometrycollections(
        [shapely.multipolygons([area]), shapely.geometrycollections([CITY.centroid])]
    )
    only_points = shapely.geometrycollections([CITY.centroid, CITY.representative_point()])
    empty = shapely.from_wkt("GEOMETRYCOLLECTION EMPTY")
    found = placed(rows([nested, only_points, empty], 6668), CITY)
    assert [one.geom_type for one in found.geometry] == [
        "MultiPolygon", "MultiPoint", "GeometryCollection",
    ]  # fmt: skip
    assert found.geometry[0].area == pytest.approx(area.area)
    assert [(p.kind, p.row, p.value) for p in found.problems] == [
        ("parts_left_out", 2, "Point × 1")
    ]


def test_a_polygon_with_one_vertex_that_is_no_number_costs_no_other() -> None:
    ring = [(139.6, 35.8), (139.61, 35.8), (139.61, np.nan), (139.6, 35.8)]
    spike = [(139.6, 35.8), (139.61, 35.8), (0, 0), (139.6, 35.8)]
    with np.errstate(invalid="ignore"):
        geometry = [CITY, shapely.Polygon(ring), shapely.Polygon(spike)]
    found = placed(rows(geometry, 6668), CITY)
    kind, kept, problems = usable(found.geometry, np.array([2, 3, 4]), found.unplaced)
    assert (kind, kept.tolist()) == ("polygon", [True, False, False])
    assert [(p.kind, p.row) for p in problems] == [("not_finite", 3), ("outside_japan", 4)]


def test_a_repair_says_what_it_changed() -> None:
    bow = shapely.Polygon([(139.0, 35.0), (139.1, 35.1), (139.1, 35.0), (139.0, 35.1)])
    flat = shapely.Polygon([(139.0, 35.0), (139.1, 35.0), (139.2, 35.0)])
    geometry = np.array([bow, flat, CITY], dtype=object)
    numbers = np.array([1, 2, 3])
    fixed, kept, problems = repaired(geometry, np.array([True, True, True]), numbers)
    assert kept.tolist() == [True, False, True]
    assert shapely.is_valid(fixed[kept]).all()
    assert [(p.kind, p.row, p.rows_left_out) for p in problems] == [
        ("repaired", 1, 0),
        ("collapsed", 2, 1),
    ]
    assert problems[0].value == "1 → 2, +0.0%"
    assert "Self-intersection" in problems[0].message("en")
    assert "辺の交差[" in problems[0].message("ja")


def test_every_finding_has_words() -> None:
    for pairs, crs in ((TOWNS[:, ::-1], None), (in_system(6677)[:, ::-1], 4326)):
        for problem in placed(rows(pairs, crs), CITY).problems:
            assert problem.kind in MESSAGES
            assert "{" not in problem.message("ja") + problem.message("en")


def dms(degrees: float, form: str) -> str:
    seconds = round(degrees * 3600, 3)
    minutes, seconds = divmod(seconds, 60)
    whole, minutes = divmod(int(minutes), 60)
    return form.format(d=whole, m=minutes, s=f"{seconds:06.3f}")


FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
NOTATIONS: dict[str, Callable[[float], str]] = {
    "decimal": "{:.7f}".format,
    "full-width": lambda v: f"{v:.7f}".translate(FULL_WIDTH),
    "degree sign": "{:.7f}°".format,
    "signs": lambda v: dms(v, "{d}°{m}′{s}″"),
    "kanji": lambda v: dms(v, "{d}度{m}分{s}秒"),
    "dots": lambda v: dms(v, "{d}.{m:02}.{s}"),
    "spaces": lambda v: dms(v, " {d} {m:02} {s} "),
    "packed": lambda v: dms(v, "{d}{m:02}{s}"),
}  # fmt: skip
MILLISECOND = 0.0005 / 3600  # degrees: what rounding a second's decimals can cost
WEST, SOUTH, EAST, NORTH = CITY.bounds


def in_the_city(pair: tuple[float, float]) -> bool:
    return bool(shapely.contains_xy(CITY, *pair))


city_places = st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH)).filter(in_the_city)


@settings(max_examples=60)
@given(city_places, st.sampled_from(sorted(NOTATIONS)), st.booleans(), st.booleans())
def test_a_place_in_degrees_comes_back_however_it_is_written(
    place: tuple[float, float], notation: str, turned: bool, declared: bool
) -> None:
    write = NOTATIONS[notation]
    longitude, latitude = (write(value) for value in place)
    names = ["緯度", "経度"] if turned else ["経度", "緯度"]
    table = pd.DataFrame([[longitude, latitude]], columns=names, dtype=object)
    numbers = np.array([2])
    read = find_positions(Source(path="表.csv"), Path("表.csv"), table, numbers)
    row = rows(read.geometry, 6668 if declared else None)
    (found,) = shapely.get_coordinates(placed(row, CITY).geometry)
    assert np.abs(found - place).max() < 1e-6 / 10 + MILLISECOND


@settings(max_examples=40)
@given(
    city_places,
    st.sampled_from([6668, 4326, 6677, 2451, 4612, 4301, 30169, 3857]),
    st.booleans(),
    st.booleans(),
)
def test_a_place_comes_back_in_every_system_and_order(
    place: tuple[float, float], code: int, turned: bool, declared: bool
) -> None:
    pairs = in_system(code, np.vstack([[place], TOWNS]))
    if turned and code != 3857:
        pairs = pairs[:, ::-1]
    # Undeclared, an older datum cannot be told from today's: it stays as far off as it is.
    undeclared = not declared and code in (6668, 4326, 6677, 3857)
    found = placed(rows(pairs, None if undeclared else code), CITY)
    assert np.abs(shapely.get_coordinates(found.geometry)[0] - place).max() < 1e-6


@pytest.mark.shared
def test_every_file_of_yaizu_lies_in_yaizu_without_a_guess(shared: Path) -> None:
    folder = shared / "yaizu"
    boundary = next((folder / "自主防災会境界").glob("*.shp"))
    areas = placed(read(Source(path=boundary.name), boundary), None)
    city = shapely.union_all(shapely.make_valid(areas.geometry))
    near = shapely.box(*shapely.bounds(shapely.buffer(city, 0.02)))
    files = [path for kind in ("shp", "geojson", "csv") for path in folder.glob(f"*/*.{kind}")]
    files = [path for path in files if path.name != "attributes.csv"]
    assert len(files) >= 26
    for path in sorted(files):
        crs = "EPSG:6668" if path.suffix == ".csv" else None
        found = placed(read(Source(path=path.name, crs=crs), path), city)
        assert {problem.kind for problem in found.problems} <= {"not_shifted"}, path.name
        assert {problem.kind for problem in found.unplaced.values()} <= {"no_geometry"}, path.name
        there = found.geometry[~shapely.is_missing(found.geometry)]
        assert len(there)
        assert shapely.intersects(near, there).all(), path.name
        assert found.crs.to_epsg() in (4326, 4612, 2450, 6668), path.name


ROME = (12.3, 41.7, 12.7, 42.1)
TAIPEI = (121.4, 24.9, 121.7, 25.2)
LIMA = (-77.2, -12.2, -76.8, -11.9)


def within(extent: tuple[float, float, float, float]) -> tuple[shapely.Geometry, Pairs]:
    """A city that fills an extent, and places in it."""
    west, south, east, north = extent
    shares = np.array([[0.2, 0.3], [0.5, 0.6], [0.9, 0.4]])
    return shapely.box(*extent), (west, south) + shares * (east - west, north - south)


@pytest.mark.parametrize(
    ("extent", "code"),
    [
        *((ROME, code) for code in (4326, 4258, 32633, 25833, 3857, 3035)),
        *((TAIPEI, code) for code in (4326, 3824, 3826, 32651, 3857)),
        *((LIMA, code) for code in (4326, 32718, 3857)),
    ],
)
def test_places_of_a_city_abroad_come_back_in_the_systems_used_there(
    extent: tuple[float, float, float, float], code: int
) -> None:
    city, places = within(extent)
    region = Region.of(extent)
    pairs = np.column_stack(Transformer.from_crs(4326, code, always_xy=True).transform(*places.T))
    for boundary in (city, None):
        found = placed(rows(pairs, code), boundary, region)
        assert np.abs(shapely.get_coordinates(found.geometry) - places).max() < 2e-5
        assert {problem.kind for problem in found.problems} <= {"shifted_abroad"}
        words = [problem.message("ja") for problem in found.problems]
        assert not [text for text in words if "JGD" in text or "日本" in text]


@pytest.mark.parametrize("extent", [ROME, TAIPEI, LIMA])
def test_numbers_without_a_system_are_guessed_for_a_city_abroad(
    extent: tuple[float, float, float, float],
) -> None:
    city, places = within(extent)
    region = Region.of(extent)
    found = placed(rows(places, None), city, region)
    check(found, places)
    assert (found.crs, kinds(found)) == (datum.WGS84, [("note", "crs_guessed_abroad")])
    for zone in region.metre_systems(datum.WGS84):
        to_zone = Transformer.from_crs(4326, zone, always_xy=True)
        metres = placed(rows(np.column_stack(to_zone.transform(*places.T)), None), city, region)
        assert np.abs(shapely.get_coordinates(metres.geometry) - places).max() < 1e-6
    turned = placed(rows(places[:, ::-1], 4326), city, region)
    check(turned, places)
    assert kinds(turned) == [("warning", "latitude_first")]


def test_a_place_far_from_a_city_abroad_is_left_out_by_itself() -> None:
    city, places = within(ROME)
    found = placed(rows(np.vstack([places, [[139.6, 35.8]]]), 4326), city, Region.of(ROME))
    assert [problem.kind for problem in found.unplaced.values()] == ["far_away"]


def test_a_projection_on_a_datum_of_bessels_ellipsoid_is_not_japans_elsewhere() -> None:
    city, places = within(ROME)
    unknown = "+proj=tmerc +lon_0=12 +ellps=bessel"
    with pytest.raises(SourceError):
        placed(rows(places * 1e4, unknown), city, Region.of(ROME))
