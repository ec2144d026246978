"""XML with faults that leave no doubt is read, and said so by line; with others it is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers.errors import SourceError
from tests.layers.sources.geodata import found, kinds, read

DECLARATION = '<?xml version="1.0" encoding="{encoding}"?>\n'
DOCUMENTS = {
    "kml": (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n<Placemark><name>{name}</name>\n'
        "<Point><coordinates>139.6,35.8</coordinates></Point></Placemark></Document></kml>"
    ),
    "gpx": (
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">\n\n'
        '<wpt lat="35.8" lon="139.6"><name>{name}</name></wpt></gpx>'
    ),
    "gml": (
        '<ksj:Dataset xmlns:ksj="http://nlftp.mlit.go.jp/ksj/schemas/ksj-app"\n'
        ' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        "<ksj:Facility><ksj:name>{name}</ksj:name>"
        '<ksj:position><gml:Point gml:id="p"><gml:pos>35.8 139.6</gml:pos></gml:Point>'
        "</ksj:position></ksj:Facility></ksj:Dataset>"
    ),
}
LINE = {"kml": "3", "gpx": "4", "gml": "4"}  # of the name


def document(
    folder: Path, suffix: str, name: str, said: str = "UTF-8", real: str = "utf-8"
) -> Path:
    text = DECLARATION.format(encoding=said) + DOCUMENTS[suffix].format(name=name)
    path = folder / f"places.{suffix}"
    path.write_bytes(text.encode(real))
    return path


@pytest.mark.parametrize("suffix", DOCUMENTS)
@pytest.mark.parametrize(
    ("written", "name", "kind"),
    [
        ("A&B商店", "A&B商店", "xml_ampersand"),
        ("A & B", "A & B", "xml_ampersand"),
        ("?a=1&b=2&amp;c=3", "?a=1&b=2&c=3", "xml_ampersand"),
        ("a&unheard;b", "a&unheard;b", "xml_ampersand"),
        ("本町&nbsp;&yen;&LT;", "本町\xa0¥<", "xml_entity"),
        ("制御\x0b文字", "制御 文字", "xml_control"),
        ("制御&#11;文字", "制御 文字", "xml_control"),
        ("1\x0b2", "1\ufffd2", "xml_control"),
        ("文\x15字", "文\ufffd字", "xml_control"),
        ("文&#0;&#xFFFE;字", "文\ufffd\ufffd字", "xml_control"),
    ],
)
def test_a_fault_is_repaired_and_its_line_named(
    tmp_path: Path, suffix: str, written: str, name: str, kind: str
) -> None:
    rows = read(document(tmp_path, suffix, written))
    assert rows.columns["name"].tolist() == [name]
    assert rows.geometry[0].coords[0] == (139.6, 35.8)
    assert (rows.path, rows.encoding) == (tmp_path / f"places.{suffix}", "utf-8")
    assert [(k, row, value) for k, row, _, value in found(rows)] == [(kind, None, LINE[suffix])]
    assert f"{LINE[suffix]}行目に" in rows.problems[0].message("ja")


@pytest.mark.parametrize("suffix", DOCUMENTS)
@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("UTF-8", "cp932"), ("UTF-8", "euc-jp"), ("Shift_JIS", "utf-8"), ("EUC-JP", "utf-8"),
        ("ISO-8859-1", "utf-8"), ("EUC-JP", "cp932"),
    ],
)  # fmt: skip
def test_an_encoding_that_is_not_the_declared_one_is_told_by_the_text(
    tmp_path: Path, suffix: str, declared: str, real: str
) -> None:
    rows = read(document(tmp_path, suffix, "防災倉庫、高橋橋", declared, real))
    assert rows.columns["name"].tolist() == ["防災倉庫、高橋橋"]
    assert rows.encoding == real
    (problem,) = rows.problems
    assert (problem.severity, problem.kind) == ("warning", "xml_encoding_wrong")
    assert f"実際は {real.upper()} です" in problem.message("ja")


def test_lines_of_several_encodings_are_read_each_in_its_own(tmp_path: Path) -> None:
    text = DECLARATION.format(encoding="UTF-8") + DOCUMENTS["kml"].format(name="@")
    first, second = text.replace("<Document>", "<Document><name>朝霞市</name>").split("@")
    path = tmp_path / "a.kml"
    path.write_bytes(first.encode() + "消防水利".encode("cp932") + second.encode())
    rows = read(path)
    assert rows.columns["name"].tolist() == ["消防水利"]
    assert found(rows) == [("encoding_of_lines", None, None, "3")]


def test_a_broken_byte_breaks_its_own_value_only(tmp_path: Path) -> None:
    path = document(tmp_path, "kml", "防災@倉庫")
    path.write_bytes(path.read_bytes().replace(b"@", b"\xff"))
    rows = read(path)
    assert rows.columns["name"].tolist() == ["防災\ufffd倉庫"]
    assert found(rows) == [("xml_undecodable", None, None, "3")]


@pytest.mark.parametrize("space", ["\n\n", " ", "\ufeff\ufeff", "\r\n"])
def test_space_before_the_declaration_is_passed_over(tmp_path: Path, space: str) -> None:
    path = document(tmp_path, "kml", "A&B")
    path.write_text(space + path.read_text("utf-8"), encoding="utf-8", newline="")
    rows = read(path)
    assert rows.columns["name"].tolist() == ["A&B"]
    line = 3 + space.count("\n")
    assert ("xml_ampersand", None, None, str(line)) in found(rows)


def test_what_xml_takes_as_it_is_stays_as_it_is(tmp_path: Path) -> None:
    inside = "<![CDATA[<td>A & B &nbsp;</td>]]><!-- a & b --> &amp; & C"
    rows = read(document(tmp_path, "kml", inside))
    assert rows.columns["name"].tolist() == ["<td>A & B &nbsp;</td> & & C"]
    assert kinds(rows) == ["xml_ampersand"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("</name>", "", "Line 4 is no well-formed XML .mismatched tag"),
        ("35.8<", "35.8< <", "Line 4 is no well-formed XML .not well-formed"),
        ("@", "0.5m < 水深 & 3m", "Line 3 is no well-formed XML"),
        ("<Point>", "<gx:Point>", "Line 4 is no well-formed XML .unbound prefix"),
        ("</kml>", "</kml><kml/>", "Line 4 is no well-formed XML .junk after"),
        ("</Document></kml>", "", "ends early, in line 4"),
        ("</Document></kml>", "<![CDATA[", "ends early, in line 4"),
    ],
)
def test_what_may_mean_several_things_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = document(tmp_path, "kml", "@")
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=reason) as caught:
        read(path)
    assert "行目で" in caught.value.message("ja")
    reason_in_japanese = caught.value.message("ja").partition("（")[2]
    assert not re.search("[a-z]", reason_in_japanese), reason_in_japanese


@pytest.mark.parametrize("coordinates", ["13\x0b9.6,35.8", "139.6,35.8\x15", "139&6,35.8", "\x15"])
def test_a_position_is_never_guessed(tmp_path: Path, coordinates: str) -> None:
    path = document(tmp_path, "kml", "a")
    path.write_text(path.read_text("utf-8").replace("139.6,35.8", coordinates), encoding="utf-8")
    rows = read(path)
    assert rows.geometry.tolist() == [None]
    assert list(rows.unplaced) == [1]


def test_a_position_of_gml_is_never_guessed(tmp_path: Path) -> None:
    path = document(tmp_path, "gml", "a")
    text = path.read_text("utf-8").replace("35.8 139.6", "35.8 13\x0b9.6")
    path.write_text(text, encoding="utf-8")
    assert list(read(path).unplaced) == [1]


def test_no_entity_is_made_by_a_repair(tmp_path: Path) -> None:
    path = document(tmp_path, "kml", "A & &x;")
    entity = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    text = path.read_text("utf-8").replace("?>\n", f"?>\n{entity}", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="DTD or entities"):
        read(path)


def test_a_document_that_is_too_large_is_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.sources.vector.xml.REPAIRABLE", 100)
    with pytest.raises(SourceError, match="Line 3 is no well-formed XML"):
        read(document(tmp_path, "kml", "A & B"))
    with pytest.raises(SourceError, match="says that it is in UTF-8, and not all of it is"):
        read(document(tmp_path, "kml", "防災倉庫", "UTF-8", "cp932"))


def test_many_openings_without_an_end_take_no_longer_than_the_text(tmp_path: Path) -> None:
    path = document(tmp_path, "kml", "&" + "<!--" * 500_000)
    with pytest.raises(SourceError):
        read(path)
