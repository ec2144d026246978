"""Words that libraries and systems have only in English, as messages say them."""

from __future__ import annotations

from collections.abc import Mapping

GEOMETRIES: Mapping[str, str] = {
    "point": "点",
    "line": "線",
    "polygon": "面（ポリゴン）",
    "ring": "リング",
    "Point": "点",
    "MultiPoint": "点の集まり",
    "LineString": "線",
    "LinearRing": "リング",
    "MultiLineString": "線の集まり",
    "Polygon": "面（ポリゴン）",
    "MultiPolygon": "面（ポリゴン）の集まり",
    "GeometryCollection": "図形の集まり",
}
# What GEOS says of a polygon that is not valid: its TopologyValidationError.
REASONS: Mapping[str, str] = {
    "Topology Validation Error": "図形の誤り",
    "Repeated Point": "同じ点の繰り返し",
    "Hole lies outside shell": "外周からはみ出した穴",
    "Holes are nested": "穴の中の穴",
    "Interior is disconnected": "内部の分断",
    "Self-intersection": "辺の交差",
    "Ring Self-intersection": "外周の接触",
    "Nested shells": "重なった外周",
    "Duplicate Rings": "同じリングの繰り返し",
    "Too few points in geometry component": "足りない点",
    "Invalid Coordinate": "数でない座標",
    "Ring is not closed": "閉じていないリング",
}
# What the system says of a file: `strerror`.
SYSTEM: Mapping[str, str] = {
    "No space left on device": "空き容量がありません",
    "Permission denied": "読み書きの権限がありません",
    "Input/output error": "ディスクの読み書きに失敗しました",
    "Is a directory": "フォルダです",
    "Is a named pipe": "名前付きパイプです",
    "Is a socket": "ソケットです",
    "Is a device": "デバイスです",
    "Is no file": "ファイルではありません",
    "Not a directory": "フォルダではありません",
    "No such file or directory": "ファイルがありません",
    "File name too long": "名前が長すぎます",
    "Too many open files": "開いているファイルが多すぎます",
    "Read-only file system": "書き込みが禁止されているディスクです",
    "File too large": "ファイルが大きすぎます",
    "Disk quota exceeded": "使える容量を超えました",
}
JSON: Mapping[str, str] = {
    "null": "空の値（null）",
    "text": "文字",
    "number": "数値",
    "array": "配列",
    "object": "オブジェクト",
    "true / false": "真偽値（true / false）",
}
# What expat says of a document that is no well-formed XML.
XML: Mapping[str, str] = {
    "syntax error": "XML の文ではありません",
    "not well-formed (invalid token)": "使えない文字や、記号の抜けがあります",
    "mismatched tag": "始まりのタグと終わりのタグが合いません",
    "duplicate attribute": "同じ属性が二つあります",
    "junk after document element": "文書の終わりの後に、さらに内容があります",
    "undefined entity": "定義のない実体参照があります",
    "reference to invalid character number": "使えない文字の番号があります",
    "XML or text declaration not at start of entity": "XML 宣言が先頭にありません",
    "unbound prefix": "名前空間の宣言がない接頭辞があります",
}

WORDS: Mapping[str, Mapping[str, str]] = {
    english: {"ja": japanese, "en": english}
    for english, japanese in {**GEOMETRIES, **REASONS, **SYSTEM, **JSON, **XML}.items()
}
