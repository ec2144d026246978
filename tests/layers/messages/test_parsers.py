"""What a parser explains in English is read in Japanese: asked of the parsers themselves."""

from __future__ import annotations

import inspect
import json
import re
import sys
import tomllib
from pathlib import Path
from xml.etree.ElementTree import ParseError, fromstring

import pytest

from layers.errors import DefinitionError, SourceError
from layers.messages.message import Text, fill_in
from layers.messages.parsers import in_japanese
from layers.schema.load import read_toml
from layers.schema.source import Source
from layers.sources.read import read

DETAIL: Text = {"ja": "{detail}", "en": "{detail}"}
ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")


def japanese(explanation: str) -> str:
    text = in_japanese(explanation)
    assert text is not None, explanation
    assert not ENGLISH.search(text), text
    return text


def test_every_explanation_of_the_toml_parser_is_known() -> None:
    code = inspect.getsource(sys.modules[tomllib.loads.__module__])
    texts = re.findall(r"suffixed_err\(\s*\w+,\s*\w+,\s*f?\"(.*?)\"\s*\)", code, re.DOTALL)
    assert len(texts) > 20
    for text in texts:
        said = re.sub(r"\{.*?\}", "'x'", text.replace("\\\\", "\\"))
        said = said.replace("Cannot declare 'x' twice", "Cannot declare ('x',) twice")
        assert japanese(f"{said} (at line 2, column 7)").startswith("2行目の7文字目の近くで、")
        assert japanese(f"{said} (at end of document)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('a = {b = 1\n', "1行目の11文字目の近くで、波かっこが閉じていません"),
        ('a = "b', "ファイルの終わりで、引用符が閉じていません"),
        ("a = あ", "1行目の5文字目の近くで、値がないか、正しくありません。文字は引用符で囲みます"),
        ("a 1", "1行目の3文字目の近くで、項目の名前の後に = がありません"),
        ("a = 1\na = 2", "ファイルの終わりで、同じ項目が二度書かれています"),
        ("見出し = 1", "1行目の1文字目の近くで、項目でも見出しでもない行があります"),
    ],
)  # fmt: skip
def test_a_mistake_in_toml_is_placed_and_named(text: str, words: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert words in japanese(str(caught.value))


@pytest.mark.parametrize(
    "text", ['{"a" 1}', '{"a": }', '[1 2]', '{a: 1}', '["a', "[1] 2", '["\n"]', '["\\x"]', "["]
)  # fmt: skip
def test_a_mistake_in_json_is_named(text: str) -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads(text)
    assert japanese(f"{caught.value.msg}, character 12").startswith("12文字目の近くで、")


@pytest.mark.parametrize(
    "text",
    ["", "<a>", "<a></b>", "<a><", "<a>&x;</a>", "<a/><b/>", "<a b='1' b='2'/>", "<x:a/>", "a",
     "<a>&</a>", "<a>\x01</a>", "<a><![CDATA[</a>", " <?xml version='1.0'?><a/>"],
)  # fmt: skip
def test_a_mistake_in_xml_is_placed_and_named(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        fromstring(text)
    assert re.match(r"\d+行目の\d+文字目の近くで、", japanese(f"{caught.value} (utf-8)"))


@pytest.mark.parametrize(
    ("explanation", "words"),
    [
        ("File is not a zip file", "ZIP ではないか、途中で切れています"),
        ("Bad CRC-32 for file 'a.csv'", "中のファイル 'a.csv' が壊れています"),
        ("database disk image is malformed", "GeoPackage（SQLite）が壊れています"),
        ("'cp932' codec can't decode byte 0x82 in position 0: incomplete multibyte sequence",
         "文字コード cp932 として読めない部分があります"),
        ("[Errno 111] Connection refused", "接続を断られました"),
        ("[Errno -2] Name or service not known", "その名前のサーバーがありません"),
    ],
)  # fmt: skip
def test_common_explanations_of_others_are_known(explanation: str, words: str) -> None:
    assert japanese(explanation) == words


def test_an_explanation_that_is_not_known_stays() -> None:
    assert in_japanese("a new kind of fault") is None
    said = fill_in(DETAIL, "ja", None, None, "a new kind of fault")
    assert said == "a new kind of fault"
    assert fill_in(DETAIL, "en", None, None, "mismatched tag: line 1, column 2").startswith("mis")


def test_an_officer_reads_no_english_of_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("title = { a = 1", "utf-8")
    with pytest.raises(DefinitionError) as of_definition:
        read_toml(tmp_path / "a.toml")
    assert "波かっこが閉じていません" in of_definition.value.message("ja")
    for name, content in (("a.geojson", '{"type": "FeatureCollection", "features": [{"a" 1}]}'),
                          ("a.kml", "<kml><Document></kml>")):  # fmt: skip
        (tmp_path / name).write_text(content, "utf-8")
        with pytest.raises(SourceError) as of_source:
            read(Source(path=name), tmp_path)
        assert not ENGLISH.search(of_source.value.message("ja")), of_source.value.message("ja")
