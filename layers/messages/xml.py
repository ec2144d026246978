"""What was found while reading XML: KML, GML, GPX and their kin. Lines are counted from 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, Text, fatal

Kind = Literal[
    "xml_ampersand",
    "xml_entity",
    "xml_control",
    "xml_late_declaration",
    "xml_encoding_wrong",
    "xml_undecodable",
    "xml_cut",
    "xml_malformed",
    "xml_encoding",
    "dtd",
]

READ_ON: Text = {
    "ja": "読み取りは続けました。元のソフトで書き出し直すと確実です。",
    "en": "Reading went on; export the file again where it was made.",
}

REPAIRED: Mapping[Kind, Message] = {
    "xml_ampersand": Message(
        {
            "ja": "{value}行目に、記号「&」がそのまま書かれています"
            "（XML では「&amp;」と書きます）。",
            "en": "Line {value} has a bare “&”, which XML writes as “&amp;”.",
        },
        {"ja": "「&」という文字として読みました。", "en": "It is read as the character “&”."},
    ),
    "xml_entity": Message(
        {
            "ja": "{value}行目に、HTML だけの文字の書き方（{detail}）があります。",
            "en": "Line {value} has characters written as only HTML has them ({detail}).",
        },
        {"ja": "HTML での文字として読みました。", "en": "They are read as in HTML."},
    ),
    "xml_control": Message(
        {
            "ja": "{value}行目に、XML では使えない制御文字（{detail}）があります。",
            "en": "Line {value} has control characters, which XML forbids ({detail}).",
        },
        {
            "ja": "改行や改ページの符号は空白とし、ほかは読めない文字として扱いました。",
            "en": "Those that break a line or page are read as a space, others as unreadable.",
        },
    ),
    "xml_late_declaration": Message(
        {
            "ja": "XML 宣言（<?xml … ?>）の前に、空白や空行があります。",
            "en": "There is space before the XML declaration (<?xml … ?>).",
        },
        {"ja": "それを除いて読みました。", "en": "It is passed over."},
    ),
    "xml_encoding_wrong": Message(
        {
            "ja": "ファイルには文字コードが {detail} と書かれていますが、実際は {value} です。",
            "en": "The file says that it is in {detail}; it is in {value}.",
        },
        {
            "ja": "実際の文字コードで読みました。文字化けがないか確かめてください。",
            "en": "It is read in the latter; check that the text is right.",
        },
    ),
    "xml_undecodable": Message(
        {
            "ja": "{value}行目に、文字コード {detail} として読めない文字があります。",
            "en": "Line {value} has characters that are none of {detail}.",
        },
        READ_ON,
    ),
}

UNREADABLE: Mapping[Kind, Message] = {
    "xml_cut": fatal(
        "ファイルが途中で切れています（{value}行目で終わり、閉じていないタグがあります）。"
        "元のファイルをもう一度受け取ってください。",
        "The file ends early, in line {value}, where elements are still open; get it again.",
    ),
    "xml_malformed": fatal(
        "{value}行目で、XML の書き方が崩れています（{detail}）。"
        "その行を直すか、元のソフトで書き出し直してください。",
        "Line {value} is no well-formed XML ({detail}). Correct it, or export the file again "
        "where it was made.",
    ),
    "xml_encoding": fatal(
        "ファイルには文字コードが {value} と書かれていますが、そうではない部分があります。"
        "UTF-8 で保存し直してください。",
        "The file says that it is in {value}, and not all of it is; save it again in UTF-8.",
    ),
    "dtd": fatal(
        "XML に、安全でない書き方（DTD や実体参照の定義）があります。それを除いてください。",
        "The file has a DTD or entities; wanted XML without a DTD and without entities.",
    ),
}

MESSAGES: Mapping[Kind, Message] = {**REPAIRED, **UNREADABLE}
