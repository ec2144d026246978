"""What was found while placing rows by their address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message

Kind = Literal[
    "address_placed",
    "address_unknown",
    "no_towns",
]

MESSAGES: Mapping[Kind, Message] = {
    "address_placed": Message(
        {
            "ja": "座標がないため、住所「{value}」から町丁目「{detail}」の位置に置きました。",
            "en": "Without coordinates, placed by its address {value!r} in {detail}.",
        },
        {
            "ja": "正確な位置ではないことを、地図に示します。",
            "en": "The map shows that the position is not exact.",
        },
    ),
    "address_unknown": Message(
        {
            "ja": "住所「{value}」の町丁目が、市の町丁目の一覧に見つかりません。",
            "en": "The town of the address {value!r} is not in the city's list of towns.",
        },
        {
            "ja": "住所からは位置を決められませんでした。",
            "en": "The row cannot be placed by its address.",
        },
    ),
    "no_towns": Message(
        {
            "ja": "座標がなく、住所「{value}」から位置を決めるための町丁目の一覧が、市の定義に"
            "ありません。",
            "en": "There are no coordinates, and the city's definition names no list of towns to "
            "place the address {value!r} by.",
        },
        {
            "ja": "地図に載せていません。町丁目の一覧のファイル（CSV）をデータのフォルダに置き、"
            "city.toml の towns にその名前を書いてください。",
            "en": "The row is left out. Put a list of towns (a CSV) into the data folder and name "
            "it as towns in city.toml.",
        },
    ),
}
