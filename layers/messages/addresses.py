"""What was found while placing rows by their address, and of the city's files of addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, fatal

Kind = Literal[
    "address_placed",
    "address_unknown",
    "no_towns",
    "address_file",
    "address_file_row",
    "address_file_elsewhere",
]

MESSAGES: Mapping[Kind, Message] = {
    "address_placed": Message(
        {
            "ja": "座標がないため、住所「{value}」から町丁目「{detail}」の位置に置きました。",
            "en": "It has no coordinates; its address {value!r} places it in {detail}.",
        },
        {
            "ja": "おおよその位置であることを地図に示します。緯度と経度を入れると正確になります。",
            "en": "The map shows that the position is not exact; coordinates would make it so.",
        },
    ),
    "address_unknown": Message(
        {
            "ja": "住所「{value}」の町丁目が、市の町丁目の一覧にありません。",
            "en": "The neighbourhood of the address {value!r} is not in the city's list.",
        },
        {
            "ja": "住所から位置を決められませんでした。住所の書き方を確かめるか、"
            "緯度と経度を入力してください。",
            "en": "The row cannot be placed by its address: check how it is written, or add "
            "coordinates.",
        },
    ),
    "no_towns": Message(
        {
            "ja": "座標がなく、住所「{value}」から位置を決めるための町丁目の一覧が、市の定義に"
            "ありません。",
            "en": "There are no coordinates, and the city's definition names no list of "
            "neighbourhoods to place the address {value!r} by.",
        },
        {
            "ja": "地図に載せていません。町丁目の一覧のファイル（CSV）をデータのフォルダに置き、"
            "city.toml の neighbourhoods にその名前を書いてください。",
            "en": "The row is left out. Put a list of neighbourhoods (a CSV) into the data folder "
            "and name it as neighbourhoods in city.toml.",
        },
    ),
    "address_file": fatal(
        "定義の「{key}」のファイルが、列から何のファイルか分かりません。次のどれかにしてください: "
        "{detail}",
        "{key}: the columns are those of no known file; wanted one of {detail}.",
    ),
    "address_file_row": fatal(
        "定義の「{key}」のファイルの{value}行目を読めません。{detail}列の行にしてください。",
        "{key}: row {value} cannot be read; wanted {detail} columns.",
    ),
    "address_file_elsewhere": fatal(
        "定義の「{key}」のファイルに、この市（コード {value}）の行がありません。",
        "{key}: the file has no row of this city (code {value}).",
    ),
}
