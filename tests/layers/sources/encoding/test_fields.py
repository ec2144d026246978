"""The encoding of geodata's text is told by all of its fields together."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.sources.encoding.fields import guess, guess_file

ENCODINGS = ["utf-8", "cp932", "euc-jp"]
FIELDS = {
    "kanji": ["朝霞市立第一小学校", "本町", "消防水利"],
    "katakana": ["ｱｵﾊﾞﾀﾞｲ", "ﾋｶﾞｼｺｶﾞﾜ", "ｻｶｴﾁｮｳ"],
    "both": ["本町", "ﾎﾝﾁｮｳ"],
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("texts", FIELDS.values(), ids=FIELDS)
def test_fields_are_told_in_every_encoding(tmp_path: Path, encoding: str, texts: list[str]) -> None:
    contents = [text.encode(encoding) for text in texts]
    assert guess(contents) == encoding
    path = tmp_path / "a.json"
    path.write_bytes(b'["' + b'","'.join(contents) + b'"]')
    assert guess_file(path) == encoding


def test_fields_that_are_cut_amid_a_character_are_told_too() -> None:
    assert guess(["焼津市本町".encode()[:-1], "消防".encode()[:-2]]) == "utf-8"


def test_what_is_in_no_encoding_has_none(tmp_path: Path) -> None:
    assert guess([b"\x85 \xff"]) is None
    path = tmp_path / "a.json"
    path.write_bytes(b"\x85 \xff")
    assert guess_file(path) is None
