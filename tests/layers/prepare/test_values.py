from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from layers.errors import shortened
from layers.prepare.values import Numbered, convert, whole_number
from layers.schema.layer import FieldDefinition
from layers.schema.values import Scalar


def field(**declared: object) -> FieldDefinition:
    words = {"ja": "列", "en": "column"}
    return FieldDefinition.model_validate({"title": words, "column": "列", **declared})


@pytest.mark.parametrize(
    ("declared", "cell", "value"),
    [
        ({}, "  交番 ", "交番"),
        ({}, "", None),
        ({}, None, None),
        ({}, float("nan"), None),
        ({}, 150.0, "150"),
        ({"type": "integer"}, "１５０", 150),
        ({"type": "integer"}, "1,200", 1200),
        ({"type": "integer"}, 3.0, 3),
        ({"type": "integer"}, "-9223372036854775807", -9223372036854775807),
        ({"type": "number"}, "0.5", 0.5),
        ({"type": "date"}, "2026/4/1", "2026-04-01"),
        ({"type": "date"}, "2026年4月1日", "2026-04-01"),
        ({"type": "date"}, pd.Timestamp("2026-04-01"), "2026-04-01"),
        ({"type": "flag"}, "1", True),
        ({"type": "flag"}, "○", True),
        ({"type": "flag"}, "〇", True),
        ({"type": "flag"}, "有", True),
        ({"type": "flag"}, "0", False),
        ({"type": "flag"}, "", None),
        ({"values": {"0.3m未満": 1}}, "0.3m未満", 1),
        ({"values": {"6": ""}}, 6, None),
    ],
)
def test_a_cell_becomes_a_value(declared: dict[str, object], cell: object, value: Scalar) -> None:
    values, problems = convert(field(**declared), pd.Series([cell], dtype=object), [2])
    assert values == [value]
    assert problems == []


@pytest.mark.parametrize(
    ("declared", "cell", "kind"),
    [
        ({"type": "integer"}, "約150", "integer"),
        ({"type": "integer"}, "1.5", "integer"),
        ({"type": "integer"}, "9" * 20, "integer"),
        ({"type": "integer"}, "9" * 5000, "integer"),
        ({"type": "number"}, "深い", "number"),
        ({"type": "number"}, "inf", "number"),
        ({"type": "date"}, "2026-02-30", "date"),
        ({"type": "flag"}, "未定", "flag"),
        ({"values": {"浅い": 1}}, "深い", "unmapped"),
    ],
)
def test_a_cell_that_says_something_else_is_reported(
    declared: dict[str, object], cell: str, kind: str
) -> None:
    values, (problem,) = convert(field(**declared), pd.Series([cell], dtype=object), [7])
    assert values == [None]
    quoted = shortened(cell)  # no report holds a megabyte
    assert (problem.kind, problem.row, problem.column, problem.value) == (kind, 7, "列", quoted)
    assert quoted in problem.message("ja")
    assert quoted in problem.message("en")


def test_a_value_without_a_code_is_published_and_reported() -> None:
    codes = [{"value": "井戸", "label": {"ja": "井戸", "en": "well"}}]
    values, (problem,) = convert(field(codes=codes), pd.Series(["池"], dtype=object), [3])
    assert values == ["池"]
    assert problem.kind == "unknown_code"
    opened = field(codes=codes, open_codes=True)
    assert convert(opened, pd.Series(["池"], dtype=object), [3]) == (["池"], [])


def test_a_flag_and_a_code_in_one_column_are_told_apart() -> None:
    cells = pd.Series([True, 1, 1.0, "1"], dtype=object)
    values, problems = convert(field(values={"1": "一", "True": "はい"}), cells, range(4))
    assert (values, problems) == (["はい", "一", "一", "一"], [])


def test_a_whole_number_is_no_fraction() -> None:
    assert whole_number("12") == 12
    assert whole_number(12.0) == 12
    assert whole_number("12.5") is None


@given(st.lists(st.one_of(st.none(), st.sampled_from(["", "あ", "い", "う"])), max_size=20))
def test_values_are_numbered_in_order_of_appearance_however_they_are_held(
    column: list[str | None],
) -> None:
    listed = Numbered.of(column)
    assert [listed.values[number] for number in listed.numbers] == column
    assert listed.values == list(dict.fromkeys(column))
    held = Numbered.of(pa.array(column, pa.large_string()))
    assert held.numbers.tolist() == listed.numbers.tolist()
    assert held.values == listed.values
