"""What a file is that no layer is read from, and how to make one of it that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, fatal

Kind = Literal[
    "cad_drawing",
    "survey_exchange",
    "picture",
    "printed_document",
    "osm_extract",
    "text_document",
    "map_project",
    "office_database",
    "tile_archive",
    "point_cloud",
    "web_page",
]

MESSAGES: Mapping[Kind, Message] = {
    "cad_drawing": fatal(
        "CAD の図面（{value}）です。QGIS などの GIS で開き、座標系を指定して、GeoPackage か"
        " GeoJSON に書き出してください。",
        "The file is a CAD drawing ({value}). Open it in QGIS or another GIS, say its coordinate "
        "system, and export it as GeoPackage or GeoJSON.",
    ),
    "survey_exchange": fatal(
        "測量の共通フォーマット（{value}）です。測量のソフトで、座標系を指定して Shapefile、"
        "または座標の列がある CSV に書き出してください。",
        "The file is of the surveyors' common format ({value}). Export it from the surveying "
        "software as a Shapefile with its coordinate system, or as CSV with columns of "
        "coordinates.",
    ),
    "picture": fatal(
        "画像（{value}）です。画像からは地物を読めません。元になった Shapefile や GeoJSON などの"
        "データを使ってください。値を持つ GeoTIFF なら、QGIS の「ポリゴン化」で面のデータに"
        "できます。",
        "The file is a picture ({value}), from which no features are read. Use the Shapefile, "
        "GeoJSON or such that it was made of; of a GeoTIFF with values QGIS' Polygonize makes "
        "areas.",
    ),
    "printed_document": fatal(
        "印刷用の文書（{value}）です。文書からは地物を読めません。元になった GIS のデータか、"
        "Excel の表を使ってください。",
        "The file is a document for printing ({value}), from which no features are read. Use the "
        "GIS data or the Excel table that it was made of.",
    ),
    "osm_extract": fatal(
        "OpenStreetMap のデータ（{value}）です。overpass turbo の「エクスポート」で GeoJSON に"
        "するか、QGIS で開いて GeoPackage に書き出してください。",
        "The file is an extract of OpenStreetMap ({value}). Export it from overpass turbo as "
        "GeoJSON, or open it in QGIS and export it as GeoPackage.",
    ),
    "text_document": fatal(
        "文書（{value}）です。中の表を Excel に写して .xlsx で保存するか、CSV にしてください。",
        "The file is a text document ({value}). Copy the table that is in it to Excel, and save it "
        "as .xlsx or CSV.",
    ),
    "map_project": fatal(
        "地図の設定ファイル（{value}）です。データそのものは入っていません。GIS で開き、"
        "レイヤーを GeoPackage か GeoJSON に書き出してください。",
        "The file is a map project ({value}), which refers to data and holds none. Open it in the "
        "GIS and export its layer as GeoPackage or GeoJSON.",
    ),
    "office_database": fatal(
        "データベース（{value}）です。テーブルを Excel か CSV に書き出してください。図形がある"
        "ときは、GIS で GeoPackage に書き出してください。",
        "The file is a database ({value}). Export its table as Excel or CSV; where it has "
        "geometry, as GeoPackage from a GIS.",
    ),
    "tile_archive": fatal(
        "表示用の地図タイル（{value}）です。地物が縮尺ごとに切られ、間引かれているため、使えません。"
        "元になった Shapefile や GeoJSON などのデータを使ってください。",
        "The file holds map tiles ({value}), in which features are cut and thinned for display. "
        "Use the Shapefile, GeoJSON or such that they were made of.",
    ),
    "point_cloud": fatal(
        "点群（{value}）です。点群からは地物を読めません。点群から作った図形のデータ（Shapefile、"
        "GeoPackage など）を使ってください。",
        "The file is a point cloud ({value}), from which no features are read. Use the features "
        "that were made of it, as Shapefile, GeoPackage or such.",
    ),
    "web_page": fatal(
        "ウェブページ（{value}）です。データのファイルではありません。ページにあるダウンロードの"
        "リンクから、CSV や GeoJSON などのファイルを保存し直してください。",
        "The file is a web page ({value}), and not the data. Save the file that the page links to: "
        "CSV, GeoJSON or such.",
    ),
}
