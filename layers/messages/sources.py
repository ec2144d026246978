"""What keeps a source from being read at all: where it is, what it is, how it is packed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, fatal, wanted

Kind = Literal[
    "no_source",
    "outside_data",
    "whole_data",
    "link_outside",
    "name_of_city",
    "already_there",
    "name_not_utf8",
    "unreadable_file",
    "not_a_file",
    "file_system",
    "changed",
    "sublayer_of_none",
    "not_of_a_table",
    "encoding_of_none",
    "unknown_format",
    "packed",
    "damaged",
    "no_dataset",
    "metadata",
    "too_deep",
    "sublayer",
    "no_column",
    "no_positions",
    "no_standard",
    "no_features",
    "empty_list",
    "not_an_area",
    "no_area",
    "boundary_elsewhere",
    "surveyed_elsewhere",
    "area_crs",
    "area_incomplete",
    "not_a_point",
    "fault",
    "revision_damaged",
    "many_files",
    "unpacked_size",
    "size_not_as_said",
    "zip_cut",
    "zip_count",
    "zip_member",
    "link_packed",
    "password",
    "packed_twice",
    "name_twice",
    "path_outside",
    "too_slow",
    "stopped",
    "memory",
    "reader_failed",
]

SAID = "（読み取りソフトの説明: 「{detail}」）"

WHERE: Mapping[Kind, Message] = {
    "no_source": fatal(
        "データのフォルダに「{value}」がありません。ファイルを置くか、"
        "定義の「{key}」を直してください。",
        "{key} is {value!r}; wanted a file or folder in the data folder; there is none.",
    ),
    "outside_data": wanted(
        "データのフォルダの中のファイルを書いてください。", "a path inside the data folder"
    ),
    "whole_data": wanted(
        "これはデータのフォルダ全体です。その中のファイルかフォルダを一つ書いてください。",
        "one file or folder in the data folder, not all of it",
    ),
    "link_outside": fatal(
        "「{value}」は、データのフォルダの外にあるファイルへのリンクです。"
        "ファイルそのものを置いてください。",
        "{value!r} is a link to another folder; wanted files inside the data folder.",
    ),
    "name_of_city": fatal(
        "「{value}」は、市の境界や町丁目のファイルと同じ名前で、中身がちがいます。"
        "このレイヤーのファイルの名前を変えてください。",
        "the file is {value!r}, which is the name of another file of the city's: its boundary or "
        "its neighbourhoods; wanted another name.",
    ),
    "already_there": fatal(
        "データのフォルダに「{value}」がもうあります。ファイルの名前を変えてください。",
        "file is {value!r}; wanted another name: the data folder has a file of this one.",
    ),
    "name_not_utf8": fatal(
        "ファイルの名前が文字として読めません（{value}）。名前を付け直してください。",
        "the file name is {value}; wanted a name in UTF-8.",
    ),
    "unreadable_file": fatal(
        "ファイルを開けません（{detail}）。ほかのソフトで開いていないか、"
        "読む権限があるかを確かめてください。",
        "The file cannot be opened ({detail}): see that no other program has it open, and that it "
        "may be read.",
    ),
    "not_a_file": fatal(
        "ふつうのファイルではないので、開きません（{detail}）。ファイルそのものを置いてください。",
        "It is not opened, because it is no ordinary file ({detail}); put a file in its place.",
    ),
    "file_system": fatal(
        "ファイルの読み書きに失敗しました（{detail}）。ディスクの空き容量と、"
        "フォルダを読み書きする権限を確かめてください。",
        "A file could not be read or written ({detail}): check the free space, and that the folder "
        "may be written to.",
    ),
    "changed": fatal(
        "読んでいる間に「{value}」が変わりました。もう一度お試しください。",
        "{value} changed while it was read; try again.",
    ),
    "sublayer_of_none": wanted(
        "このデータは一つだけです。この項目を消してください。",
        "no sublayer: the data is in one piece",
    ),
    "not_of_a_table": wanted(
        "表（CSV、XLSX など）でないデータには使えません。この項目を消してください。",
        "no such key: the data is no table (CSV, XLSX and such)",
    ),
    "encoding_of_none": wanted(
        "この形式の文字コードは決まっています。この項目を消してください。",
        "no encoding: that of this format is fixed",
    ),
}

WHAT: Mapping[Kind, Message] = {
    "unknown_format": fatal(
        "読める形式のファイルではありません（「{value}」）。"
        "次のどれかか、その ZIP を使ってください: {detail}",
        "The file is of an unknown kind ({value}); wanted one of {detail} or a ZIP of them.",
    ),
    "packed": fatal(
        "{value} で圧縮したファイルは読めません。"
        "展開したファイルか、ZIP にしたものを置いてください。",
        "The file is packed with {value}; wanted the unpacked file, or a ZIP.",
    ),
    "damaged": fatal(
        "ファイルが壊れているか、途中で切れています。"
        "元のファイルをもう一度受け取ってください。" + SAID,
        "The file is damaged, or ends early; get it again. ({detail})",
    ),
    "no_dataset": fatal(
        "「{value}」の中に、読めるデータがありません。"
        "Shapefile、GeoJSON、KML、CSV などを入れてください。",
        "There is no dataset in {value!r}; wanted a Shapefile, GeoJSON, KML, CSV or such.",
    ),
    "metadata": fatal(
        "このファイルはデータの説明（メタデータ）か、古い形式（JPGIS 1）のものです。"
        "データ本体の Shapefile、GeoJSON、GML（JPGIS 2）を使ってください。",
        "The file is metadata, or of the older JPGIS 1; wanted the data itself, as Shapefile, "
        "GeoJSON or GML (JPGIS 2).",
    ),
    "too_deep": fatal(
        "データの入れ子（かっこの重なり）が深すぎるため読めません。"
        "GeoJSON などの決まった形で書き出し直してください。",
        "The data is nested too deeply to be read; write it again in one of the formats.",
    ),
    "sublayer": fatal(
        "複数のデータのうち、どれを読むかが決まりません（定義の「{key}」{said}）。"
        "次のどれかの名前を書いてください: {detail}",
        "{key} {said}; wanted one of {detail}.",
    ),
    "no_column": wanted(
        "データにある列の名前を書いてください: {detail}", "one of the columns {detail}"
    ),
    "no_positions": fatal(
        "位置のわかる列（緯度・経度、座標、住所など）が見つかりません。ある列: {detail}。"
        "緯度と経度の列か、所在地の列をファイルに加えてください。位置の列がこの中にあるなら、"
        "定義の source に longitude と latitude、wkt、address のどれかで列の名前を書きます。",
        "no column has positions: coordinates, geometry or addresses. The columns are {detail}. "
        "Add columns of coordinates or of addresses to the file; where there are such, name "
        "them in a definition, under source, as longitude and latitude, wkt or address.",
    ),
    "no_standard": wanted(
        "列の名前がどの標準形式とも一致しないため、項目を書いてください。"
        "bosai add で、次の列の項目を作れます: {detail}",
        "fields, or the columns of a known standard; `bosai add` writes fields for the columns "
        "that are there: {detail}",
    ),
    "no_features": fatal(
        "地図に載せられる行が一つもありません（データの行: {value}件）。"
        "この報告のほかの指摘を確かめて、ファイルを直してください。",
        "No row can be shown on the map (rows of the source: {value}); see the other findings of "
        "this report.",
    ),
    "empty_list": fatal(
        "見出しだけで、行が一つもない一覧です。行が消えていないか、確かめてください。"
        "まだデータがないレイヤーは、city.toml の [[planned]] に書けます。",
        "The list has a header, and no row: see that no rows were lost. A layer without data yet "
        "can be declared under [[planned]] in city.toml.",
    ),
    "not_an_area": fatal(
        "定義の「{key}」の範囲は、面（ポリゴン）だけのファイルで示してください"
        "（このファイルには{value}があります）。",
        "{key} has a {value}; wanted a file of nothing but polygons.",
    ),
    "no_area": fatal(
        "定義の「{key}」のファイルに、面（ポリゴン）の図形がありません。"
        "範囲を面（ポリゴン）で示すファイルを置いてください。",
        "{key} is a file without an area; wanted one with polygons.",
    ),
    "boundary_elsewhere": fatal(
        "市の境界のファイルが、この市のものではないようです。境界は {value} にありますが、"
        "city.toml の extent は {detail} です。境界のファイルか、city.toml の boundary か "
        "extent を直してください。",
        "{key} lies in {value}, and the city's extent is {detail}: the file seems to be another "
        "place's. Mend the file, or boundary or extent in city.toml.",
    ),
    "surveyed_elsewhere": fatal(
        "定義の「{key}」の範囲が、市の境界の中にまったくありません。"
        "調査した範囲のファイルを確かめてください。",
        "{key} is an area wholly outside the city; check the file of what was surveyed.",
    ),
    "area_crs": fatal(
        "定義の「{key}」のファイルの座標が、どこを指すのか分かりません"
        "（座標系: {value}、値の例: {detail}）。経度・緯度の GeoJSON か、"
        "座標系（.prj）の正しい Shapefile にしてください。",
        "{key} has coordinates that are no place near the city (system: {value}, like {detail}); "
        "wanted GeoJSON in degrees, or a Shapefile whose .prj is right.",
    ),
    "area_incomplete": fatal(
        "定義の「{key}」のファイルの{value}行目の図形が使えません（座標: {detail}）。"
        "一部が欠けた範囲にならないように、読むのをやめました。",
        "{key} has a shape that cannot be used, in row {value} (coordinates: {detail}); without it "
        "the area would not be whole.",
    ),
    "not_a_point": fatal(
        "定義の「{key}」のファイルの{value}行目が、点ではありません。"
        "町丁目は点のファイルで示してください。",
        "{key} has no point in row {value}; wanted a file of points.",
    ),
    "fault": fatal(
        "サービスの側の誤りで、読めませんでした。ファイルの名前を添えて、開発者に知らせてください。",
        "A fault of the service; tell its developers, with the name of the file.",
    ),
    "revision_damaged": fatal(
        "準備してあったデータが壊れているか、なくなっているので、表示を止めました。"
        "元のデータから自動で作り直します。続くときは、ディスクの故障を疑ってください。",
        "The prepared data is damaged or missing: it is not shown, and is prepared anew from the "
        "source. If this goes on, suspect the disk.",
    ),
}

PACKED: Mapping[Kind, Message] = {
    "many_files": fatal(
        "中のファイルが多すぎます（{value}個）。{detail}個以内にしてください。",
        "There are {value} files in it; wanted at most {detail}.",
    ),
    "unpacked_size": fatal(
        "ZIP を展開すると大きすぎます（{value}バイト）。{detail}バイト以内にしてください。",
        "unpacked size is {value} bytes; wanted at most {detail}.",
    ),
    "size_not_as_said": fatal(
        "ZIP の中身が、書かれている大きさ（{detail}バイト）を超えています。"
        "元のファイルをもう一度受け取ってください。",
        "unpacked size is {value} bytes; wanted at most the {detail} bytes that it says.",
    ),
    "zip_cut": fatal(
        "ファイルが途中で切れています（終わりの部分がありません）。"
        "元のファイルをもう一度受け取ってください。",
        "The file ends early: the directory at the end of a ZIP is missing. Get it again.",
    ),
    "zip_count": fatal(
        "中のファイルは{value}個のはずですが、{detail}個しか見つかりません。"
        "途中で切れているか、壊れています。元のファイルをもう一度受け取ってください。",
        "The ZIP states {value} files and lists {detail}: it is damaged, or ends early. Get it "
        "again.",
    ),
    "zip_member": fatal(
        "中の「{value}」が壊れているか、途中で切れています。"
        "元のファイルをもう一度受け取ってください。",
        "member {value!r} of the ZIP is damaged, or ends early; get it again.",
    ),
    "link_packed": fatal(
        "ZIP の中の「{value}」はリンクです。ファイルそのものを入れてください。",
        "member is {value!r}, a link; wanted files and folders only.",
    ),
    "password": fatal(
        "ZIP の中の「{value}」にパスワードがかかっています。パスワードなしで作り直してください。",
        "member is {value!r}, encrypted; wanted an archive without a password.",
    ),
    "packed_twice": fatal(
        "ZIP の中に、さらに圧縮したファイル「{value}」があります。展開して入れ直してください。",
        "member is {value!r}; wanted no archive within the archive.",
    ),
    "name_twice": fatal(
        "ZIP の中に「{value}」という名前が二つあります。一つにしてください。",
        "member is {value!r}, twice; wanted each name once.",
    ),
    "path_outside": fatal(
        "ZIP の中の「{value}」は、ZIP の外を指す名前です。作り直してください。",
        "member is {value!r}; wanted a path inside the archive.",
    ),
}

READER: Mapping[Kind, Message] = {
    "too_slow": fatal(
        "{value}秒で読み終わらないため、止めました。データを分けてください。"
        "サーバーの設定 BOSAI_READER_SECONDS で、時間を延ばすこともできます。",
        "Reading took longer than {value} s and was stopped; split the data. The server's setting "
        "BOSAI_READER_SECONDS allows more.",
    ),
    "stopped": fatal(
        "データを読む途中で止まりました（{value}）。データが大きすぎるか、壊れています。"
        "データを分けるか、元のファイルをもう一度受け取ってください。"
        "それでも止まるときは、開発者に知らせてください。",
        "The reader was stopped ({value}): a limit was reached or it crashed. Split the data, or "
        "get the file again; if it is stopped all the same, tell the developers.",
    ),
    "memory": fatal(
        "データを読むのに {value} MB より多くのメモリが要ります。データを分けてください。"
        "サーバーの設定 BOSAI_READER_MEMORY_MB で、増やすこともできます。",
        "Reading needs more than {value} MB of memory; split the data. The server's setting "
        "BOSAI_READER_MEMORY_MB allows more.",
    ),
    "reader_failed": fatal(
        "データを読む途中で失敗しました（{value}）。開発者に知らせてください。",
        "The reader failed: {value}. Tell the developers.",
    ),
}

MESSAGES: Mapping[Kind, Message] = {**WHERE, **WHAT, **PACKED, **READER}
