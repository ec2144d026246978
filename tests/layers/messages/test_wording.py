"""No sentence of English is in what an officer reads in Japanese."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from layers.errors import DefinitionError, SourceError
from layers.messages import MESSAGES, ProblemKind
from layers.messages.message import fill_in
from layers.messages.words import WORDS
from layers.prepare.positions import placed, repaired, usable
from layers.report import Problem
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city, load_layer
from layers.schema.source import Source
from layers.sources.read import read
from tests.layers.city import SmallCity, check_reports, feature_collection, polygon
from tests.layers.sources.books import book

# What stands in quotation marks is a value, a name, or the words of another program, said to be so.
QUOTED = re.compile(r"「[^「」]*」|\"[^\"]*\"|『[^』]*』")
SENTENCE = re.compile(r"(?<![\w./])[A-Za-z]+(?: [A-Za-z]+){2,}")


def english_in(text: str) -> list[str]:
    return SENTENCE.findall(QUOTED.sub("", text))


def test_a_sentence_is_noticed() -> None:
    assert english_in("データを読めません: wanted another path inside")
    assert not english_in("「wanted a path inside」は、Shapefile、GeoJSON ではありません。")


@pytest.mark.parametrize("kind", sorted(MESSAGES))
def test_the_japanese_of_a_kind_is_whole(kind: ProblemKind) -> None:
    message = MESSAGES[kind]
    found = fill_in(message.finding, "ja", "source.path", "値", "細目")
    assert english_in(found) == []
    assert english_in(message.action["ja"]) == []
    assert "wanted" not in found
    assert re.search("です|ます|ません|ください|ました|でした|件。", found), found


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_of_a_library_is_said_in_japanese(word: str) -> None:
    assert not WORDS[word]["ja"].isascii()
    said = fill_in({"ja": "（{detail}）", "en": "({detail})"}, "ja", None, None, f"{word}[1 2]")
    assert said == f"（{WORDS[word]['ja']}[1 2]）"


FLOOD = (BUNDLED_DEFINITIONS / "flood.toml").read_text(encoding="utf-8")
WRONG: list[Any] = ["字", 1.5, -1, True, [1, 2], {"a": 1}, "", float("inf"), 10**12]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, bool):
        return str(value).lower()
    return TypeAdapter(Any).dump_json(value).decode() if value != float("inf") else "inf"


def mistake(load: Callable[[Path], object], path: Path) -> DefinitionError | None:
    try:
        load(path)
    except DefinitionError as error:
        return error
    return None


@pytest.mark.parametrize("name", ["flood", "hydrants", "emergency_sites", "city"])
def test_every_wrong_value_of_a_definition_is_told_in_words_of_ours(
    tmp_path: Path, name: str
) -> None:
    text = (BUNDLED_DEFINITIONS / f"{name}.toml").read_text(encoding="utf-8")
    load = load_city if name == "city" else load_layer
    path = tmp_path / f"{name}.toml"
    lines = text.splitlines()
    seen = set()
    for at, line in enumerate(lines):
        key, equals, _ = line.partition(" = ")
        if not equals or not re.fullmatch(r"[a-z_]+", key):
            continue
        for value in [*WRONG, None]:
            wrong = f"{key} = {toml(value)}" if value is not None else f"{key}x = 1"
            path.write_text("\n".join([*lines[:at], wrong, *lines[at + 1 :]]), encoding="utf-8")
            error = mistake(load, path)
            if error is not None:
                seen.add(error.kind)
                assert error.kind != "value_wrong", (wrong, str(error))
                assert english_in(error.message("ja")) == [], error.message("ja")
                assert error.key
                assert error.key in error.message("ja")
    assert len(seen) > 5


BAD_FILES: dict[str, bytes] = {
    "empty.csv": b"",
    "binary.csv": bytes(range(256)) * 8,
    "open.csv": '名称,緯度,経度\n"あ,35.1,139.1\n'.encode(),
    "nowhere.csv": "名称,備考\nあ,い\n".encode(),
    "numbers.csv": "名称,緯度,経度\nあ,１２３,ある\nい,0,0\nう,99,999\n".encode(),
    "far.csv": "名称,緯度,経度\nあ,51.5,0.1\nい,48.8,2.3\n".encode(),
    "short.zip": b"PK\x03\x04" + b"\0" * 40,
    "packed.csv.gz": b"\x1f\x8b\x08",
    "cut.geojson": b'{"type": "FeatureCollection", "features": [{"type"',
    "topology.json": b'{"type": "Topology", "objects": {}}',
    "rows.geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
    b'"geometry":{"type":"Polygon","coordinates":[[[139.1,35.1],[139.2,35.1]]]}}, 7]}',
    "bow.geojson": feature_collection(
        (polygon([[139.1, 35.1], [139.2, 35.2], [139.2, 35.1], [139.1, 35.2], [139.1, 35.1]]), {})
    ).encode(),
    "none.kml": b"<kml><Document/></kml>",
    "entity.kml": b'<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>',
    "broken.gml": b"<a><b></a>",
    "nothing.xml": b"<a/>",
    "broken.gpkg": b"SQLite format 3\0" + b"\0" * 100,
    "broken.fgb": b"fgb\x03fgb\0" + b"\xff" * 100,
    "broken.parquet": b"PAR1" + b"\xff" * 100 + b"PAR1",
    "broken.shp": b"\0\0\x27\x0a" + b"\xff" * 200,
    "alone.dbf": b"\x03" + b"\0" * 40,
    "broken.xlsx": b"PK\x03\x04 no workbook",
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
    "unknown.bin": b"hello",
}


def told(path: Path) -> list[Problem]:
    """What reading the file finds, and placing its rows."""
    try:
        rows = read(Source(path=path.name), path)
        placed_ = placed(rows, None)
        kind, kept, problems = usable(placed_.geometry, rows.numbers, placed_.unplaced)
        repairs = repaired(placed_.geometry, kept, rows.numbers)[2] if kind == "polygon" else []
    except SourceError as error:
        return [Problem.of(error)]
    return [*rows.problems, *placed_.problems, *problems, *repairs]


def test_a_bad_file_is_told_in_japanese_alone(tmp_path: Path) -> None:
    for name, content in BAD_FILES.items():
        (tmp_path / name).write_bytes(content)
    book(tmp_path / "nowhere.xlsx", ["名称"], ["あ"])
    fixtures = Path(__file__).parents[2] / "fixtures"
    paths = [*tmp_path.iterdir(), *fixtures.glob("*ml/*")]
    for path in paths:
        problems = told(path)
        assert problems or path.suffix in (".gml", ".kml"), path.name
        for problem in problems:
            assert english_in(problem.message("ja")) == [], problem.message("ja")
            assert english_in(problem.action("ja")) == []


def test_what_an_officer_is_shown_of_a_wrong_definition_is_japanese(city: SmallCity) -> None:
    city.declare("points", 'path = "gone.csv"', top="minzoom = 30")
    (report,) = check_reports(city.definitions, city.data, ["points"])
    said = [line["message"].partition(" / ")[0] for line in report.to_json()["problems"]]
    assert said == ["points.toml：定義の「minzoom」は「30」です。22 以下にしてください。"]
