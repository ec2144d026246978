"""What the desk changed is in all that is made of a layer; what it withdrew is in nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.errors import LayerUnavailable
from layers.query.listing import feature_of
from layers.revision.anchors import anchor_of
from layers.revision.revision import Revision
from layers.schema.changes import (
    Added,
    Changes,
    Corrected,
    Moved,
    Removed,
    WithheldColumn,
    WithheldFeature,
)
from layers.store.folder import HomeFolder
from tests.layers.city import SmallCity, check_reports

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
FIELDS = """
[fields.tel]
title = { ja = "電話", en = "Telephone" }
column = "備考番号"

[fields.size]
title = { ja = "数", en = "Count" }
column = "数"
type = "integer"
"""
HEADER = "名称,緯度,経度,備考番号,数\n"
ROWS: tuple[str, ...] = ("北,35.11,139.11,048-111-1111,1\n", "南,35.02,139.12,048-222-2222,2\n")
ROWS += ("西,35.05,139.05,048-333-3333,3\n",)
SECRET = "048-222-2222"


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    city.put("points.csv", HEADER + "".join(ROWS))
    city.declare("points", SOURCE, top='label = "name"', fields=FIELDS)
    return city


def kept(city: SmallCity, changes: Changes) -> Catalog:
    HomeFolder(city.home).desk_changes.keep("points", changes)
    return city.open()


def shown(layer: Layer) -> dict[str, dict[str, Any]]:
    """What is published, by name, each with its id and place."""
    table, parts = layer.revision.table, layer.revision.source
    features = {}
    for index, id in enumerate(table.ids.tolist()):
        (values,) = map(orjson.loads, table.properties.take(np.array([index])))
        place = tuple(round(number, 6) for number in parts.coordinates[index].tolist())
        features[values.get("name", str(index))] = {**values, "id": id, "at": place}
    return features


def ids(layer: Layer) -> dict[str, int]:
    return {name: feature["id"] for name, feature in shown(layer).items()}


def anchored(revision: Revision, id: int) -> dict[str, Any]:
    anchor = anchor_of(revision, id)
    assert anchor is not None
    return {"feature": id, "anchor": anchor}


def anchors_of(layer: Layer) -> Callable[[str], dict[str, Any]]:
    return lambda name: anchored(layer.revision, ids(layer)[name])


def kinds(revision: Revision) -> dict[str, str | None]:
    return {problem.kind: problem.value for problem in revision.report.problems}


def test_edited_features_keep_their_ids(points: SmallCity) -> None:
    before = points.open().layer("points")
    known, of = ids(before), anchors_of(before)
    changes = Changes(
        moved=(Moved(number=1, **of("北"), longitude=139.15, latitude=35.15),),
        corrected=(
            Corrected(number=2, **of("南"), field="size", before=2, after="５"),
            Corrected(number=3, **of("南"), field="tel", before=SECRET, after=""),
        ),
        removed=(Removed(number=4, **of("西")),),
        added=(Added(number=5, feature=77, longitude=139.1, latitude=35.1, values={"name": "東"}),),
    )
    layer = kept(points, changes).layer("points")
    assert shown(layer) == {
        "北": {
            "name": "北",
            "tel": "048-111-1111",
            "size": 1,
            "id": known["北"],
            "at": (139.15, 35.15),
        },
        "南": {"name": "南", "size": 5, "id": known["南"], "at": (139.12, 35.02)},
        "東": {"name": "東", "id": 77, "at": (139.1, 35.1)},
    }
    assert layer.revision.changes == dict.fromkeys((1, 2, 3, 4, 5), "pending")
    report = kinds(layer.revision)
    assert report["changes_applied"] == "5"
    assert report["feature_removed"] == "1"
    accounted = layer.revision.report
    assert (accounted.rows, accounted.features, accounted.rows_left_out) == (4, 3, 1)
    assert layer.revision.id != before.revision.id
    assert kept(points, Changes()).layer("points").revision.id == before.revision.id


def test_a_file_that_has_a_change_settles_it(points: SmallCity) -> None:
    before = points.open().layer("points")
    of = anchors_of(before)
    changes = Changes(
        moved=(Moved(number=1, **of("北"), longitude=139.15, latitude=35.1),),
        corrected=(
            Corrected(
                number=2,
                **of("南"),
                field="size",
                before=2,
                after="5",
            ),
        ),
        removed=(Removed(number=4, **of("西")),),
        added=(Added(number=5, feature=77, longitude=139.1, latitude=35.1, values={"name": "東"}),),
    )
    points.put(
        "points.csv",
        HEADER + "北,35.1,139.15,048-111-1111,1\n南,35.02,139.12,048-222-2222,5\n東,35.1,139.1,,\n",
    )
    layer = kept(points, changes).layer("points")
    assert layer.revision.changes == dict.fromkeys((1, 2, 4, 5), "settled")
    assert sorted(shown(layer)) == ["北", "南", "東"]
    assert "changes_applied" not in kinds(layer.revision)


def test_a_file_that_says_something_else_is_a_conflict(points: SmallCity) -> None:
    before = points.open().layer("points")
    of = anchors_of(before)
    changes = Changes(
        moved=(Moved(number=1, **of("北"), longitude=139.15, latitude=35.1),),
        corrected=(
            Corrected(
                number=2,
                **of("南"),
                field="size",
                before=2,
                after="5",
            ),
            Corrected(
                number=3,
                **of("西"),
                field="size",
                before=3,
                after="5",
            ),
        ),
    )
    points.put(
        "points.csv",
        HEADER + "北,35.0005,139.15,048-111-1111,1\n南,35.02,139.12,048-222-2222,7\n",
    )
    layer = kept(points, changes).layer("points")
    assert layer.revision.changes == {1: "conflict", 2: "conflict", 3: "gone"}
    assert shown(layer)["南"]["size"] == 5  # until a person decides
    assert shown(layer)["北"]["at"] == (139.15, 35.1)
    assert kinds(layer.revision)["changes_conflict"] == "2"
    assert kinds(layer.revision)["changes_gone"] == "1"


def withheld(revision: Revision, id: int, number: int = 9) -> Changes:
    return Changes(features=(WithheldFeature(number=number, **anchored(revision, id)),))


def everything(city: SmallCity) -> bytes:
    return b"".join(path.read_bytes() for path in city.home.rglob("*") if path.is_file())


def test_a_withheld_feature_is_nowhere_in_the_home(points: SmallCity) -> None:
    before = points.open().layer("points")
    assert SECRET.encode() in everything(points)
    layer = kept(points, withheld(before.revision, ids(before)["南"])).layer("points")
    assert sorted(shown(layer)) == ["北", "西"]
    assert layer.revision.withheld == {9}
    assert SECRET.encode() not in everything(points)
    assert "南".encode() not in everything(points)
    assert b"35.02" not in everything(points)
    assert kinds(layer.revision)["feature_withheld"] == "1"


@pytest.mark.parametrize(
    "row",
    [
        "南,35.02,139.12,048-222-2222,8\n",  # another value: another id
        "みなみ,35.02,139.12,048-222-2222,2\n",  # another name
        "南,35.06,139.16,048-222-2222,8\n",  # another place
    ],
)
def test_a_withheld_feature_stays_withheld_when_its_row_changes(
    points: SmallCity, row: str
) -> None:
    before = points.open().layer("points")
    points.put("points.csv", HEADER + ROWS[0] + row + ROWS[2])
    layer = kept(points, withheld(before.revision, ids(before)["南"])).layer("points")
    assert sorted(shown(layer)) == ["北", "西"]
    assert layer.revision.changes == {9: "conflict"}


def test_a_withheld_feature_that_is_not_found_holds_the_layer_back(points: SmallCity) -> None:
    before = points.open().layer("points")
    changes = withheld(before.revision, ids(before)["南"])
    points.put("points.csv", HEADER + ROWS[0] + "ひみつ,35.17,139.17,048-222-2222,8\n")
    (points.home / "00000" / "revisions" / "points").rename(points.home / "moved")
    catalog = kept(points, changes)
    with pytest.raises(LayerUnavailable, match="9"):
        catalog.layer("points")
    (report,) = check_reports(
        points.definitions, points.data, ["points"], home=HomeFolder(points.home)
    )
    assert [p.kind for p in report.problems if p.severity == "error"] == ["withheld_not_found"]


def test_a_withheld_column_is_nowhere_in_the_home(points: SmallCity) -> None:
    before = points.open().layer("points")
    column = WithheldColumn(number=3, column="備考番号", fields=("tel",))
    layer = kept(points, Changes(columns=(column,))).layer("points")
    assert layer.revision.withheld == {3}
    assert "tel" not in layer.definition.fields
    assert sorted(shown(layer)) == ["北", "南", "西"]
    assert b"048-" not in everything(points)
    assert ids(layer) != ids(before)  # an id made of what is withheld would tell it


def test_withheld_by_label_style_or_id_leaves_a_whole_layer(points: SmallCity) -> None:
    points.declare(
        "points",
        f'{SOURCE}\nid = "数"',
        top='label = "name"\nstyle = { field = "name", classes = [{ value = "北" }] }',
        fields=FIELDS,
    )
    columns = (
        WithheldColumn(number=1, column="名称", fields=("name",)),
        WithheldColumn(number=2, column="数", fields=("size",)),
    )
    layer = kept(points, Changes(columns=columns)).layer("points")
    assert layer.definition.label is None
    assert layer.definition.style.field is None
    assert list(layer.definition.fields) == ["tel"]
    assert layer.feature_count == 3
    assert "北".encode() not in everything(points)


def test_a_feature_found_by_the_sources_own_id_needs_no_anchor(points: SmallCity) -> None:
    points.declare("points", f'{SOURCE}\nid = "数"', top='label = "name"', fields=FIELDS)
    before = points.open().layer("points")
    changes = withheld(before.revision, 2)
    points.put("points.csv", HEADER + "別名,35.17,139.17,048-000-0000,2\n" + ROWS[0])
    layer = kept(points, changes).layer("points")
    assert sorted(shown(layer)) == ["北"]
    assert layer.revision.changes == {9: "pending"}


def test_a_position_given_by_staff_is_rounded_as_the_files_are(points: SmallCity) -> None:
    points.declare(
        "points",
        SOURCE,
        top='label = "name"\nprivacy = { grid_m = 500 }',
        fields=FIELDS,
    )
    before = points.open().layer("points")
    known, of = ids(before), anchors_of(before)
    changes = Changes(
        moved=(
            Moved(
                number=1,
                **of("北"),
                longitude=139.123456,
                latitude=35.123456,
            ),
        )
    )
    layer = kept(points, changes).layer("points")
    moved = feature_of(layer, known["北"])
    assert moved is not None
    assert moved.doubt == 354
    assert (moved.longitude, moved.latitude) != (139.123456, 35.123456)
    assert abs(moved.longitude - 139.123456) < 0.004
    assert layer.revision.changes == {1: "pending"}


def test_unreadable_changes_hold_a_layer_back(points: SmallCity) -> None:
    folder = points.home / "desk" / "changes"
    folder.mkdir(parents=True)
    (folder / "points.json").write_text("{")
    with pytest.raises(LayerUnavailable, match=r"points\.json"):
        points.open().layer("points")
