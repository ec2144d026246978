"""How exactly a feature's position is known, as published in two fields of its own."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
import pandas as pd

from layers.geometry.parts import Integers
from layers.schema.layer import Code, FieldDefinition, LayerDefinition
from layers.schema.values import DOUBT, PRECISION

PRECISION_COLUMN, DOUBT_COLUMN = f"{PRECISION} (derived)", f"{DOUBT} (derived)"
EXACT, ROUNDED, TOWN = "exact", "rounded", "town"
CODES = (
    Code(
        value=EXACT,
        label={
            "ja": "元データのとおり",
            "ja-x-easy": "元《もと》のデータと同《おな》じ",
            "en": "as in the source",
            "zh": "与原始数据相同",
            "ko": "원본 데이터 그대로",
            "vi": "như trong dữ liệu gốc",
        },
    ),
    Code(
        value=ROUNDED,
        label={
            "ja": "丸めた位置",
            "ja-x-easy": "だいたいの場所《ばしょ》",
            "en": "rounded",
            "zh": "取整后的位置",
            "ko": "대략적으로 바꾼 위치",
            "vi": "vị trí đã làm tròn",
        },
    ),
    Code(
        value=TOWN,
        label={
            "ja": "町丁目まで（正確な位置ではありません）",
            "ja-x-easy": "町《まち》までわかる（正《ただ》しい場所《ばしょ》ではありません）",
            "en": "town only (not the exact place)",
            "zh": "仅到町（并非准确位置）",
            "ko": "동네까지(정확한 위치가 아님)",
            "vi": "chỉ biết đến khu phố (không phải vị trí chính xác)",
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
            title={
                "ja": "位置の正確さ",
                "ja-x-easy": "場所《ばしょ》がどれだけ正《ただ》しいか",
                "en": "Precision of the position",
                "zh": "位置的准确度",
                "ko": "위치의 정확도",
                "vi": "Độ chính xác của vị trí",
            },
            column=PRECISION_COLUMN,
            codes=CODES,
        ),
        DOUBT: FieldDefinition(
            title={
                "ja": "位置のずれの目安",
                "ja-x-easy": "場所《ばしょ》がどれだけ違《ちが》うかもしれないか",
                "en": "The position may be off by about",
                "zh": "位置偏差的参考值",
                "ko": "위치 오차의 기준",
                "vi": "Vị trí có thể lệch khoảng",
            },
            column=DOUBT_COLUMN,
            type="integer",
            unit="m",
        ),
    }
    derived = columns.copy()
    derived[PRECISION_COLUMN] = precision
    derived[DOUBT_COLUMN] = pd.Series(doubt, columns.index, dtype="Int64").where(doubt > 0)
    return definition.model_copy(update={"fields": fields}), derived
