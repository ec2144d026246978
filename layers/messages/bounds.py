"""What a file would have made of it that is too much, or that is not its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, fatal

Kind = Literal[
    "many_rows",
    "many_columns",
    "large_table",
    "many_sublayers",
    "records_overlap",
    "table_elsewhere",
    "view_endless",
    "view_refused",
]

MESSAGES: Mapping[Kind, Message] = {
    "many_rows": fatal(
        "行が多すぎます（{value}件以上）。{detail}件以内になるように、データを分けてください。",
        "There are {value} rows or more; wanted at most {detail}. Split the data.",
    ),
    "many_columns": fatal(
        "列（項目名）が多すぎます（{value}個以上）。不要な列を除いて、{detail}個以内にしてください。",
        "There are {value} columns or more; wanted at most {detail}. Remove what is not needed.",
    ),
    "large_table": fatal(
        "行と列を合わせた表が大きすぎます（{value}）。セルが{detail}個以内になるように、"
        "データを分けるか、不要な列を除いてください。",
        "The rows and columns make too large a table ({value}); wanted at most {detail} cells. "
        "Split the data, or remove columns that are not needed.",
    ),
    "many_sublayers": fatal(
        "データ（レイヤー）が多すぎます（{value}個）。{detail}個以内になるように、ファイルを"
        "分けてください。",
        "There are {value} layers in the file; wanted at most {detail}. Split it.",
    ),
    "records_overlap": fatal(
        ".shx が、.shp の同じ場所を何度も指しています（合わせて{value}バイト、"
        "ファイルは{detail}バイト）。"
        "元のファイルをもう一度受け取ってください。",
        "The .shx refers to the same places of the .shp again and again ({value} bytes in all, of "
        "a file of {detail}). Get the files again.",
    ),
    "table_elsewhere": fatal(
        "データベースの「{value}」は、ほかのファイルなどを指すことのできる仮想の表です（{detail}）。"
        "中身を、ふつうの表に書き出してください。",
        "{value!r} in the database is a virtual table ({detail}), which may lead to other files. "
        "Write its content into a table.",
    ),
    "view_endless": fatal(
        "データベースのビュー「{value}」は、計算が終わりません（{detail}手順まで）。"
        "ビューの結果を、ふつうの表に書き出してください。",
        "The view {value!r} of the database does not come to an end (within {detail} steps). "
        "Write its result into a table.",
    ),
    "view_refused": fatal(
        "データベースのビュー「{value}」は読めません。ビューの結果を、ふつうの表に書き出して"
        "ください。（読み取りソフトの説明: 「{detail}」）",
        "The view {value!r} of the database cannot be read ({detail}). Write its result into a "
        "table.",
    ),
}
