"""Published files that the base map knows by their columns."""

from __future__ import annotations

import pytest

from layers.standards.base_files import known_file, known_files

N02 = ["N02_001", "N02_002", "N02_003", "N02_004"]


@pytest.mark.parametrize(
    ("name", "columns", "kind", "named"),
    [
        ("N02-22_RailroadSection.shp", N02, "rail", "N02_003"),
        ("N02-22_Station.shp", [*N02, "N02_005", "N02_005c"], "station", "N02_005"),
        ("N03.shp", [f"N03_00{n}" for n in (1, 2, 3, 4, 7)], "border", "N03_004"),
        ("N06.shp", [f"N06_00{n}" for n in range(1, 8)], "expressway", "N06_007"),
        ("W05.shp", [f"W05_00{n}" for n in range(1, 7)], "river", "W05_004"),
        ("P29-13.shp", [f"P29_00{n}" for n in range(1, 7)], "landmark", "P29_005"),
        ("P29-21.shp", [f"P29_00{n}" for n in range(1, 8)], "landmark", "P29_004"),
        ("34100_hiroshima-shi_city_2022_station.geojson", ["駅名", "路線名"], "station", "駅名"),
        ("34100_hiroshima-shi_city_2022_park.geojson", ["名称"], "park", "名称"),
    ],
)
def test_a_published_file_is_known_by_its_columns(
    name: str, columns: list[str], kind: str, named: str
) -> None:
    known = known_file(name, columns)
    assert known is not None
    assert (known.kind, known.name) == (kind, named)


def test_another_file_is_not_known() -> None:
    assert known_file("parks.geojson", ["名称", "駅名"]) is None
    assert known_file("N02.shp", ["N02_003"]) is None


def test_each_entry_has_its_name_among_its_columns() -> None:
    for known in known_files():
        assert known.name in known.columns
        assert known.current is None or known.current.column in known.columns
