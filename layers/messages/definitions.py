"""What is wrong with a definition: its keys, rules over several of them, and its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, fatal, wanted

Kind = Literal[
    "key_missing",
    "key_unknown",
    "key_misspelt",
    "no_scalar",
    "no_text",
    "not_whole",
    "not_number",
    "not_truth",
    "not_table",
    "not_list",
    "not_day",
    "too_small",
    "too_great",
    "too_few",
    "too_many",
    "too_short",
    "not_of_form",
    "not_of_choice",
    "value_wrong",
    "text_languages",
    "both_coordinates",
    "one_place",
    "table_or_query",
    "service_without_url",
    "url_form",
    "url_unreadable",
    "url_long",
    "url_space",
    "url_password",
    "database_password",
    "link_form",
    "link_characters",
    "telephone_form",
    "mail_form",
    "rhythm",
    "channel_way",
    "least_group",
    "hazard_whole",
    "zooms",
    "field_name",
    "field_derived",
    "not_a_field",
    "style_field",
    "column_suppressed",
    "id_of_staff",
    "extent",
    "group",
    "view_id",
    "contact_unofficial",
    "codelist",
    "unwritten",
    "coded_title",
    "layer_id",
    "definition_name",
    "id_given",
    "no_definition",
    "unreadable_definition",
    "not_toml",
    "toml_limits",
    "key_renamed",
    "languages_missing",
    "set_aside",
    "layers_unchecked",
    "definition_exists",
    "layer_of_desk",
    "unknown_layer",
    "unavailable",
    "levels_away",
    "unknown_export",
    "no_standard_columns",
    "unknown_crs",
    "crs_of_format",
    "export_failed",
]

TYPES: Mapping[Kind, Message] = {
    "key_missing": wanted("この項目を書いてください。", "a value"),
    "key_unknown": fatal(
        "定義に「{key}」という項目はありません。書けるのは次の項目です: {detail}",
        "Unknown key “{key}”; wanted one of {detail}.",
    ),
    "key_misspelt": fatal(
        "定義に「{key}」という項目はありません。「{detail}」の書き間違いではありませんか。",
        "Unknown key “{key}”. Did you mean “{detail}”?",
    ),
    "no_scalar": wanted(
        "文字、数、true、false のどれかを書いてください。", "a text, a number, true or false"
    ),
    "no_text": wanted('文字を、引用符（"）で囲んで書いてください。', "a text in quotes"),
    "not_whole": wanted("整数を、引用符なしで書いてください。", "a whole number"),
    "not_number": wanted("数を、引用符なしで書いてください。", "a number"),
    "not_truth": wanted("true か false を、引用符なしで書いてください。", "true or false"),
    "not_table": wanted(
        '名前と値を波かっこで囲んで書いてください（例: {{ ja = "…", en = "…" }}）。',
        "a table of names and values",
    ),
    "not_list": wanted('角かっこで囲んで並べてください（例: ["…", "…"]）。', "a list in brackets"),
    "not_day": wanted(
        "日付を、引用符なしで書いてください（例: 2026-04-01）。", "a date such as 2026-04-01"
    ),
    "too_small": wanted("{detail} 以上にしてください。", "at least {detail}"),
    "too_great": wanted("{detail} 以下にしてください。", "at most {detail}"),
    "too_few": wanted("{detail} 個以上を書いてください。", "at least {detail} of them"),
    "too_many": wanted("{detail} 個以内にしてください。", "at most {detail} of them"),
    "too_short": wanted("中身を書いてください。", "a text of at least {detail} characters"),
    "not_of_form": wanted("{detail} の形で書いてください。", "a text of the form {detail}"),
    "not_of_choice": wanted("次のどれかを書いてください: {detail}", "one of {detail}"),
    "value_wrong": wanted(
        "この項目に書ける値ではありません。別の値を書いてください。", "another value"
    ),
}

RULES: Mapping[Kind, Message] = {
    "text_languages": wanted(
        "日本語（ja）と英語（en）の両方を書いてください（{detail} がありません）。",
        "a text in ja and en ({detail} is missing)",
    ),
    "both_coordinates": wanted(
        "経度の列（longitude）と緯度の列（latitude）は、両方を書くか、どちらも書かないでください。",
        "the names of both columns, longitude and latitude, or neither",
    ),
    "one_place": wanted(
        "データのフォルダの中のファイル（path）か、アドレス（url）の、どちらか一つを書いてください。",
        "either path, a file in the data folder, or url",
    ),
    "table_or_query": wanted(
        "url が postgresql:// で始まるときは table と query のどちらか一つを書き、"
        "それ以外では書かないでください。",
        "one of table and query with a postgresql:// url, and neither without",
    ),
    "service_without_url": wanted(
        "service は、url が http:// か https:// で始まるときだけ書いてください。",
        "no service without an http(s) url",
    ),
    "url_form": wanted(
        "https://、http://、postgresql:// のどれかで始まるアドレスを書いてください。",
        "an address that begins with https://, http:// or postgresql://",
    ),
    "url_unreadable": fatal(
        "定義の「{key}」はアドレスとして読めません。"
        "https://www.example.jp/data.csv のように書いてください。",
        "{key} is no address; wanted an address such as https://www.example.jp/data.csv.",
    ),
    "url_long": fatal(
        "定義の「{key}」は{value}文字です。{detail}文字以内で、"
        "空白や改行のないアドレスを書いてください。",
        "{key} is {value} characters; wanted at most {detail}, all of them printable.",
    ),
    "url_space": wanted(
        "空白や改行を入れずに書いてください。", "an address without blanks and line breaks"
    ),
    "url_password": wanted(
        "ユーザー名とパスワードは書かないでください。", "no user and no password"
    ),
    "database_password": wanted(
        "パスワードは書かないでください。PGPASSWORD か ~/.pgpass か、接続サービスを"
        "使ってください。",
        "no password: use PGPASSWORD, ~/.pgpass or a service",
    ),
    "link_form": wanted(
        "https:// か http:// で始まるページのアドレスを書いてください。",
        "the address of a page, which begins with https:// or http://",
    ),
    "link_characters": wanted(
        "{detail}文字以内で、空白・改行やアドレスに使えない記号を入れずに書いてください。",
        "at most {detail} characters, without blanks and signs that no address has",
    ),
    "telephone_form": wanted(
        "電話番号を、半角の数字とハイフンで書いてください（例: 048-463-1111）。",
        "a telephone number of digits and hyphens, as 048-463-1111",
    ),
    "mail_form": wanted(
        "メールアドレスを一つ、半角で書いてください（例: bosai@city.example.lg.jp）。",
        "one mail address, as bosai@city.example.lg.jp",
    ),
    "rhythm": wanted(
        "更新の間隔を、{detail} のどれか、または P5Y（5年）、P3M（3か月）、P2W（2週間）、"
        "P10D（10日）の形で書いてください。",
        "one of {detail}, or a duration such as P5Y, P3M, P2W or P10D",
    ),
    "channel_way": wanted(
        "この種類の channels には、次のどれか一つだけを書いてください: {detail}",
        "a channel of this kind with exactly one of {detail}",
    ),
    "least_group": wanted(
        "group_by を書くときは、載せてよい最小の件数を書いてください。",
        "a number: the least size of a group of group_by",
    ),
    "hazard_whole": wanted(
        "災害のレイヤーには hazard（災害の種類）、scenario（想定）、"
        "surveyed_extent（調査した範囲）の三つを書いてください。"
        "surveyed_extent は、範囲の図形（ポリゴン）のファイル名か boundary か unknown です。",
        "a value: a hazard layer declares hazard, scenario and surveyed_extent "
        "(surveyed_extent: a polygon file, 'boundary' or 'unknown')",
    ),
    "zooms": wanted("maxzoom（{detail}）以下にしてください。", "at most maxzoom, {detail}"),
    "field_name": wanted(
        "英小文字で始まり、英小文字・数字・_ だけの名前にしてください（{detail} は使えません）。",
        "a name of the form [a-z][a-z0-9_]*, not {detail}",
    ),
    "field_derived": wanted(
        "この名前の項目は書けません。位置が正確でないときに、自動で入ります。",
        "no such field: it is filled in when positions are not exact",
    ),
    "not_a_field": wanted(
        "公開する項目の名前を書いてください: {detail}", "one of the public fields {detail}"
    ),
    "style_field": wanted(
        "style.classes が値を示している項目の名前を書いてください。",
        "the field whose values style.classes name",
    ),
    "column_suppressed": wanted(
        "[privacy] の suppress で除く列は使えません。", "no suppressed column"
    ),
    "id_of_staff": wanted(
        "職員だけが見る列は、公開される識別番号に使えません。",
        "no column that only staff may see",
    ),
    "extent": wanted(
        "市を囲む四角を、西の経度・南の緯度・東の経度・北の緯度の順に書いてください。",
        "the city's box in degrees: west, south, east, north",
    ),
    "group": wanted(
        "city.toml にある見出しのどれかを書いてください: {detail}",
        "one of the groups in city.toml: {detail}",
    ),
    "view_id": wanted(
        "ほかのプリセット（表示の組み合わせ）と違う id を書いてください。",
        "an id that no other preset has",
    ),
    "contact_unofficial": wanted(
        "「official = true」の地図です。「非公式」と書かない文にしてください。",
        "a text that does not call the map unofficial, since official = true",
    ),
    "codelist": wanted(
        "あるコード表のどれかを書いてください: {detail}", "one of the code lists {detail}"
    ),
    "unwritten": wanted("ここに、住民が読むことばを書いてください。", "words for its readers"),
    "coded_title": wanted(
        "データの中の記号のままです。住民が読む名前を書いてください。",
        "a name for its readers, not the data's own code",
    ),
}

FILES: Mapping[Kind, Message] = {
    "layer_id": wanted(
        "英小文字で始まり、英小文字・数字・_ だけの名前にしてください。",
        "a name of the form [a-z][a-z0-9_]*",
    ),
    "definition_name": fatal(
        "定義のファイル名が「{value}」です。英小文字で始まり、英小文字・数字・_ だけの名前に、"
        ".toml を付けてください。",
        "The file name is {value!r}; wanted a stem of the form [a-z][a-z0-9_]*.",
    ),
    "id_given": wanted(
        "この項目は書かないでください。ファイルの名前が id になります。",
        "no id: the file's name is the id",
    ),
    "no_definition": fatal(
        "定義のファイルがありません。名前を確かめるか、bosai add で作ってください。",
        "The definition is missing; wanted a TOML file: check its name, or run bosai add.",
    ),
    "unreadable_definition": fatal(
        "定義のファイルを開けません（{value}）。"
        "ほかのソフトで開いていないか、読む権限があるかを確かめてください。",
        "The definition cannot be opened ({value}); wanted a TOML file that may be read.",
    ),
    "not_toml": fatal(
        "定義のファイルの書き方（TOML）に誤りがあります（{detail}）。"
        "直して UTF-8 で保存し直してください。",
        "The definition is no TOML in UTF-8 ({detail}); correct it, and save it in UTF-8.",
    ),
    "toml_limits": fatal(
        "定義のファイルに、大きすぎる数か、深すぎる入れ子があります。"
        "整数は19けたまでにし、かっこの重なりを減らしてください。",
        "The definition holds what is too large ({value}); wanted numbers of at most 64 "
        "bits, and fewer levels.",
    ),
    "key_renamed": Message(
        {
            "ja": "定義の項目「{key}」は、名前が「{detail}」に変わりました。",
            "en": "{key} is now called {detail}.",
        },
        {
            "ja": "今の版は前の名前でも読めますが、次の版は読めません。書き換えてください。",
            "en": "This version still reads the old name; the next one will not. Rename the key.",
        },
    ),
    "languages_missing": Message(
        {
            "ja": "住民が読む文のうち{value}個に、次の言語の訳がありません: {detail}。",
            "en": "{value} of the texts that residents read lack {detail}.",
        },
        {
            "ja": "その言語のページでは、英語か日本語で表示します。",
            "en": "Pages in these languages show them in English or Japanese.",
        },
    ),
    "set_aside": Message(
        {
            "ja": "フォルダの定義ファイル {value} は使っていません。",
            "en": "The definition file {value} in the folder is set aside.",
        },
        {
            "ja": "このレイヤーは担当者のページで管理しています。"
            "ファイルを直しても地図は変わりません。",
            "en": "The desk owns this layer: what is in the file changes nothing on the map.",
        },
    ),
    "layers_unchecked": Message(
        {
            "ja": "レイヤーは、市のファイルを使って確かめます。",
            "en": "Layers are checked by the city's own files.",
        },
        {
            "ja": "それが直るまで、レイヤーの確認はしていません。",
            "en": "Until these are mended, no layer is checked.",
        },
    ),
    "definition_exists": fatal(
        "定義のファイルがもうあります。--id で別の名前を付けられます。",
        "the definition exists already; --id ID chooses another name.",
    ),
    "layer_of_desk": fatal(
        "レイヤー「{value}」は担当者のページで管理しているので、定義のファイルを書いても使われません。"
        "担当者のページで新しいファイルを公開するか、--id で別の名前を付けてください。",
        "the desk owns layer {value!r}: a definition file of it would be set aside. Publish the "
        "file at the desk, or choose another name with --id ID.",
    ),
    "unknown_layer": fatal(
        "「{value}」というレイヤーもファイルもありません。"
        "レイヤーの名前は bosai layers で確かめられます。",
        "no layer {value!r}",
    ),
    "unavailable": fatal(
        "レイヤー「{value}」は、今は表示できません。理由は bosai check で分かります。",
        "layer {value}: {detail}",
    ),
    "levels_away": fatal(
        "レイヤー「{value}」の図形はデータベースにあり、そこから今は返事がありません。"
        "少し待ってから、やり直してください。",
        "the geometry of layer {value} is in the database, which cannot be asked now; try again.",
    ),
    "unknown_export": fatal(
        "「{value}」という形式では書き出せません。書き出せる形式: {detail}",
        "no export format {value!r}; wanted one of {detail}",
    ),
    "no_standard_columns": fatal(
        "レイヤー「{value}」は、標準のデータセットの列では書き出せません。"
        "全部の行に値が必要な項目: {detail}",
        "layer {value} has not the columns of a standard dataset; wanted a value in every row of "
        "these required items: {detail}",
    ),
    "unknown_crs": fatal(
        "crs に「{value}」という座標系は使えません。たとえば次のように書きます: {detail}",
        "no crs {value!r}; wanted for example {detail}",
    ),
    "crs_of_format": fatal(
        "{key} の座標は経度・緯度（WGS 84）だけです。crs に {value} を選べる形式: {detail}",
        "{key} is always in WGS 84, not in crs {value!r}, which these can have: {detail}",
    ),
    "export_failed": fatal(
        "レイヤー「{value}」を書き出せませんでした（{detail}）。ほかのレイヤーには影響しません。",
        "layer {value} could not be exported ({detail}); other layers are not affected.",
    ),
}

MESSAGES: Mapping[Kind, Message] = {**TYPES, **RULES, **FILES}
