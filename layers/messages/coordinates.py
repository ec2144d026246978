"""What was found of coordinates and their reference system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import LEFT_OUT, Message, Text, fatal, wanted

Kind = Literal[
    "coordinate_columns",
    "wkt",
    "packed_degrees",
    "crs_guessed",
    "crs_guessed_abroad",
    "crs_guessed_poorly",
    "crs_corrected",
    "datum_assumed",
    "axes_exchanged",
    "axes_undecided",
    "latitude_first",
    "latitude_first_in_row",
    "shifted_by_grid",
    "shifted_by_formula",
    "not_shifted",
    "shifted_abroad",
    "zero_zero",
    "not_finite",
    "outside_japan",
    "far_away",
    "parts_left_out",
    "repaired",
    "crs_name",
    "crs_unknown",
    "crs_elsewhere",
    "crs_no_way",
    "crs_no_place",
]

READ_AS_FOUND: Text = {
    "ja": "この座標系として読みました。違う場合は、定義の source.crs に書いてください。",
    "en": "They are read in this system. If it is another, write it as source.crs.",
}
IN_PLACE: Text = {
    "ja": "位置はそのまま載せました。",
    "en": "The positions are published as they are.",
}
SHIFTED: Text = {
    "ja": "変換した位置を載せました。精度はレイヤーの情報にも示します。",
    "en": "The shifted positions are published; the layer's metadata states the accuracy.",
}

MESSAGES: Mapping[Kind, Message] = {
    "coordinate_columns": Message(
        {
            "ja": "位置の列が定義にないため、見出しから「{value}」を選びました。",
            "en": "The definition names no columns of positions; the header has {value}.",
        },
        {
            "ja": "この列から位置を読みました。違う場合は、定義の source に書いてください。",
            "en": "Positions are read from them. If they are others, name them under source.",
        },
    ),
    "wkt": Message(
        {
            "ja": "図形の文字列「{value}」を読めません（例: POINT (139.6 35.8)）。",
            "en": "{value!r} is no geometry; wanted one such as POINT (139.6 35.8).",
        },
        LEFT_OUT,
    ),
    "packed_degrees": Message(
        {
            "ja": "度分秒を続けて書いた座標（例: {value}）が {detail} 行あります。",
            "en": "{detail} rows write degrees, minutes and seconds as one number (like {value}).",
        },
        {
            "ja": "度・分・秒に分けて読みました。地図で位置を確かめてください。",
            "en": "They are read as degrees, minutes and seconds. Check them on the map.",
        },
    ),
    "crs_guessed": Message(
        {
            "ja": "座標系の指定がありません。数値から {value} と推定しました。"
            "緯度・経度の場合、古い日本測地系なら約450mずれます。",
            "en": "No coordinate system is given. From the numbers it is guessed to be {value}. "
            "If degrees are of the old Tokyo datum, positions are some 450 m off.",
        },
        READ_AS_FOUND,
    ),
    "crs_guessed_abroad": Message(
        {
            "ja": "座標系の指定がありません。数値から {value} と推定しました。",
            "en": "No coordinate system is given. From the numbers it is guessed to be {value}.",
        },
        READ_AS_FOUND,
    ),
    "crs_guessed_poorly": Message(
        {
            "ja": "座標系の指定がありません。{value} と推定しましたが、"
            "多くの位置が市の中に入らず、確かではありません。",
            "en": "No coordinate system is given. It is guessed to be {value}, which is doubtful: "
            "most positions are not in the city.",
        },
        READ_AS_FOUND,
    ),
    "crs_corrected": Message(
        {
            "ja": "座標系は「{value}」とされていますが、数値は {detail} のものです。",
            "en": "The coordinate system is said to be {value!r}; the numbers are {detail}.",
        },
        READ_AS_FOUND,
    ),
    "datum_assumed": Message(
        {
            "ja": "測地系「{value}」は登録されていません。楕円体から {detail} とみなしました。",
            "en": "The datum {value!r} is not known; by its ellipsoid it is taken for {detail}.",
        },
        READ_AS_FOUND,
    ),
    "axes_exchanged": Message(
        {
            "ja": "座標の順序が逆です。1番目を北方向（測量のX）、2番目を東方向（測量のY）とすると、"
            "市の中に入ります（{detail}）。",
            "en": "The coordinates are the other way round: with the first to the north and the "
            "second to the east they lie in the city ({detail}).",
        },
        {"ja": "入れ替えて載せました。", "en": "They are exchanged and published."},
    ),
    "axes_undecided": Message(
        {
            "ja": "座標の順序（北が先か、東が先か）を位置から判断できません。"
            "どちらでも同じくらい市の中に入ります（{detail}）。",
            "en": "Whether north or east comes first cannot be told: "
            "either way about as many positions lie in the city ({detail}).",
        },
        {
            "ja": "ファイルの順序のまま載せました。地図で位置を確かめてください。",
            "en": "They are published in the file's order. Check them on the map.",
        },
    ),
    "latitude_first": Message(
        {
            "ja": "緯度と経度が逆です（{value} 行）。",
            "en": "Latitude and longitude are the wrong way round ({value} rows).",
        },
        {"ja": "入れ替えて載せました。", "en": "They are exchanged and published."},
    ),
    "latitude_first_in_row": Message(
        {
            "ja": "この行だけ緯度と経度が逆です（{value}）。",
            "en": "In this row latitude and longitude are the wrong way round ({value}).",
        },
        {"ja": "入れ替えて載せました。", "en": "They are exchanged and published."},
    ),
    "shifted_by_grid": Message(
        {
            "ja": "古い測地系（{value}）から、格子データを使って変換しました（精度 約{detail}m）。",
            "en": "Shifted from an older datum ({value}) by a grid (accuracy {detail} m).",
        },
        SHIFTED,
    ),
    "shifted_by_formula": Message(
        {
            "ja": "古い測地系（{value}）から、全国一律の式で変換しました（精度 約{detail}m）。"
            "国土地理院の tky2jgd.gsb を BOSAI_GRIDS のフォルダに置くと、より正確になります。",
            "en": "Shifted from an older datum ({value}) by one formula for the country (accuracy "
            "{detail} m). The 国土地理院's tky2jgd.gsb in the folder BOSAI_GRIDS does better.",
        },
        SHIFTED,
    ),
    "not_shifted": Message(
        {
            "ja": "{value} の座標を、現行の測地系（JGD2011）と同じとみなしました"
            "（精度 約{detail}m。2011年の地震で動いた地域では、その分ずれます）。",
            "en": "Positions in {value} are taken for those of JGD2011 (accuracy {detail} m: "
            "where the earthquake of 2011 moved the ground, they are off by as much).",
        },
        IN_PLACE,
    ),
    "shifted_abroad": Message(
        {
            "ja": "{value} の座標を、WGS 84 の経度・緯度に変換しました（精度 約{detail}m）。",
            "en": "Positions in {value} are converted to WGS 84 (accuracy {detail} m).",
        },
        SHIFTED,
    ),
    "zero_zero": Message(
        {
            "ja": "座標が「0, 0」です。位置が入力されていないとみなしました。",
            "en": "The position is 0, 0, which stands for none.",
        },
        LEFT_OUT,
    ),
    "not_finite": Message(
        {
            "ja": "座標「{value}」に、数値でないもの（NaN や無限大）があります。",
            "en": "The position is {value}; wanted two numbers (not NaN, not infinity).",
        },
        LEFT_OUT,
    ),
    "outside_japan": Message(
        {
            "ja": "座標「{value}」は日本の外です。緯度・経度の入力と座標系を確かめてください。",
            "en": "The position {value} is outside Japan; check the numbers and their system.",
        },
        LEFT_OUT,
    ),
    "far_away": Message(
        {
            "ja": "座標「{value}」は、市のある地域から遠く離れています。",
            "en": "The position {value} is far from the part of the world that the city is in.",
        },
        LEFT_OUT,
    ),
    "parts_left_out": Message(
        {
            "ja": "種類の違う図形が混ざっています（{value}）。",
            "en": "The geometry is mixed with parts of another kind ({value}).",
        },
        {
            "ja": "主な種類の図形だけを載せました。ほかの図形は別のデータに分けてください。",
            "en": "Only the parts of the main kind are published; others need a file of their own.",
        },
    ),
    "repaired": Message(
        {
            "ja": "図形に誤りがありました（{detail}）。直すと部分の数と面積は {value} となります。",
            "en": "The geometry was invalid ({detail}). Repaired, its parts and area: {value}.",
        },
        {
            "ja": "形を保って直しました。地図で形を確かめてください。",
            "en": "It is repaired. Check its shape on the map.",
        },
    ),
    "crs_name": wanted("座標系を EPSG:6668 のように書いてください。", "a CRS such as 'EPSG:6668'"),
    "crs_unknown": wanted(
        "座標の数値がどの座標系にも合いません（{detail} のような値です）。座標の列を確かめ、"
        "EPSG:6668（緯度・経度）や EPSG:6669 から 6687（平面直角座標系）など、"
        "データの座標系を書いてください。",
        "the system of the numbers: degrees in Japan (EPSG:6668), metres of a plane rectangular "
        "zone (EPSG:6669 to 6687), or another that puts them near the city; they are like {detail}",
    ),
    "crs_elsewhere": fatal(
        "データの多くは、この市から遠く離れた場所のものです"
        "（座標系 {value} の、{detail} のような値）。"
        "データを取り違えていないか、座標の値と座標系が正しいかを確かめてください。",
        "most of the data is of places far from this city ({detail} in {value}); check that it is "
        "the right file, and that its coordinates and their system are right.",
    ),
    "crs_no_way": wanted(
        "現行の測地系（JGD2011）か WGS 84 に変換できる座標系を書いてください。",
        "a system with a known way to JGD2011 or WGS 84",
    ),
    "crs_no_place": wanted(
        "度、または地上のメートルによる座標系を書いてください。",
        "a system of degrees or of metres on the ground",
    ),
}
