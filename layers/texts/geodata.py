"""What was found while reading geodata files and archives."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import LEFT_OUT, VALUE_LEFT_OUT, Message

AS_IT_IS = {"ja": "文字のまま読みました。", "en": "It is read as the text that it is."}
READ_SO = {"ja": "この文字コードで読みました。", "en": "It is read so."}
CHECK = {
    "ja": "文字化けがないか確かめてください。違うときは、定義の source.encoding で指定できます。",
    "en": "Check that the text is right; source.encoding in the definition overrides it.",
}
NOT_READ = {"ja": "読んでいません。", "en": "It is not read."}

MESSAGES: Mapping[str, Message] = {
    "chosen": Message(
        {
            "ja": "複数のデータが入っています。「{value}」を読みました（ほか: {detail}）。",
            "en": "There are several datasets; {value} is read (others: {detail}).",
        },
        {
            "ja": "ほかのデータを使うときは、定義の source.sublayer にその名前を書いてください。",
            "en": "To use another, name it as source.sublayer in the definition.",
        },
    ),
    "dbf_encoding_said": Message(
        {
            "ja": "文字コードは {value} です（{detail} の記述による）。",
            "en": "The text is in {value}, as the file says ({detail}).",
        },
        READ_SO,
    ),
    "dbf_encoding_guessed": Message(
        {
            "ja": "文字コードの記述（.cpg など）がなく、文字の並びから {value} と判断しました。",
            "en": "No encoding is said (.cpg or such); by its bytes the text is in {value}.",
        },
        CHECK,
    ),
    "dbf_encoding_wrong": Message(
        {
            "ja": "文字コードの記述（{detail}）は実際の文字と合いません。{value} で読みました。",
            "en": "The text is not in the encoding that is said ({detail}); it is read as {value}.",
        },
        CHECK,
    ),
    "dbf_undecodable": Message(
        {
            "ja": "文字として読めない値です（{value}）。",
            "en": "The value is no text in the file's encoding ({value}).",
        },
        VALUE_LEFT_OUT,
    ),
    "dbf_value_cut": Message(
        {
            "ja": "値「{value}」は、欄の長さで途中から切れているようです。",
            "en": "The value {value!r} seems to be cut at the column's width.",
        },
        {"ja": "残っている部分を載せました。", "en": "What is left of it is read."},
    ),
    "dbf_text_in_number": Message(
        {
            "ja": "数値の列に、数値でない「{value}」があります。",
            "en": "{value!r} is in a column of numbers.",
        },
        AS_IT_IS,
    ),
    "dbf_overflow": Message(
        {
            "ja": "数値が列の桁数に収まらず、失われています（{value}）。",
            "en": "A number did not fit its column's width and is lost ({value}).",
        },
        VALUE_LEFT_OUT,
    ),
    "dbf_date": Message(
        {
            "ja": "日付の列に、日付でない「{value}」があります。",
            "en": "{value!r} is in a column of dates.",
        },
        AS_IT_IS,
    ),
    "dbf_column_type": Message(
        {
            "ja": "列の型「{value}」は Shapefile の型ではありません。",
            "en": "The column's type {value!r} is none of a Shapefile's.",
        },
        NOT_READ,
    ),
    "dbf_names_cut": Message(
        {
            "ja": "列名が10バイトで切れている可能性があります: {value}",
            "en": "Column names may be cut at 10 bytes: {value}",
        },
        {
            "ja": "切れた名前のまま読みました。定義の column にも同じ名前を書いてください。",
            "en": "They are read as they are; write them so as column in the definition.",
        },
    ),
    "dbf_short": Message(
        {
            "ja": ".dbf が途中で切れていて、{value} 行目がありません。",
            "en": "The .dbf ends early: rows {value} are missing.",
        },
        {"ja": "ある行だけを読みました。", "en": "The rows that are there are read."},
    ),
    "dbf_deleted": Message(
        {
            "ja": "削除の印が付いた行: {value}件。",
            "en": "Rows that are marked deleted: {value}.",
        },
        {"ja": "除きました。", "en": "Left out."},
    ),
    "shp_dbf_counts": Message(
        {
            "ja": "図形の数と属性の行数が違います（.shp / .dbf: {value}）。",
            "en": "There are not as many shapes as records (.shp / .dbf: {value}).",
        },
        {
            "ja": "先頭から順に対応させました。ファイルを確かめてください。",
            "en": "They are matched from the first on; check the files.",
        },
    ),
    "shp_short": Message(
        {
            "ja": ".shp が途中で切れています（{value} バイト不足）。",
            "en": "The .shp ends early ({value} bytes are missing).",
        },
        {"ja": "ある図形だけを読みました。", "en": "The shapes that are there are read."},
    ),
    "no_shx": Message(
        {"ja": ".shx ファイルがありません。", "en": "There is no .shx file."},
        {"ja": ".shp から作り直して読みました。", "en": "It is made again from the .shp."},
    ),
    "prj_broken": Message(
        {
            "ja": ".prj ファイルの座標系を読めません。",
            "en": "The .prj file says no coordinate system.",
        },
        {
            "ja": ".prj がないものとして扱いました。定義の source.crs で指定できます。",
            "en": "It is treated as absent; source.crs in the definition says the system.",
        },
    ),
    "no_dbf": Message(
        {
            "ja": ".dbf ファイルがないため、属性がありません。",
            "en": "There is no .dbf file, hence no attributes.",
        },
        {"ja": "図形だけを読みました。", "en": "Only the shapes are read."},
    ),
    "broken_geometry": Message(
        {
            "ja": "図形を作れません（{detail}）。",
            "en": "The geometry cannot be made ({detail}).",
        },
        LEFT_OUT,
    ),
    "no_feature": Message(
        {
            "ja": "この行は GeoJSON の地物ではありません（{detail}）。",
            "en": "The row is no GeoJSON feature ({detail}).",
        },
        LEFT_OUT,
    ),
    "coordinates_as_text": Message(
        {
            "ja": "座標が数値でなく文字で書かれている行: {value}件。",
            "en": "Rows with coordinates written as text: {value}.",
        },
        {"ja": "数値として読みました。", "en": "They are read as numbers."},
    ),
    "crs_member": Message(
        {
            "ja": "座標系の記述（crs: {value}）を読めません。",
            "en": "The coordinate system that the file says ({value}) is not known.",
        },
        {
            "ja": "座標系は、定義の source.crs で指定してください。",
            "en": "Say it as source.crs in the definition.",
        },
    ),
    "json_encoding": Message(
        {
            "ja": "GeoJSON が UTF-8 でなく {value} で書かれています。",
            "en": "The GeoJSON is in {value}, not in UTF-8.",
        },
        CHECK,
    ),
    "nested": Message(
        {
            "ja": "値の中にさらに一覧や項目があります。",
            "en": "Values of the column hold lists or members of their own.",
        },
        {"ja": "JSON の文字として読みました。", "en": "They are read as JSON text."},
    ),
    "kml_elsewhere": Message(
        {
            "ja": "地物でないもの（{value}）が{detail}件あります。",
            "en": "There are {detail} of {value}, which holds no feature of this file.",
        },
        NOT_READ,
    ),
    "gdal": Message(
        {
            "ja": "読み取りソフト（GDAL）の注意: {detail}",
            "en": "GDAL says: {detail}",
        },
        {"ja": "読み取りは続けました。", "en": "Reading went on."},
    ),
}
