"""What parsers of files explain only in English, as an officer reads it in Japanese.

The texts are those of Python 3.11's tomllib, json, zipfile and codecs, of expat and of SQLite.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

TOML: Mapping[str, str] = {
    r"Cannot overwrite a value": "同じ項目が二度書かれています",
    r"Cannot declare (?P<name>\(.*\)) twice": "同じ見出し {name} が二つあります",
    r"Cannot mutate immutable namespace (?P<name>.*)": "書き終えた {name} に書き足しています",
    r"Cannot redefine namespace (?P<name>.*)": "{name} が二度書かれています",
    r"Duplicate inline table key (?P<name>.*)": "波かっこの中に、同じ項目 {name} が二つあります",
    r"Escaped character is not a Unicode scalar value": "\\u で書いた文字がありません",
    r"Invalid hex value": "\\u の後の番号が正しくありません",
    r"Expected '=' after a key in a key/value pair": "項目の名前の後に = がありません",
    r"Expected '\]' at the end of a table declaration": "見出しの角かっこ ] が閉じていません",
    r"Expected '\]\]' at the end of an array declaration": "見出しの角かっこ ]] が閉じていません",
    r"Expected newline or end of document after a statement": "値の後に余分な文字があります",
    r"Expected (?P<name>'.*'|\".*\")": "{name} がありません",
    r"Found invalid character (?P<name>.*)": "ここに書けない文字 {name} があります",
    r"Illegal character (?P<name>.*)": "ここに書けない文字 {name} があります",
    r"Invalid date or datetime": "日付か時刻が正しくありません",
    r"Invalid initial character for a key part": "項目の名前がないか、使えない文字があります。"
    "日本語の名前は引用符で囲みます",
    r"Invalid statement": "項目でも見出しでもない行があります。日本語の名前は引用符で囲みます",
    r"Invalid value": "値がないか、正しくありません。文字は引用符で囲みます",
    r"Unclosed array": "角かっこが閉じていません",
    r"Unclosed inline table": "波かっこが閉じていません",
    r"Unescaped '\\' in a string": "引用符の中の \\ は \\\\ と書きます",
    r"Unterminated string": "引用符が閉じていません",
}
JSON: Mapping[str, str] = {
    r"Expecting ',' delimiter": "区切りのコンマがありません",
    r"Expecting ':' delimiter": "名前の後のコロンがありません",
    r"Expecting value|a value expected|unexpected end of data": "値がありません",
    r"Expecting property name enclosed in double quotes.*": "引用符で囲んだ名前がありません",
    r"Illegal trailing comma before end of .*": "最後の値の後に余分なコンマがあります",
    r"Extra data": "終わりの後に余分な文字があります",
    r"Invalid control character at": "引用符の中に、改行などの使えない文字があります",
    r"Invalid \\.*escape.*": "引用符の中の \\ の使い方が正しくありません",
    r"Unterminated string starting at": "引用符が閉じていません",
    r"(?P<name>'.') expected": "{name} がありません",
}
XML: Mapping[str, str] = {
    r"not well-formed \(invalid token\)": "XML で使えない文字か、閉じていないタグがあります。"
    "文字の & は &amp; と書きます",
    r"mismatched tag": "始まりと終わりのタグが合いません",
    r"no element found": "途中で終わっています",
    r"unclosed token": "閉じていないタグがあります",
    r"unclosed CDATA section": "CDATA が閉じていません",
    r"undefined entity(?P<name>.*)": "定義のない文字参照{name} があります",
    r"junk after document element": "終わりのタグの後に余分なものがあります",
    r"duplicate attribute": "一つのタグに同じ属性が二つあります",
    r"unbound prefix": "宣言のない接頭辞（: の前の名前）があります",
    r"syntax error": "XML の書き方ではありません",
    r"partial character|reference to invalid character number": "使えない文字があります",
    r"XML declaration not well-formed|XML or text declaration not at start of entity": (
        "先頭の <?xml …?> の書き方か位置が正しくありません"
    ),
    r"unknown encoding|encoding specified in XML declaration is incorrect": (
        "先頭の <?xml …?> にある文字コードが正しくありません"
    ),
}
CONTAINERS: Mapping[str, str] = {
    r"File is not a zip file": "ZIP ではないか、途中で切れています",
    r"Bad CRC-32 for file (?P<name>.*)": "中のファイル {name} が壊れています",
    r"Truncated (?:file header|central directory)": "ZIP が途中で切れています",
    r"Bad (?:magic number|offset) for .*": "ZIP の目次が壊れています",
    r"Error -\d+ while decompressing data.*": "ZIP の中身が壊れています",
    r"Compressed file ended before .*": "ZIP の中身が途中で切れています",
    r"zipfiles that span multiple disks are not supported": "分割した ZIP は読めません",
    r"That compression method is not supported": "この圧縮方法の ZIP は読めません",
    r"file is not a database": "GeoPackage（SQLite）ではないか、壊れています",
    r"database disk image is malformed": "GeoPackage（SQLite）が壊れています",
    r"unable to open database file": "GeoPackage（SQLite）を開けません",
    r"'(?P<name>[\w-]+)' codec can't decode .*": "文字コード {name} として読めない部分があります",
}
NETWORK: Mapping[str, str] = {
    r".*Connection refused.*": "接続を断られました",
    r".*(?:Name or service not known|nodename nor servname|No address associated).*": (
        "その名前のサーバーがありません"
    ),
    r".*Temporary failure in name resolution.*": "サーバーの名前を今は調べられません",
    r".*timed out.*|.*[Tt]imeout.*": "時間内に応答がありません",
    r".*CERTIFICATE_VERIFY_FAILED.*": "サーバーの証明書を確かめられません",
    r"Server disconnected.*|.*Connection (?:reset|aborted).*": "接続が途中で切れました",
    r".*closed connection.*|.*ended prematurely.*": "接続が途中で切れました",
    r".*(?:No route to host|unreachable).*": "サーバーまでの経路がありません",
}

# Where it is: of TOML and XML a line and a column, of JSON a character.
PLACES: tuple[tuple[str, str], ...] = (
    (r" \(at line (?P<line>\d+), column (?P<at>\d+)\)", "{line}行目の{at}文字目の近くで、"),
    (r" \(at end of document\)", "ファイルの終わりで、"),
    (
        r": line (?P<line>\d+), column (?P<at>\d+)(?: \([\w-]+\))?",
        "{line}行目の{at}文字目の近くで、",
    ),
    (r", character (?P<at>\d+)", "{at}文字目の近くで、"),
    (r"(?: \([\w-]+\))?", ""),
)


@functools.cache
def _reasons() -> Sequence[tuple[re.Pattern[str], str]]:
    """Every form of an explanation, compiled when the first is read: there are hundreds."""
    return [
        (re.compile(f"(?P<reason>{reason}){place}"), where + words)
        for reasons in (TOML, JSON, XML, CONTAINERS, NETWORK)
        for reason, words in reasons.items()
        for place, where in PLACES
    ]


def in_japanese(explanation: str) -> str | None:
    """A parser's explanation in Japanese; None for one that is not known."""
    for form, words in _reasons():
        if match := form.fullmatch(explanation):
            return words.format(**match.groupdict())
    return None
