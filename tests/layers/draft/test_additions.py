"""What a new file has beyond a layer's columns is proposed, and published by nothing else."""

from __future__ import annotations

from typing import Any

from layers.draft.additions import additions, for_new_file
from layers.schema.layer import LayerDefinition


def definition(fields: dict[str, str], **keys: Any) -> LayerDefinition:
    text = {"ja": "名", "en": "name"}
    return LayerDefinition.model_validate(
        {
            "id": "wells",
            "title": text,
            "description": text,
            "group": "fire",
            "source": {"path": "a.csv", "longitude": "経度", "latitude": "緯度"},
            "credit": {"attribution": text, "licence": text, "date": "2026-04-01"},
            "fields": {name: {"title": text, "column": column} for name, column in fields.items()},
            **keys,
        }
    )


def test_further_columns_are_proposed_and_personal_ones_suppressed() -> None:
    layer = definition({"name": "名称"}, privacy={"suppress": ["備考"]})
    file = definition(
        {"name": "名　称", "name_2": "備考", "depth": "深さ"}, privacy={"suppress": ["管理者氏名"]}
    )
    chosen, proposal = for_new_file(layer, layer, [file])
    assert [*chosen.fields] == ["name"]
    assert {name: field.column for name, field in proposal.fields.items()} == {
        "name": "名称",
        "depth": "深さ",
    }
    assert chosen.privacy.suppress == proposal.privacy.suppress == ("備考", "管理者氏名")
    notes = [(each.kind, each.column) for each in additions(proposal, chosen)]
    assert notes == [("column_new", "深さ")]


def test_a_name_that_a_field_has_is_not_taken() -> None:
    layer = definition({"depth": "水深", "depth_2": "底"})
    _chosen, proposal = for_new_file(layer, layer, [definition({"depth": "深さ"})])
    assert proposal.fields["depth_3"].column == "深さ"


def test_a_standard_gives_no_field_to_a_column_that_nobody_chose() -> None:
    short, read = definition({}), definition({"name": "名称"})
    chosen, _proposal = for_new_file(short, read, [definition({"name": "名称", "phone": "電話"})])
    assert chosen.fields == read.fields
    chosen, _proposal = for_new_file(short, read, [definition({"name": "名称"})])
    assert not chosen.fields


def test_of_several_layers_in_the_file_it_is_compared_with_its_own() -> None:
    def part(column: str, geometry: str) -> LayerDefinition:
        source = {"path": "a.geojson", "geometry": geometry}
        return definition({"name": column}, source=source)

    drafts = [part("名称", "line"), part("別名", "point")]
    _chosen, proposal = for_new_file(part("名称", "point"), part("名称", "point"), drafts)
    assert [field.column for field in proposal.fields.values()] == ["名称", "別名"]
    unlike = part("名称", "polygon")
    assert for_new_file(unlike, unlike, drafts)[1] == unlike
