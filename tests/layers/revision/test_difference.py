"""Two revisions of a layer compared: what is told, and whether anything was taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import shapely

from layers.geometry.parts import Kind, from_shapes, shapes_of
from layers.prepare.ids import content_ids
from layers.report import Report
from layers.revision.difference import LISTED, Changed, Counts, Difference, difference
from layers.revision.points import points_of
from layers.revision.revision import Contents, Revision, write_revision
from layers.revision.table import FeatureTable, Slices
from layers.schema.layer import LayerDefinition

Row = tuple[str, Mapping[str, object]]  # well-known text of the place, and what is published

A: Row = ("POINT (139.1 35.1)", {"name": "あ", "size": 65})
B: Row = ("POINT (139.2 35.2)", {"name": "い", "size": 75})
C: Row = ("POINT (139.3 35.3)", {"name": "う"})


def definition(fields: list[str], own_ids: bool = False) -> LayerDefinition:
    text = {"ja": "語", "en": "word"}
    return LayerDefinition.model_validate(
        {
            "id": "layer",
            "title": text,
            "description": text,
            "group": "fire",
            "source": {"path": "layer.csv", "id": "番号" if own_ids else None},
            "credit": {"attribution": text, "licence": text, "date": "2026-01-01"},
            "fields": {name: {"title": text, "column": name} for name in fields},
        }
    )


class Revisions:
    """Writes revisions of one layer, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def of(
        self,
        rows: Sequence[Row],
        ids: list[int] | None = None,
        fields: tuple[str, ...] = ("name", "size"),
    ) -> Revision:
        """A revision of these features; without `ids` they are made from what rows publish."""
        geometry = shapely.from_wkt(np.array([place for place, _ in rows], dtype=object))
        properties = [orjson.dumps(said) for _, said in rows]
        made = content_ids(
            [p + w for p, w in zip(properties, shapely.to_wkb(geometry), strict=True)]
        )
        kind: Kind = "point"
        if len(rows) and "POLYGON" in rows[0][0]:
            kind = "polygon"
        elif len(rows) and "LINE" in rows[0][0]:
            kind = "line"
        shapes = from_shapes(shapes_of(kind, geometry))
        return self.write(
            Contents(
                definition=definition(list(fields), ids is not None),
                kind=kind,
                table=FeatureTable(np.array(ids or made, dtype=np.int64), Slices.of(properties)),
                columns={},
                rows=np.arange(2, len(rows) + 2),
                source=shapes,
                shown=[]
                if kind != "point"
                else points_of(shapes, np.zeros(len(rows), dtype=np.int16), [None], 250, 16),
                coverage=b"",
                report=Report("layer.csv", "layer"),
                classes=[None],
                pixels={},
            )
        )

    def write(self, contents: Contents) -> Revision:
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        write_revision(folder, f"revision{self._count}", [], contents)
        return Revision(folder)


@pytest.fixture
def revisions(tmp_path: Path) -> Revisions:
    return Revisions(tmp_path)


def counts(found: Difference) -> dict[str, Any]:
    """The counts that are not zero."""
    said = found.counts
    named = {"added": said.added, "removed": said.removed, "moved": said.moved}
    return {name: n for name, n in {**named, "changed": said.changed}.items() if n}


def moved(place: str, row: Row) -> Row:
    return place, row[1]


@pytest.mark.parametrize("ids", [None, [7, 8]], ids=["made ids", "own ids"])
def test_the_same_rows_in_another_order_are_no_difference(
    revisions: Revisions, ids: list[int] | None
) -> None:
    before = revisions.of([A, B], ids)
    found = difference(before, revisions.of([B, A], ids and ids[::-1]))
    assert counts(found) == {}
    assert not found.takes_back
    assert found.counts.in_words("ja") == "データの変更はありません"


@pytest.mark.parametrize("own", [False, True])
def test_rows_come_and_go(revisions: Revisions, own: bool) -> None:
    before = revisions.of([A, B], [1, 2] if own else None)
    after = revisions.of([A, C], [1, 3] if own else None)
    found = difference(before, after)
    assert counts(found) == {"added": 1, "removed": 1}
    assert found.takes_back


def test_what_comes_and_goes_is_named_by_its_own_revision(revisions: Revisions) -> None:
    before, after = revisions.of([A, B]), revisions.of([B, C])
    change = difference(before, after)
    removed = set(before.table.ids.tolist()) - set(after.table.ids.tolist())
    added = set(after.table.ids.tolist()) - set(before.table.ids.tolist())
    assert (set(change.removed), set(change.added)) == (removed, added)


def test_an_added_row_takes_nothing_back(revisions: Revisions) -> None:
    found = difference(revisions.of([A]), revisions.of([A, B]))
    assert counts(found) == {"added": 1}
    assert not found.takes_back


@pytest.mark.parametrize("own", [False, True])
def test_a_row_at_the_same_place_with_other_values_has_changed(
    revisions: Revisions, own: bool
) -> None:
    before = revisions.of([A, B, C], [1, 2, 3] if own else None)
    other = ("POINT (139.1 35.1)", {"name": "ああ"})
    after = revisions.of([other, B, C], [1, 2, 3] if own else None)
    found = difference(before, after)
    assert counts(found) == {"changed": 1}
    (id,) = set(after.table.ids.tolist()) - ({2, 3} if own else set(before.table.ids.tolist()))
    assert found.changed == (Changed(id, "name", "あ", "ああ"), Changed(id, "size", 65, None))
    assert found.takes_back


def test_a_value_where_there_was_none_takes_nothing_back(revisions: Revisions) -> None:
    found = difference(revisions.of([A, C]), revisions.of([A, (C[0], {"name": "う", "size": 100})]))
    assert [one[1:] for one in found.changed] == [("size", None, 100)]
    assert not found.takes_back


@pytest.mark.parametrize("own", [False, True])
def test_a_row_with_the_same_values_elsewhere_has_moved(revisions: Revisions, own: bool) -> None:
    before = revisions.of([A, B, C], [1, 2, 3] if own else None)
    after = revisions.of([moved("POINT (139.1 35.1001)", A), B, C], [1, 2, 3] if own else None)
    found = difference(before, after)
    assert counts(found) == {"moved": 1}
    # 0.0001° of latitude at 35.1° north on GRS80: 110 942 m a degree.
    assert found.moved[0].extent == found.counts.farthest == pytest.approx(11.09, abs=0.01)
    assert found.takes_back
    assert found.counts.in_words("ja") == "移動 1（最大 11 m）"


def test_with_ids_of_its_own_a_row_may_move_and_change_at_once(revisions: Revisions) -> None:
    before = revisions.of([A], [1])
    after = revisions.of([("POINT (139.11 35.1)", {"name": "え", "size": 65})], [1])
    found = difference(before, after)
    assert counts(found) == {"moved": 1, "changed": 1}
    assert found.counts.in_words("en") == "1 moved (by up to 912 m), 1 with other values"


def test_what_could_be_either_of_two_is_removed_and_added(revisions: Revisions) -> None:
    same = {"name": "消火栓"}
    before = revisions.of([("POINT (139.1 35.1)", same), ("POINT (139.2 35.1)", same)])
    after = revisions.of([("POINT (139.1 35.2)", same), ("POINT (139.2 35.2)", same)])
    assert counts(difference(before, after)) == {"added": 2, "removed": 2}


def test_one_of_two_rows_that_are_alike_may_go(revisions: Revisions) -> None:
    assert counts(difference(revisions.of([A, A, B]), revisions.of([B, A]))) == {"removed": 1}


def test_rows_whose_ids_are_made_in_another_way_are_found_again(revisions: Revisions) -> None:
    assert counts(difference(revisions.of([A, B]), revisions.of([A, B], [1, 2]))) == {}


def test_a_field_no_longer_published_is_not_told_and_is_taken_back(revisions: Revisions) -> None:
    before = revisions.of([A, B])
    after = revisions.of([(row[0], {"name": row[1]["name"]}) for row in (A, B)], None, ("name",))
    found = difference(before, after)
    assert counts(found) == {}
    assert found.changed == ()
    assert found.takes_back


def test_a_polygon_of_another_shape_says_the_area(revisions: Revisions) -> None:
    square = "POLYGON ((139 35, 139.01 35, 139.01 35.01, 139 35.01, 139 35))"
    turned = "POLYGON ((139.01 35, 139.01 35.01, 139 35.01, 139 35, 139.01 35))"
    larger = "POLYGON ((139 35, 139.02 35, 139.02 35.01, 139 35.01, 139 35))"
    before = revisions.of([(square, {"name": "あ"})], [1])
    assert counts(difference(before, revisions.of([(turned, {"name": "あ"})], [1]))) == {}
    found = difference(before, revisions.of([(larger, {"name": "あ"})], [1]))
    # 0.01° × 0.01° at 35.005° north: 912.6 m × 1109.4 m by pyproj's Geod.
    assert found.counts.measure == "square_metres"
    assert found.counts.farthest == pytest.approx(1_012_400, rel=1e-3)
    assert found.counts.in_words("ja").startswith("形の変更 1（最大 1,01")


def test_a_hole_that_becomes_an_island_is_another_shape(revisions: Revisions) -> None:
    outer = "(139 35, 139.1 35, 139.1 35.1, 139 35.1, 139 35)"
    inner = "(139.02 35.02, 139.02 35.04, 139.04 35.04, 139.04 35.02, 139.02 35.02)"
    before = revisions.of([(f"POLYGON ({outer}, {inner})", {"name": "あ"})], [1])
    island = inner.replace("139.02", "139.2").replace("139.04", "139.3")
    after = revisions.of([(f"MULTIPOLYGON (({outer}), ({island}))", {"name": "あ"})], [1])
    assert counts(difference(before, after)) == {"moved": 1}


def test_a_line_that_bends_says_how_far(revisions: Revisions) -> None:
    before = revisions.of([("LINESTRING (139 35, 139.01 35, 139.02 35)", {"name": "あ"})], [1])
    after = revisions.of([("LINESTRING (139 35, 139.01 35.001, 139.02 35)", {"name": "あ"})], [1])
    found = difference(before, after)
    assert found.counts.measure == "metres"
    assert found.counts.farthest == pytest.approx(110.9, abs=0.2)


def test_layers_of_different_geometry_have_nothing_in_common(revisions: Revisions) -> None:
    line = revisions.of([("LINESTRING (139 35, 139.01 35)", {"name": "あ"})], [1])
    assert counts(difference(revisions.of([A], [1]), line)) == {"added": 1, "removed": 1}


def test_a_layer_may_become_empty_and_be_filled_again(revisions: Revisions) -> None:
    empty, full = revisions.of([]), revisions.of([A])
    assert counts(difference(full, empty)) == {"removed": 1}
    assert counts(difference(empty, full)) == {"added": 1}
    assert counts(difference(empty, empty)) == {}


def test_all_are_counted_and_the_first_are_named(revisions: Revisions) -> None:
    ids = list(range(1, 151))
    before = revisions.of([(f"POINT ({i / 10} 35)", {"name": "あ"}) for i in ids], ids)
    after = revisions.of([(f"POINT ({i / 10} 35.001)", {"name": f"い{i}"}) for i in ids], ids)
    found = difference(before, after).to_json()
    assert (found["moved_count"], found["changed_count"]) == (150, 150)
    assert isinstance(found["moved"], list)
    assert isinstance(found["changed"], list)
    assert len(found["moved"]) == len(found["changed"]) == LISTED
    assert found["moved"][0] == {"id": 1, "metres": pytest.approx(110.9, abs=0.1)}
    assert found["changed"][0] == {"id": 1, "field": "name", "before": "あ", "after": "い1"}
    assert (found["revision"], found["added"], found["removed"]) == ("revision1", 0, 0)


def test_a_phrase_leaves_out_what_did_not_happen() -> None:
    said = Counts("x", added=3, removed=1, moved=2, changed=4, farthest=12.3, measure="metres")
    assert said.in_words("ja") == "追加 3、削除 1、移動 2（最大 12 m）、内容の変更 4"
    assert said.in_words("en") == "3 added, 1 removed, 2 moved (by up to 12 m), 4 with other values"


def test_the_few_changes_among_many_points_are_counted(revisions: Revisions) -> None:
    points: list[Row] = [
        (f"POINT ({130 + at % 100 / 10} {33 + at // 100 / 10})", {"name": str(at), "size": 65})
        for at in range(10_000)
    ]
    before = revisions.of(points)
    for at in range(0, 10_000, 1000):
        points[at] = moved(f"POINT (145 {33 + at / 1000})", points[at])
    for at in range(50, 10_000, 100):
        points[at] = (points[at][0], {**points[at][1], "size": 75})
    assert counts(difference(before, revisions.of(points))) == {"moved": 10, "changed": 100}
