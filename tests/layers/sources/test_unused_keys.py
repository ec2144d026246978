"""A key of a definition that would do nothing is an error, and nothing is read by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.schema.source import Source
from layers.sources.files import locate
from layers.sources.read import read
from tests.layers.sources.books import book

FILES = {
    "a.csv": "名称,緯度,経度\nあ,35.1,139.1\n",
    "a.geojson": '{"type": "Feature", "properties": {}, '
    '"geometry": {"type": "Point", "coordinates": [139.1, 35.1]}}',
    "a.kml": "<kml><Placemark><Point><coordinates>139.1,35.1</coordinates></Point></Placemark>"
    "</kml>",
}


@pytest.mark.parametrize(
    ("name", "key", "value", "kind"),
    [
        ("a.csv", "sublayer", "一覧", "sublayer_of_none"),
        ("a.kml", "sublayer", "一覧", "sublayer_of_none"),
        ("a.kml", "encoding", "cp932", "encoding_of_none"),
        ("a.xlsx", "encoding", "cp932", "encoding_of_none"),
        *(("a.geojson", key, "緯度", "not_of_a_table") for key in ("wkt", "header")),
        *(("a.kml", key, "緯度", "not_of_a_table") for key in ("wkt", "header")),
    ],
)
def test_a_key_that_would_do_nothing_is_refused(
    tmp_path: Path, name: str, key: str, value: str, kind: str
) -> None:
    for file, text in FILES.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    book(tmp_path / "a.xlsx", ["名称", "緯度", "経度"], ["あ", 35.1, 139.1])
    source = Source(path=name).model_copy(update={key: 1 if key == "header" else value})
    with pytest.raises(SourceError) as caught:
        read(source, locate(source, tmp_path))
    assert (caught.value.kind, caught.value.key) == (kind, f"source.{key}")
    assert read(Source(path=name), tmp_path / name).total == 1
