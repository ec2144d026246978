"""Real files of 焼津市: what is withheld is gone, what is edited is there, ids of others stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from layers.publish.open import open_catalog
from layers.query.listing import listed
from layers.revision.anchors import anchor_of
from layers.schema.changes import (
    Changes,
    Corrected,
    Moved,
    Removed,
    WithheldColumn,
    WithheldFeature,
)
from layers.store.folder import HomeFolder
from tests.sandbox import SANDBOX

ROOT = Path(__file__).parents[3]
YAIZU = ROOT / "tests" / "cities" / "yaizu"
LAYERS = ("aed", "hydrants", "evacuation_shelters")

pytestmark = pytest.mark.shared


@pytest.mark.breadth
def test_edits_and_withdrawals_of_real_files(shared: Path, tmp_path: Path) -> None:
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    for name in ("city", *LAYERS):
        shutil.copy(YAIZU / f"{name}.toml", definitions)
    home = HomeFolder(tmp_path / "home")
    before = open_catalog(definitions, shared / "yaizu", home, SANDBOX)
    withheld: dict[str, bytes] = {}
    for layer_id in LAYERS:
        layer = before.layer(layer_id)
        first, second, third, fourth = listed(layer, np.arange(4))
        anchors = {each.id: anchor_of(layer.revision, each.id) for each in (first, second, third)}
        name = next(
            key
            for key, field in layer.definition.public_fields.items()
            if field.type == "text" and not field.codes and not field.values
        )
        column = next(
            (key, field.column)
            for key, field in layer.definition.public_fields.items()
            if key not in (name, layer.definition.label, layer.definition.style.field)
            and fourth.properties.get(key)
        )
        changes = Changes(
            columns=(WithheldColumn(number=1, column=column[1], fields=(column[0],)),),
            features=(
                WithheldFeature.model_validate(
                    {"number": 2, "feature": first.id, "anchor": anchors[first.id]}
                ),
            ),
            moved=(
                Moved.model_validate(
                    {
                        "number": 3,
                        "feature": second.id,
                        "anchor": anchors[second.id],
                        "longitude": 138.32,
                        "latitude": 34.87,
                    }
                ),
            ),
            removed=(
                Removed.model_validate(
                    {"number": 4, "feature": third.id, "anchor": anchors[third.id]}
                ),
            ),
            corrected=(
                Corrected.model_validate(
                    {
                        "number": 5,
                        "feature": second.id,
                        "anchor": anchors[second.id],
                        "field": name,
                        "before": second.properties.get(name),
                        "after": "訂正しました-1807",
                    }
                ),
            ),
        )
        home.desk_changes.keep(layer_id, changes)
        (content,) = layer.revision.table.properties.take(np.array([0]))
        withheld[layer_id] = content
    after = open_catalog(definitions, shared / "yaizu", HomeFolder(tmp_path / "home"), SANDBOX)
    for layer_id in LAYERS:
        layer, old = after.layer(layer_id), before.layer(layer_id)
        assert layer.feature_count == old.feature_count - 2, layer_id
        assert layer.revision.withheld == {1, 2}
        # The ids are made without the column; features are found by their place and name.
        assert set(layer.revision.changes) == {2, 3, 4, 5}
        assert "gone" not in layer.revision.changes.values()
        moved = [
            each
            for each in listed(layer, np.arange(layer.feature_count))
            if "訂正しました-1807" in each.properties.values()
        ]
        assert [(each.longitude, each.latitude) for each in moved] == [(138.32, 34.87)]
        assert withheld[layer_id] not in bytes(layer.revision.table.properties.content)
        assert len(old.definition.public_fields) > len(layer.definition.public_fields)
