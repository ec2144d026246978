"""The 町域 of postcodes as 日本郵便 writes it."""

from __future__ import annotations

import pytest

from layers.japanese.addresses import Town
from layers.japanese.postcodes import area_of


@pytest.mark.parametrize(
    ("text", "name", "chomes"),
    [
        ("溝沼", "溝沼", None),
        ("大字溝沼", "溝沼", None),
        ("朝志が丘", "朝志ケ丘", None),
        ("岡（１丁目）", "岡", {1}),
        ("岡（１～３丁目）", "岡", {1, 2, 3}),
        ("岡（１〜３丁目、５丁目）", "岡", {1, 2, 3, 5}),
        ("岡（１、２丁目）", "岡", {1, 2}),
        ("岡（１～３丁目", "岡", {1, 2, 3}),
        ("岡（その他）", "岡", None),
        ("岡（１丁目「２－３番地」）", "岡", None),
        ("以下に掲載がない場合", "", None),
        ("見本村の次に番地がくる場合", "", None),
        ("見本村一円", "", None),
        ("一円", "一円", None),
        ("", "", None),
    ],
)
def test_an_area_is_a_town_and_its_chomes(text: str, name: str, chomes: set[int] | None) -> None:
    assert area_of(text) == (name, chomes)


def test_an_area_covers_the_towns_of_its_name_and_no_others() -> None:
    area = area_of("岡（１、２丁目）")
    covered = [Town("岡", 1), Town("岡", 2)]
    towns = [*covered, Town("岡", 3), Town("岡", None), Town("岡山", 1)]
    assert [town for town in towns if area.covers(town)] == covered
