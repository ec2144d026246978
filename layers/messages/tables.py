"""What was found while reading tables: encoding, header, cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import VALUE_LEFT_OUT, Message, Text, fatal, wanted

Kind = Literal[
    "encoding_declared",
    "encoding_bom",
    "encoding_nul",
    "encoding_escape",
    "encoding_utf8",
    "encoding_utf8_broken",
    "encoding_japanese",
    "encoding_contradicted",
    "encoding_of_most",
    "encoding_of_lines",
    "undecodable",
    "control",
    "gaiji",
    "misread",
    "garbled_name",
    "header_row",
    "titles",
    "renamed_columns",
    "column_new",
    "beyond_header",
    "swallowed",
    "no_header",
    "not_a_header",
    "cell_error",
    "no_stored_value",
    "formulas",
    "merged_cells",
    "hidden_sheets",
    "hidden_row",
    "hidden_columns",
    "other_sheets",
    "sheets",
    "not_a_workbook",
    "locked_workbook",
    "sheets_missing",
    "broken_workbook",
    "no_file",
    "empty_file",
    "too_large",
    "many_cells",
    "many_merged",
    "much_text",
    "long_cell",
    "not_text",
    "unreadable_lines",
    "encoding_unknown",
    "encoding_unfit",
    "unclosed",
]

AS_READ: Text = {"ja": "この文字コードで読みました。", "en": "It was read so."}
HOW_TO_SAVE: Text = {
    "ja": "Excelで「.xlsx」か「CSV UTF-8」で保存し直してください。",
    "en": "Save it again in Excel as .xlsx or as CSV UTF-8.",
}
NOT_A_ROW: Text = {"ja": "行としては数えていません。", "en": "It is not counted as a row."}

ENCODINGS: Mapping[Kind, Message] = {
    "encoding_declared": Message(
        {
            "ja": "文字コードは {value} です（定義の source.encoding による）。",
            "en": "The encoding is {value}: the definition says so in source.encoding.",
        },
        AS_READ,
    ),
    "encoding_bom": Message(
        {
            "ja": "文字コードは {value} です（ファイルの先頭の印、BOM による）。",
            "en": "The encoding is {value}: the file begins with its mark (BOM).",
        },
        AS_READ,
    ),
    "encoding_nul": Message(
        {
            "ja": "文字コードは {value} です（0のバイトの並びによる）。",
            "en": "The encoding is {value}: every other byte of its plain letters is zero.",
        },
        AS_READ,
    ),
    "encoding_escape": Message(
        {
            "ja": "文字コードは {value} です（切り替えの符号による）。",
            "en": "The encoding is {value}: the file holds its escape sequences.",
        },
        AS_READ,
    ),
    "encoding_utf8": Message(
        {
            "ja": "文字コードは {value} です（全体が UTF-8 として正しいため）。",
            "en": "The encoding is {value}: all of the file is valid UTF-8.",
        },
        AS_READ,
    ),
    "encoding_utf8_broken": Message(
        {
            "ja": "文字コードは {value} と判断しました（壊れた文字が一部にあります）。",
            "en": "The encoding is taken to be {value}, although some characters are broken.",
        },
        AS_READ,
    ),
    "encoding_japanese": Message(
        {
            "ja": "文字コードは {value} と判断しました"
            "（UTF-8 ではなく、{value} で日本語になるため）。",
            "en": "The encoding is taken to be {value}: not UTF-8, and Japanese when read so.",
        },
        AS_READ,
    ),
    "encoding_contradicted": Message(
        {
            "ja": "定義の文字コードは {value} ですが、このファイルは UTF-8 として正しく読めます。",
            "en": "The definition says {value}, but the file is valid UTF-8.",
        },
        {
            "ja": "定義のとおりに読みました。source.encoding を確認してください。",
            "en": "It was read as the definition says; check source.encoding.",
        },
    ),
    "encoding_of_most": Message(
        {
            "ja": "文字コードは、一部の行を除いて {value} です。",
            "en": "The encoding is {value}, but for some lines.",
        },
        AS_READ,
    ),
    "encoding_of_lines": Message(
        {
            "ja": "{value}行目は文字コードが {detail} で、ほかの行と違います。",
            "en": "Line {value} is in {detail}, unlike the others.",
        },
        {
            "ja": "行ごとにその文字コードで読みました。文字化けがないか確かめ、"
            "一つの文字コードで保存し直してください。",
            "en": "Each line is read in its own encoding. Check that the text is right, and save "
            "the file again in one encoding.",
        },
    ),
}

GARBLED: Mapping[Kind, Message] = {
    "undecodable": Message(
        {
            "ja": "「{value}」に、壊れて読めない文字があります。",
            "en": "{value!r} holds characters that are broken.",
        },
        VALUE_LEFT_OUT,
    ),
    "control": Message(
        {
            "ja": "「{value}」に、文字ではない符号（制御文字）があります。",
            "en": "{value!r} holds control characters, which are no text.",
        },
        VALUE_LEFT_OUT,
    ),
    "gaiji": Message(
        {
            "ja": "「{value}」に、ほかの機器では表示できない外字があります。",
            "en": "{value!r} holds private characters (gaiji), which others cannot see.",
        },
        VALUE_LEFT_OUT,
    ),
    "misread": Message(
        {
            "ja": "「{value}」は文字化けしています。",
            "en": "{value!r} is text read in the wrong encoding.",
        },
        VALUE_LEFT_OUT,
    ),
    "garbled_name": Message(
        {
            "ja": "列の名前「{value}」は文字化けしています。",
            "en": "The column name {value!r} is garbled.",
        },
        {
            "ja": "このままの名前で扱いました。元のファイルを確認してください。",
            "en": "The column keeps this name; check the file.",
        },
    ),
}

HEADER: Mapping[Kind, Message] = {
    "header_row": Message(
        {"ja": "見出しは {value} 行目です。", "en": "The header is in row {value}."},
        {"ja": "その下を行として読みました。", "en": "What is below are the rows."},
    ),
    "titles": Message(
        {
            "ja": "見出しは {value} 行目で、その上（{detail} 行目）に表題などがあります。",
            "en": "The header is in row {value}; above it (row {detail}) stands a title.",
        },
        NOT_A_ROW,
    ),
    "renamed_columns": Message(
        {
            "ja": "見出しに、同じ名前の列、または名前のない列があります。",
            "en": "The header has columns of the same name, or without one.",
        },
        {
            "ja": "次の名前で区別しました（定義ではこの名前を使えます）: {value}",
            "en": "They are told apart by these names, which a definition can use: {value}",
        },
    ),
    "column_new": Message(
        {
            "ja": "公開しているレイヤーにはない列です。",
            "en": "The layer as it is published has no such column.",
        },
        {
            "ja": "「言葉・列・記号・個人情報の設定」で選ぶまで、公開しません。",
            "en": "It is published only if you choose so under “Words, columns, symbols, privacy”.",
        },
    ),
    "beyond_header": Message(
        {
            "ja": "見出しのない位置に、中身のあるセルがあります（{value}個）。",
            "en": "Cells hold something where the header has no column ({value}).",
        },
        {
            "ja": "この部分は読んでいません。載せるときは、見出しの行に列の名前を書いてください。",
            "en": "This part is not read; to have it read, give it a name in the header.",
        },
    ),
    "swallowed": Message(
        {
            "ja": "一つのセルの中に、何行分ものデータがあるようです。"
            '引用符（"）の閉じ忘れがないか確認してください。',
            "en": "One cell seems to hold whole rows; a quotation mark may not be closed.",
        },
        {
            "ja": "一つのセルとして読みました。",
            "en": "It is read as one cell.",
        },
    ),
    "no_header": wanted(
        "列の名前の行（見出し）が見つかりません。その行番号を書いてください。",
        "a row with column names; source.header can say which",
    ),
    "not_a_header": wanted(
        "列の名前がある行（見出し）の番号を書いてください。",
        "the number of a row with column names",
    ),
}

WORKBOOKS: Mapping[Kind, Message] = {
    "cell_error": Message(
        {
            "ja": "セルがエラー「{value}」になっています。",
            "en": "The cell shows the error {value}.",
        },
        VALUE_LEFT_OUT,
    ),
    "no_stored_value": Message(
        {
            "ja": "数式に、計算した値が保存されていません。Excelで開いて保存し直してください。",
            "en": "The formula has no stored value; open and save the file in Excel.",
        },
        VALUE_LEFT_OUT,
    ),
    "formulas": Message(
        {"ja": "数式のセルがあります（{value}個）。", "en": "There are formulas ({value})."},
        {
            "ja": "ファイルに保存されている値を使いました。",
            "en": "The values stored in the file are used.",
        },
    ),
    "merged_cells": Message(
        {
            "ja": "縦に結合したセルがあります（{value}行分）。",
            "en": "Cells are merged over several rows ({value} in all).",
        },
        {"ja": "どの行にも同じ値を入れました。", "en": "Each of the rows has the value."},
    ),
    "hidden_sheets": Message(
        {"ja": "非表示のシートがあります（{value}）。", "en": "There are hidden sheets: {value}."},
        {"ja": "読んでいません。", "en": "They are not read."},
    ),
    "hidden_row": Message(
        {
            "ja": "Excelで非表示の行です（絞り込み（フィルター）で隠れた行を含みます）。",
            "en": "The row is hidden in Excel, perhaps by a filter.",
        },
        {
            "ja": "地図に載せていません。載せる行なら、Excelで再表示して保存し直してください。",
            "en": "It is left out. To show it, unhide it in Excel and save the file again.",
        },
    ),
    "hidden_columns": Message(
        {
            "ja": "Excelで非表示の列があります（{value}）。",
            "en": "Hidden columns in Excel: {value}.",
        },
        {
            "ja": "読んでいません。公開する列なら、定義の項目（fields）に書いてください。",
            "en": "They are not read. To publish one, name it as a field's column.",
        },
    ),
    "other_sheets": Message(
        {
            "ja": "ほかにも中身のあるシートがあります（{value}）。",
            "en": "Other sheets hold something too: {value}.",
        },
        {
            "ja": "定義のとおり、読んでいません。",
            "en": "They are not read, as the definition says.",
        },
    ),
    "sheets": wanted(
        "読むシートを一つに決められません。次のシートのどれかの名前を書いてください: {detail}",
        "one of the sheets {detail}",
    ),
    "not_a_workbook": fatal(
        "「{value}」は .xlsx のファイルではありません。" + HOW_TO_SAVE["ja"],
        "{value!r} is no .xlsx file. " + HOW_TO_SAVE["en"],
    ),
    "locked_workbook": fatal(
        "「{value}」にはパスワードがかかっています。パスワードを外し、" + HOW_TO_SAVE["ja"],
        "{value!r} has a password. Remove it. " + HOW_TO_SAVE["en"],
    ),
    "sheets_missing": fatal(
        "ブックには{value}枚のシートがあるはずですが、{detail}枚しかありません。"
        "壊れているか、一部がなくなっています。" + HOW_TO_SAVE["ja"],
        "The workbook lists {value} sheets and holds {detail}: it is damaged. " + HOW_TO_SAVE["en"],
    ),
    "broken_workbook": fatal(
        "「{value}」は壊れているため読めません（読み取りソフトの説明: 「{detail}」）。"
        + HOW_TO_SAVE["ja"],
        "The workbook {value!r} is broken ({detail}). " + HOW_TO_SAVE["en"],
    ),
}

FILES: Mapping[Kind, Message] = {
    "no_file": fatal(
        "「{value}」はファイルではありません。ファイルの名前を書いてください。",
        "{value!r} is no file; wanted the name of one.",
    ),
    "empty_file": fatal(
        "「{value}」には中身がありません。元のファイルを確かめ、もう一度受け取ってください。",
        "There is nothing in {value!r}; check the original, and get it again.",
    ),
    "too_large": fatal(
        "ファイルが大きすぎます（{value}）。{detail} 以内になるよう、分けるか、"
        "不要な部分を除いてください。",
        "size is {value}; wanted at most {detail}. Split it, or remove what is not needed.",
    ),
    "many_cells": fatal(
        "{value}行目までで、セルが{detail}個を超えます。表を分けるか、不要な列を除いてください。",
        "By row {value} there are too many cells; wanted at most {detail} cells.",
    ),
    "many_merged": fatal(
        "結合したセルが多すぎます。{detail}個以内にしてください。",
        "Too many cells are merged; wanted at most {detail} cells.",
    ),
    "much_text": fatal(
        "{value}行目までで、セルの文字を合わせると{detail}文字を超えます。表を分けるか、"
        "不要な列を除いてください。",
        "By row {value} there is too much text; wanted at most {detail} characters in all cells. "
        "Split the table, or remove columns that are not needed.",
    ),
    "long_cell": fatal(
        "{value}行目に、{detail}文字より長いセルがあります。"
        '引用符（"）の閉じ忘れがないか確かめ、長い文は短くしてください。',
        "row {value} has too long a cell; wanted cells of at most {detail} characters. See that no "
        "quotation mark is left open.",
    ),
    "not_text": fatal(
        "「{value}」は文字のファイルではありません。" + HOW_TO_SAVE["ja"],
        "{value!r} is no text file. " + HOW_TO_SAVE["en"],
    ),
    "unreadable_lines": fatal(
        "{value}行目に、UTF-8 でも CP932 でも EUC-JP でも読めない文字があります。"
        "その行を直し、" + HOW_TO_SAVE["ja"],
        "Line {value} is text neither in UTF-8 nor in CP932 nor in EUC-JP. Correct it. "
        + HOW_TO_SAVE["en"],
    ),
    "encoding_unknown": fatal(
        "文字コードの名前「{value}」（{key}）が分かりません。"
        "UTF-8 や CP932 のように書いてください。",
        "{key} is {value!r}; wanted the name of an encoding.",
    ),
    "encoding_unfit": wanted(
        "この文字コードでは読めません。ファイルの文字コードを書いてください。",
        "the encoding of the file",
    ),
    "unclosed": fatal(
        '{value}行目の引用符（"）が閉じていません。"を閉じるか取り除き、保存し直してください。',
        "A quotation mark in row {value} is not closed: close or remove it, and save the file.",
    ),
}

MESSAGES: Mapping[Kind, Message] = {**ENCODINGS, **GARBLED, **HEADER, **WORKBOOKS, **FILES}
