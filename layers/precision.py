"""How exactly a feature's position is known, as published in two fields of its own."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
import pandas as pd

from layers.definition import DERIVED_FIELDS, Code, FieldDefinition, LayerDefinition
from layers.parts import Integers

PRECISION, DOUBT = DERIVED_FIELDS
PRECISION_COLUMN, DOUBT_COLUMN = f"{PRECISION} (derived)", f"{DOUBT} (derived)"
EXACT, ROUNDED, TOWN = "exact", "rounded", "town"
CODES = (
    Code(value=EXACT, label={"ja": "元データのとおり", "en": "as in the source"}),
    Code(value=ROUNDED, label={"ja": "丸めた位置", "en": "rounded"}),
    Code(
        value=TOWN,
        label={
            "ja": "町丁目まで（正確な位置ではありません）",
            "en": "town only (not the exact place)",
        },
    ),
)


def with_precision(
    definition: LayerDefinition, columns: pd.DataFrame, precision: npt.NDArray[Any], doubt: Integers
) -> tuple[LayerDefinition, pd.DataFrame]:
    """The definition and the columns with two fields more, where not every position is exact.

    `precision` and `doubt`, in metres, are by row.
    """
    if (precision == EXACT).all():
        return definition, columns
    fields = {
        **definition.fields,
        PRECISION: FieldDefinition(
            title={"ja": "位置の正確さ", "en": "Precision of the position"},
            column=PRECISION_COLUMN,
            codes=CODES,
        ),
        DOUBT: FieldDefinition(
            title={"ja": "位置のずれの目安", "en": "The position may be off by about"},
            column=DOUBT_COLUMN,
            type="integer",
            unit="m",
        ),
    }
    derived = columns.copy()
    derived[PRECISION_COLUMN] = precision
    derived[DOUBT_COLUMN] = pd.Series(doubt, columns.index, dtype="Int64").where(doubt > 0)
    return definition.model_copy(update={"fields": fields}), derived
