"""What keeps a source from being read at all."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import NOT_PUBLISHED, Message

MESSAGES: Mapping[str, Message] = {
    "no_source": Message(
        {
            "ja": "データのフォルダに「{value}」がありません。",
            "en": "There is no {value!r} in the data folder.",
        },
        NOT_PUBLISHED,
    ),
    "unknown_format": Message(
        {
            "ja": "読める形式のファイルではありません。Shapefile、GeoJSON、GeoPackage、FlatGeobuf、"
            "GeoParquet、KML、KMZ、国土数値情報の GML、CSV、TSV、XLSX か、それらの ZIP を"
            "使ってください。（{detail}）",
            "en": "The file is in no format that can be read. ({detail})",
        },
        NOT_PUBLISHED,
    ),
    "damaged": Message(
        {
            "ja": "ファイルが壊れているか、途中で切れています。"
            "元のファイルをもう一度受け取ってください。（{detail}）",
            "en": "The file is damaged, or ends early; get it again. ({detail})",
        },
        NOT_PUBLISHED,
    ),
    "no_dataset": Message(
        {
            "ja": "フォルダまたは ZIP の中に、読めるデータがありません。（{detail}）",
            "en": "The folder or archive holds nothing that can be read. ({detail})",
        },
        NOT_PUBLISHED,
    ),
    "sublayer": Message(
        {
            "ja": "複数のデータのうち、どれを読むかが決まりません。"
            "定義の source.sublayer に名前を書いてください。（{detail}）",
            "en": "Which of several datasets to read is not clear; name it in source.sublayer. "
            "({detail})",
        },
        NOT_PUBLISHED,
    ),
    "no_column": Message(
        {
            "ja": "定義にある列「{value}」が、データにありません。（{detail}）",
            "en": "The definition names the column {value!r}, which is not there. ({detail})",
        },
        NOT_PUBLISHED,
    ),
    "no_positions": Message(
        {
            "ja": "位置の列（緯度・経度、住所など）が見つかりません。"
            "定義の source に列の名前を書いてください。（{detail}）",
            "en": "No columns with positions are found; name them under source. ({detail})",
        },
        NOT_PUBLISHED,
    ),
    "no_standard": Message(
        {
            "ja": "列の名前が、どの標準形式とも一致しません。"
            "定義に項目（fields）を書いてください。（{detail}）",
            "en": "The columns are those of no known standard; the definition needs fields. "
            "({detail})",
        },
        NOT_PUBLISHED,
    ),
    "crs_unknown": Message(
        {
            "ja": "座標の数値が、どの座標系にも合いません。"
            "座標の列と定義の source.crs を確かめてください。（{detail}）",
            "en": "The coordinates fit no system; check their columns and source.crs. ({detail})",
        },
        NOT_PUBLISHED,
    ),
    "no_features": Message(
        {
            "ja": "地図に載せられる行が一つもありません（データの行: {value}件）。",
            "en": "No row can be shown on the map (rows of the source: {value}).",
        },
        NOT_PUBLISHED,
    ),
}
