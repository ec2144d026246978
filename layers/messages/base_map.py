"""What is wrong with a file of the base map (`[[base]]` of `city.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import LEFT_OUT, Message, fatal, wanted

Kind = Literal["one_kind", "base_kind", "kind_unknown", "base_empty"]

MESSAGES: Mapping[Kind, Message] = {
    "one_kind": wanted(
        "kind（全部が同じ種類のとき）か kind_column（種類の列があるとき）の、"
        "どちらか一つを書いてください。",
        "either kind, for all features, or kind_column, for the kind of each",
    ),
    "base_kind": fatal(
        "何のデータかが、列の名前（{detail}）からは決まりません。"
        "定義の「{key}」に次のどれかを書いてください: {value}",
        "{key} is missing, and the columns ({detail}) are those of no known file; "
        "wanted one of {value}.",
    ),
    "kind_unknown": Message(
        {
            "ja": "「{key}」の列が「{value}」です。次のどれかにしてください: {detail}",
            "en": "the column {key} is {value!r}; wanted one of {detail}.",
        },
        LEFT_OUT,
    ),
    "base_empty": fatal(
        "市とそのまわりにあるものが一つもありません（データの行: {value}件）。",
        "Nothing of it lies in the city or around it (rows of the source: {value}).",
    ),
}
