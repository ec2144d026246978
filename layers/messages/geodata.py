"""What was found while reading geodata files and archives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import LEFT_OUT, VALUE_LEFT_OUT, Message, Text, fatal

Kind = Literal[
    "chosen",
    "dbf_encoding_said",
    "dbf_encoding_guessed",
    "dbf_encoding_wrong",
    "dbf_undecodable",
    "dbf_value_cut",
    "dbf_text_in_number",
    "dbf_overflow",
    "dbf_date",
    "dbf_column_type",
    "dbf_names_cut",
    "dbf_deleted",
    "no_shx",
    "prj_broken",
    "no_dbf",
    "broken_geometry",
    "no_feature",
    "coordinates_as_text",
    "types_respelled",
    "list_in_object",
    "crs_member",
    "json_encoding",
    "nested",
    "curves_as_lines",
    "surfaces_as_polygons",
    "kml_elsewhere",
    "gpx_unknown",
    "part_of_all",
    "transfer_limit",
    "no_code_list",
    "gdal",
    "rows_missing",
    "bytes_missing",
    "shp_dbf_counts",
    "no_geometry_at_all",
    "no_spatial_table",
    "part_missing",
    "no_index",
    "dbf_alone",
    "dbf_header",
    "no_geojson",
    "json_type",
    "json_members",
    "endless_value",
    "encoding_unclear",
    "encoding_broken",
    "no_gml",
    "no_city_object",
    "only_solids",
    "several_systems",
    "no_placemark",
    "no_gpx",
    "no_georss",
    "arcs_broken",
    "no_geo_metadata",
    "crs_in_parquet",
    "unmade",
    "not_a_number",
    "not_a_finite_number",
    "point_positions",
    "few_positions",
    "no_ring",
    "no_parts",
    "arc_positions",
    "nested_geometry",
    "geometry_kind",
    "no_coordinates",
    "reference_missing",
    "many_positions",
    "many_references",
    "many_repetitions",
    "other_geometry",
    "half_a_position",
]

AS_IT_IS: Text = {"ja": "文字のまま読みました。", "en": "It is read as the text that it is."}
READ_SO: Text = {"ja": "この文字コードで読みました。", "en": "It is read so."}
CHECK: Text = {
    "ja": "文字化けがないか確かめてください。違うときは、定義の source.encoding で指定できます。",
    "en": "Check that the text is right; source.encoding in the definition overrides it.",
}
GET_ALL: Text = {
    "ja": "ある分だけを読みました。すべての件数を受け取り直してください。",
    "en": "What is there is read; get all features again.",
}
NOT_READ: Text = {"ja": "読んでいません。", "en": "It is not read."}


def _unmade(ja: str, en: str) -> Message:
    """Why a row's geometry cannot be made: the `{detail}` of "broken_geometry"."""
    return Message({"ja": ja, "en": en}, LEFT_OUT)


FOUND: Mapping[Kind, Message] = {
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
        {
            "ja": "残っている部分を載せました。元のデータで続きを確かめてください。",
            "en": "What is left of it is read; check the rest in the source.",
        },
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
            "ja": "列名が10バイトで切れている可能性があります（{value}）。",
            "en": "Column names may be cut at 10 bytes: {value}.",
        },
        {
            "ja": "切れた名前のまま読みました。定義の column にも同じ名前を書いてください。",
            "en": "They are read as they are; write them so as column in the definition.",
        },
    ),
    "dbf_deleted": Message(
        {
            "ja": "削除の印が付いた行: {value}件。",
            "en": "Rows that are marked deleted: {value}.",
        },
        {"ja": "除きました。", "en": "Left out."},
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
        {
            "ja": "図形だけを読みました。名前などを載せるには、.dbf も同じ所に置いてください。",
            "en": "Only the shapes are read; for names and such put the .dbf beside it.",
        },
    ),
    "broken_geometry": Message(
        {
            "ja": "図形を作れません。{detail}",
            "en": "The geometry cannot be made: {detail}",
        },
        LEFT_OUT,
    ),
    "no_feature": Message(
        {
            "ja": "この行には地図の図形がありません（GeoJSON の Feature ではなく、{detail}です）。",
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
    "types_respelled": Message(
        {
            "ja": "GeoJSON の種類の名前（type）の大文字・小文字が規格と違う地物: {value}件。",
            "en": "Features with a type in another case than GeoJSON's: {value}.",
        },
        {"ja": "規格どおりの名前とみて読みました。", "en": "They are read as GeoJSON's own."},
    ),
    "list_in_object": Message(
        {
            "ja": "JSON の中の一覧「{value}」をデータとして読みました。",
            "en": "The list {value!r} in the JSON is read.",
        },
        {
            "ja": "ほかの項目は読んでいません。",
            "en": "Other members are not read.",
        },
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
            "ja": "JSON が UTF-8 でなく {value} で書かれています。",
            "en": "The JSON is in {value}, not in UTF-8.",
        },
        CHECK,
    ),
    "nested": Message(
        {
            "ja": "値の中に、さらに配列やオブジェクトがあります。",
            "en": "Values of the column hold lists or members of their own.",
        },
        {"ja": "JSON の文字として読みました。", "en": "They are read as JSON text."},
    ),
    "curves_as_lines": Message(
        {
            "ja": "曲線の図形（{value}）が{detail}件あります。",
            "en": "There are {detail} curved geometries ({value}).",
        },
        {
            "ja": "円弧を4度ごとに区切った折れ線にして読みました。",
            "en": "Their arcs are read as lines of pieces of 4 degrees.",
        },
    ),
    "surfaces_as_polygons": Message(
        {
            "ja": "立体の面の図形（{value}）が{detail}件あります。",
            "en": "There are {detail} surfaces in space ({value}).",
        },
        {
            "ja": "真上から見た多角形にして読みました。高さは読んでいません。",
            "en": "They are read as polygons seen from above, without their heights.",
        },
    ),
    "kml_elsewhere": Message(
        {
            "ja": "地点や図形ではないもの（{value}）が{detail}件あります。",
            "en": "There are {detail} of {value}, which holds no feature of this file.",
        },
        NOT_READ,
    ),
    "gpx_unknown": Message(
        {
            "ja": "GPX にない要素「{value}」が{detail}件あります。",
            "en": "There are {detail} elements {value!r}, which GPX does not have.",
        },
        NOT_READ,
    ),
    "part_of_all": Message(
        {
            "ja": "配信元には{value}件ありますが、このファイルには{detail}件しかありません。",
            "en": "The service has {value} features, of which the file holds {detail}.",
        },
        GET_ALL,
    ),
    "transfer_limit": Message(
        {
            "ja": "配信元の件数の上限で、データが途中までになっています（{value}）。",
            "en": "The service's limit was reached, so that features are missing ({value}).",
        },
        GET_ALL,
    ),
    "no_code_list": Message(
        {
            "ja": "「{detail}」のコードの一覧「{value}」がありません。",
            "en": "The code list {value} of {detail!r} is not there.",
        },
        {
            "ja": "コードのまま読みました。一覧の入った codelists フォルダを一緒に置くと、"
            "名称も読めます。",
            "en": "The codes are read as they are; with the folder codelists beside the data their "
            "words are read, too.",
        },
    ),
    "gdal": Message(
        {
            "ja": "読み取りソフト（GDAL）の注意があります（{detail}）。",
            "en": "GDAL says: {detail}",
        },
        {"ja": "読み取りは続けました。", "en": "Reading went on."},
    ),
}

UNREADABLE: Mapping[Kind, Message] = {
    "rows_missing": fatal(
        "ファイルには{value}件と記されていますが、実際にあるのは{detail}件です。途中で切れているか、"
        "壊れています。元のファイルをもう一度受け取ってください。",
        "The file states {value} rows and holds {detail}: it ends early, or is damaged. Get it "
        "again.",
    ),
    "bytes_missing": fatal(
        "ファイルの大きさは{value}バイトのはずですが、実際は{detail}バイトです。途中で切れているか、"
        "壊れています。元のファイルをもう一度受け取ってください。",
        "By what it states the file is {value} bytes long; it is {detail}: it ends early, or is "
        "damaged. Get it again.",
    ),
    "shp_dbf_counts": fatal(
        "図形（.shp）は{value}件、属性（.dbf）は{detail}件で、数が合いません。"
        "どの図形がどの行のものか分からないため、"
        "すべてのファイルをもう一度そろえて受け取ってください。",
        "There are {value} shapes (.shp) and {detail} records (.dbf), so that nobody knows which "
        "belong together. Get all files again.",
    ),
    "no_geometry_at_all": fatal(
        "このデータには図形がありません。位置のあるデータを使ってください。",
        "The data has no geometry; wanted a file with geometry.",
    ),
    "no_spatial_table": fatal(
        "データベースに、図形のある表がありません（ある表: {value}）。緯度・経度か住所のある"
        "表なら、CSV か Excel に書き出してください。",
        "No table of the database has geometry (its tables: {value}). Export a table with "
        "coordinates or addresses as CSV or Excel.",
    ),
    "part_missing": fatal(
        "一緒に使う {value} ファイルがありません。同じ名前のすべてのファイルを置くか、"
        "まとめて ZIP にしてください。",
        "The {value} file that belongs to it is missing; wanted all files of the name, or a ZIP of "
        "them.",
    ),
    "no_index": fatal(
        ".shx がなく、.shp から作り直すこともできません。元のファイルをもう一度受け取ってください。"
        "（読み取りソフトの説明: 「{detail}」）",
        "There is no .shx, and it cannot be made from the .shp: {detail}",
    ),
    "dbf_alone": fatal(
        ".dbf だけがあり、.shp がありません。Shapefile のすべてのファイルを置いてください。",
        "There is a .dbf without its .shp; wanted a Shapefile with all its files.",
    ),
    "dbf_header": fatal(
        ".dbf の先頭が壊れています（{value}）。元のファイルをもう一度受け取ってください。",
        "The header of the .dbf is broken ({value}); wanted a DBF with a header.",
    ),
    "no_geojson": fatal(
        "JSON ですが、地図の図形（Feature）がありません。GeoJSON で書き出し直してください。",
        "The JSON is without features; wanted GeoJSON.",
    ),
    "json_type": fatal(
        "JSON の type が「{value}」です。GeoJSON の FeatureCollection、Feature か図形が要ります。",
        "type is {value!r}; wanted GeoJSON: a FeatureCollection, Feature or geometry.",
    ),
    "json_members": fatal(
        "JSON ですが、地物も行の一覧もありません（中の項目: {value}）。GeoJSON か、緯度・経度のある"
        "一覧を使ってください。",
        "The JSON holds neither features nor a list of records (its members: {value}); wanted "
        "GeoJSON, or a list with coordinates.",
    ),
    "endless_value": fatal(
        "一つの図形（Feature）が長すぎます。{detail}文字以内になるよう分けてください。",
        "The file is one value without end; wanted features of at most {detail} characters each.",
    ),
    "encoding_unclear": fatal(
        "文字コードが分かりません。UTF-8 で保存し直してください。",
        "The encoding is not known; wanted JSON in UTF-8.",
    ),
    "encoding_broken": fatal(
        "文字コード {value} として読めない部分があります。UTF-8 で保存し直してください。",
        "The file is not all in {value}; wanted JSON in UTF-8.",
    ),
    "no_gml": fatal(
        "XML ですが、図形がありません。国土数値情報の GML か KML を使ってください。",
        "The file is XML without geometries; wanted GML of 国土数値情報, or KML.",
    ),
    "no_city_object": fatal(
        "CityGML に地物（cityObjectMember）がありません。",
        "The file is CityGML without objects; wanted CityGML with cityObjectMember.",
    ),
    "only_solids": fatal(
        "CityGML の{value}件に、平面に描ける図形がありません（立体だけの地物です）。"
        "災害リスク（fld、tnm、htd、ifld、lsld）、都市計画（urf）、土地利用（luse）のように、"
        "面（LOD0 か LOD1 の MultiSurface）のあるファイルを使ってください。",
        "None of the {value} objects of the CityGML has a shape from above: they are solids. "
        "Wanted one of the modules with surfaces (LOD 0 or LOD 1 MultiSurface): fld, tnm, htd, "
        "ifld, lsld, urf or luse.",
    ),
    "several_systems": fatal(
        "一つのファイルに複数の座標系があります（{value}）。一つにそろえてください。",
        "srsName is {value!r}; wanted one coordinate system in the file.",
    ),
    "no_placemark": fatal(
        "KML に地点や図形（Placemark）がありません。入れて書き出し直してください。",
        "The file is KML without a Placemark; wanted KML with Placemarks.",
    ),
    "no_gpx": fatal(
        "GPX に地点・ルート・軌跡がありません。入れて書き出し直してください。",
        "The file is GPX without features; wanted GPX with waypoints, routes or tracks.",
    ),
    "no_georss": fatal(
        "配信（RSS、Atom）に、位置のある項目がありません（項目: {value}件）。"
        "位置（georss、geo:lat など）のある配信を使ってください。",
        "No entry of the feed has a place (entries: {value}); wanted a feed with georss or "
        "geo:lat.",
    ),
    "arcs_broken": fatal(
        "TopoJSON の線（arcs）か変換（transform）を読めません（「{value}」、{detail}）。"
        "元のファイルをもう一度受け取ってください。",
        "The arcs or the transform of the TopoJSON cannot be read ({value}, {detail}).",
    ),
    "no_geo_metadata": fatal(
        "Parquet に図形の列の説明がありません。GeoParquet として書き出してください。",
        "The file is Parquet without geo metadata; wanted GeoParquet, with a geometry column that "
        "its metadata names.",
    ),
    "crs_in_parquet": fatal(
        "GeoParquet の座標系の記述を読めません。定義の source.crs に書いてください。",
        "The coordinate system in the file is not known; say it as source.crs.",
    ),
}

GEOMETRY: Mapping[Kind, Message] = {
    "unmade": _unmade("座標の並びが図形になりません。", "its positions make none."),
    "not_a_number": _unmade("「{value}」は数ではありません。", "{value!r} is no number."),
    "not_a_finite_number": _unmade(
        "「{value}」は使える数ではありません。",
        "{value!r} is no finite number.",
    ),
    "point_positions": _unmade(
        "点の位置は一つのはずですが、{value}個あります。",
        "a point of {value} positions.",
    ),
    "few_positions": _unmade(
        "{detail}に要る数の位置がありません（{value}個）。",
        "a {detail} of {value} positions.",
    ),
    "no_ring": _unmade("面（ポリゴン）に外周がありません。", "a polygon without a ring."),
    "no_parts": _unmade("図形に中身がありません。", "a geometry without parts."),
    "arc_positions": _unmade(
        "円弧の位置の数が合いません（{value}個）。",
        "an arc of {value} positions.",
    ),
    "nested_geometry": _unmade(
        "図形の中の図形が深すぎます（{value}重まで）。",
        "geometries within geometries, more than {value} deep.",
    ),
    "geometry_kind": _unmade(
        "図形の種類「{value}」は読めません。",
        "the type {value!r} is not known.",
    ),
    "no_coordinates": _unmade(
        "座標の書き方が違います（{value}）。",
        "the coordinates are {value}.",
    ),
    "reference_missing": _unmade(
        "図形「#{value}」が、ファイルの中にないか、自分自身を指しています。",
        "#{value} is not in the file, or refers to itself.",
    ),
    "many_positions": _unmade(
        "頂点が多すぎます（{value}個まで）。図形を分けてください。",
        "more than {value} positions; split it.",
    ),
    "many_references": _unmade(
        "ほかの図形への参照が多すぎます（{value}個まで）。図形を分けてください。",
        "more than {value} references; split it.",
    ),
    "many_repetitions": _unmade(
        "ファイルの中の同じ線を、くり返し使いすぎています（頂点を数えて合計{value}個まで）。",
        "the lines of the file are used again too often (more than {value} positions in all).",
    ),
    "other_geometry": _unmade(
        "「{value}」という種類の図形は読みません。",
        "a {value}, which is not read.",
    ),
    "half_a_position": _unmade(
        "位置「{value}」に、経度と緯度がそろっていません。",
        "the position {value!r} is no longitude and latitude.",
    ),
}

MESSAGES: Mapping[Kind, Message] = {**FOUND, **UNREADABLE, **GEOMETRY}
