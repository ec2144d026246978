"""What was found of a layer as a whole and of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import LEFT_OUT, VALUE_LEFT_OUT, Message, Text, fatal, wanted

Kind = Literal[
    "no_geometry",
    "coordinate",
    "off_the_earth",
    "geometry_type",
    "geometry_not_chosen",
    "geometry_missing",
    "collapsed",
    "ground_lost",
    "outside",
    "near_outside",
    "outside_kept",
    "integer",
    "number",
    "date",
    "date_forms",
    "flag",
    "unmapped",
    "unknown_code",
    "synonyms",
    "id",
    "salvaged",
    "unreadable_row",
    "columns",
    "tile_size",
    "not_a_coverage",
    "rows_fell",
    "area_fell",
    "accepted",
    "not_accepted",
    "nothing_to_accept",
]

# Rows with the same problem as the first of them, `{finding}`.
MORE: Text = {
    "ja": "同じ種類のものが、さらに{count}件あります（行: {rows}）。例: {finding}",
    "en": "{count} more of the same kind (rows {rows}), such as: {finding}",
}

ASKS: Text = {
    "ja": "前の版を表示したままにしています。この内容が正しいときは、レイヤーの名前を付けて "
    "bosai check --accept を実行してください。",
    "en": "The revision before stays. If the data is right, run bosai check --accept with the "
    "layer's name.",
}

MESSAGES: Mapping[Kind, Message] = {
    "no_geometry": Message(
        {"ja": "位置が入力されていません。", "en": "No position is given."}, LEFT_OUT
    ),
    "coordinate": Message(
        {
            "ja": "座標「{value}」を数値として読めません（例: 35.797）。",
            "en": "The coordinate {value!r} is no number (such as 35.797).",
        },
        LEFT_OUT,
    ),
    "off_the_earth": Message(
        {
            "ja": "座標「{value}」は緯度・経度の範囲の外です。"
            "入力と、座標系の指定（source.crs）を確かめてください。",
            "en": "The position {value} is no longitude and latitude; check it and source.crs.",
        },
        LEFT_OUT,
    ),
    "geometry_type": Message(
        {
            "ja": "図形の種類「{value}」が、このレイヤーの種類（{detail}）と違います。",
            "en": "The geometry is {value}; the layer's others are {detail}.",
        },
        {
            "ja": "この行は地図に載せていません。どの種類を載せるかは、定義の source.geometry で"
            "選べます（point は点、line は線、polygon は面）。",
            "en": "The row is left out. source.geometry in the definition (point, line or polygon) "
            "says which kind the layer is of.",
        },
    ),
    "geometry_not_chosen": Message(
        {
            "ja": "定義の source.geometry で選んでいない種類の図形があります（{detail}）。",
            "en": "Geometries of another kind than source.geometry in the definition: {detail}.",
        },
        {"ja": "このレイヤーには載せていません。", "en": "They are left out of this layer."},
    ),
    "geometry_missing": wanted(
        "データにある図形の種類を書いてください（{detail}）。", "a kind that is there: {detail}"
    ),
    "collapsed": Message(
        {"ja": "面積のない図形です（{detail}）。", "en": "The polygon has no area ({detail})."},
        LEFT_OUT,
    ),
    "ground_lost": fatal(
        "災害の区域のうち{value}件を載せられません（それぞれの理由は、この報告のエラーのとおりです）。"
        "どこを覆う区域か分からないまま「区域の外」と案内しないよう、公開を止めています。"
        "その行を直すか、要らない行であればデータから除いてください。",
        "{value} of the hazard's areas cannot be shown, each for the reason in this report. While "
        "nobody knows where they are, no place could be called outside. Mend these rows, or take "
        "them out of the file if they are not wanted.",
    ),
    "outside": Message(
        {"ja": "市の境界の外にある行: {value}件。", "en": "Rows outside the boundary: {value}."},
        {"ja": "除きました。", "en": "Filtered."},
    ),
    "near_outside": Message(
        {
            "ja": "市の境界から{value}m外にあります。",
            "en": "The place is only {value} m outside the boundary.",
        },
        {
            "ja": "除いた行の一つです。位置が正しいか確かめてください。",
            "en": "It is one of the rows filtered; check that its position is right.",
        },
    ),
    "outside_kept": Message(
        {"ja": "市の境界の外にある行: {value}件。", "en": "Rows outside the boundary: {value}."},
        {
            "ja": '載せました。除くときは source.clip_to を "boundary" にしてください。',
            "en": 'They are published; set source.clip_to to "boundary" to filter them.',
        },
    ),
    "integer": Message(
        {
            "ja": "「{value}」を整数として読めません（例: 12）。",
            "en": "{value!r} is no whole number (such as 12).",
        },
        VALUE_LEFT_OUT,
    ),
    "number": Message(
        {
            "ja": "「{value}」を数値として読めません（例: 1.5）。",
            "en": "{value!r} is no number (such as 1.5).",
        },
        VALUE_LEFT_OUT,
    ),
    "date": Message(
        {
            "ja": "「{value}」を日付として読めません（例: 2026-04-01）。",
            "en": "{value!r} is no date (such as 2026-04-01).",
        },
        VALUE_LEFT_OUT,
    ),
    "date_forms": Message(
        {
            "ja": "日付の書き方がそろっていません（{value}）。",
            "en": "Dates are written in different forms ({value}).",
        },
        {"ja": "同じ形にそろえて載せました。", "en": "They are published in one form."},
    ),
    "flag": Message(
        {
            "ja": "「{value}」を「有・無」のどちらとも読めません（例: 1、○、有）。",
            "en": "{value!r} says neither yes nor no (such as 1 or 0).",
        },
        VALUE_LEFT_OUT,
    ),
    "unmapped": Message(
        {
            "ja": "「{value}」は、定義の対応表（values）にない値です。",
            "en": "{value!r} is not among the definition's values.",
        },
        {
            "ja": "この値だけを空にしました。書き間違いならファイルを直し、正しければ定義の values "
            "に加えてください。",
            "en": "The value is left empty. Correct it in the file, or add it to the values.",
        },
    ),
    "unknown_code": Message(
        {
            "ja": "「{value}」は、定義のコード表にない値です。",
            "en": "{value!r} is not in the definition's code list.",
        },
        {
            "ja": "そのまま載せました。書き間違いならファイルを直し、正しければ定義の codes に"
            "加えてください。",
            "en": "It is published as it is. Correct it in the file, or add it to the codes.",
        },
    ),
    "synonyms": Message(
        {
            "ja": "区分の名前と違う言葉で書かれた値があります（{value}）。",
            "en": "Values are written in other words than their kinds' names ({value}).",
        },
        {
            "ja": "同じ意味の区分で載せました。違う場合は、定義の項目に values を書いてください。",
            "en": "They are published as these kinds; values in the definition overrides it.",
        },
    ),
    "id": Message(
        {
            "ja": "識別番号の列に、正の整数でない値または重複（{value}）があります。",
            "en": "The id column holds no positive integer, or one twice ({value}).",
        },
        {"ja": "行の内容から識別番号を作りました。", "en": "Ids are made from the rows' content."},
    ),
    "salvaged": Message(
        {
            "ja": "まとめて読めなかったため、1行ずつ読みました"
            "（読み取りソフトの説明: 「{detail}」）。",
            "en": "The rows could not be read together, but one by one ({detail}).",
        },
        {
            "ja": "読めた行を載せました。読めなかった行は、この報告にあります。",
            "en": "Those that could be read are published; this report names the others.",
        },
    ),
    "unreadable_row": Message(
        {
            "ja": "この行を読めません（読み取りソフトの説明: 「{detail}」）。",
            "en": "The row cannot be read ({detail}).",
        },
        LEFT_OUT,
    ),
    "columns": Message(
        {
            "ja": "セルの数が見出しの列の数と違います（{detail}）。",
            "en": "The number of cells differs from the header's ({detail}).",
        },
        {
            "ja": "見出しの下のセルだけを読みました。この行の区切り（, など）を確かめてください。",
            "en": "Only the cells under a header are read; check the row's separators.",
        },
    ),
    "tile_size": Message(
        {
            "ja": "タイル {value} が大きすぎます（{detail} バイト）。",
            "en": "The tile {value} is too large ({detail} bytes).",
        },
        {
            "ja": "大きいまま公開します。表示が遅くなることがあります。",
            "en": "It is published as it is; the map may be slow there.",
        },
    ),
    "not_a_coverage": Message(
        {
            "ja": "重ならないはずの区域が重なっています（重なりの面積の割合: {value}）。",
            "en": "Areas that should not overlap do (share of the area: {value}).",
        },
        {"ja": "一つずつ簡略化しました。", "en": "They are generalised one by one."},
    ),
    "rows_fell": Message(
        {
            "ja": "データが、前の版の{detail}行から{value}行に大きく減っています。"
            "途中で切れたファイルか、別のファイルかもしれません。",
            "en": "The data fell from {detail} rows to {value}. It may be cut, or another file.",
        },
        ASKS,
    ),
    "area_fell": Message(
        {
            "ja": "災害の区域の面積が、前の版の{detail}から{value}に大きく減っています。"
            "区域の一部が欠けているかもしれません。",
            "en": "The area of the hazard's zones fell from {detail} to {value}. Some of them may "
            "be missing.",
        },
        ASKS,
    ),
    "accepted": Message(
        {"ja": "この内容を受け入れました。", "en": "This state of the data is accepted."},
        {
            "ja": "動いているサービスは、まもなくこの内容に入れ替わります。"
            "このあとデータが変わったときは、あらためて確かめます。",
            "en": "A running service takes it up shortly. Whatever changes after it is asked for "
            "anew.",
        },
    ),
    "not_accepted": Message(
        {
            "ja": "ほかの誤りがあるため、この内容を受け入れられません。",
            "en": "There are other errors: this state of the data cannot be accepted.",
        },
        {
            "ja": "先にそれを直してください。",
            "en": "Mend those first.",
        },
    ),
    "nothing_to_accept": Message(
        {
            "ja": "受け入れを待っている内容はありません。",
            "en": "Nothing is waiting to be accepted.",
        },
        {
            "ja": "何も変えていません。",
            "en": "Nothing is changed.",
        },
    ),
}
