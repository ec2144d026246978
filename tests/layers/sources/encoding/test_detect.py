"""The encoding of a text file is found by its bytes, and the report says how."""

from __future__ import annotations

import csv
import io
import random
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from layers.errors import SourceError
from layers.sources.encoding.detect import Decoded, decode

PATH = Path("points.csv")
TEXT = "番号,名称,住所\r\n1,コミュニティセンター,静岡県焼津市本町5-9-1\r\n2,ｺﾐｭﾆﾃｨ,あかね町\r\n"
ENCODINGS = [
    ("utf-8", "utf-8", "encoding_utf8"),
    ("utf-8-sig", "utf-8", "encoding_bom"),
    ("utf-16", "utf-16", "encoding_bom"),
    ("utf-16-le", "utf-16-le", "encoding_nul"),
    ("utf-16-be", "utf-16-be", "encoding_nul"),
    ("cp932", "cp932", "encoding_japanese"),
    ("euc_jp", "euc-jp", "encoding_japanese"),
    ("iso2022_jp_ext", "iso2022_jp_ext", "encoding_escape"),
]


def found(content: bytes, declared: str | None = None) -> tuple[str, str, list[str]]:
    decoded = decode(content, declared, PATH)
    return decoded.text, decoded.encoding, [problem.kind for problem in decoded.problems]


@pytest.mark.parametrize(("written", "encoding", "why"), ENCODINGS)
def test_an_encoding_is_found_and_said_why(written: str, encoding: str, why: str) -> None:
    assert found(TEXT.encode(written)) == (TEXT, encoding, [why])


@pytest.mark.parametrize(
    "name", ["Shift_JIS", "shift-jis", "sjis", "x-sjis", "MS932", "windows-31j", "cp932", "932"]
)
def test_what_windows_calls_shift_jis_is_cp932(name: str) -> None:
    assert found("～①髙﨑㈱".encode("cp932"), name) == ("～①髙﨑㈱", "cp932", ["encoding_declared"])


@pytest.mark.parametrize("name", ["klingon", "base64", "zlib", """ "; rm -rf """])
def test_an_encoding_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(SourceError, match=r"source\.encoding is .* wanted the name of an encoding"):
        decode(b"a,b", name, PATH)


def test_a_definition_that_contradicts_the_file_is_believed_and_told() -> None:
    text, encoding, kinds = found("避難所".encode(), "cp932")
    assert (encoding, kinds) == ("cp932", ["encoding_declared", "encoding_contradicted"])
    assert "避" not in text


def test_a_mark_is_never_a_part_of_the_first_name() -> None:
    assert found(b"\xef\xbb\xbf" * 2 + "名称".encode())[0] == "名称"


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc-jp"])
def test_a_broken_byte_does_not_change_what_a_file_is_taken_for(encoding: str) -> None:
    content = TEXT.encode(encoding).replace(b"5-9-1", b"5-\xff-1") * 3
    text, used, _ = found(content)
    assert used == encoding
    assert text.count("コミュニティセンター") == 3
    assert len(text) == 3 * len(TEXT)


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 20, zlib.compress(TEXT.encode() + random.Random(4).randbytes(900))],
)
def test_what_is_mostly_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError, match="is no text file"):
        decode(content, None, PATH)


def test_a_table_with_japanese_far_down_is_told_by_that() -> None:
    content = b"1,2,3\r\n" * 50_000 + "焼津市立図書館\r\n".encode("euc_jp")
    assert found(content)[1] == "euc-jp"


def test_a_table_in_halfwidth_katakana_is_not_taken_for_kanji() -> None:
    names = ["ﾔｲｽﾞｼ", "ﾎﾝﾏﾁ", "ﾋｶﾞｼｺｶﾞﾜ", "ｻｶｴﾁｮｳ", "ｺﾔｼｷ", "ｵｵｽﾐ", "ﾔｷﾞｿﾈ", "ﾅｶﾐﾅﾄ", "ﾀｼﾞﾘ", "ｲｼﾂﾞ"]
    content = "".join(f"{name},1\r\n" for name in names).encode("cp932")
    assert found(content)[:2] == (content.decode("cp932"), "cp932")


@settings(deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        decoded = decode(content, None, PATH)
    except SourceError:
        return
    assert isinstance(decoded, Decoded)


@pytest.mark.shared
@pytest.mark.parametrize(("written", "encoding", "why"), ENCODINGS)
def test_real_tables_read_the_same_in_every_encoding(
    shared: Path, written: str, encoding: str, why: str
) -> None:
    count = 0
    for path in sorted(shared.glob("yaizu/*/*.csv")):
        text, _, _ = found(path.read_bytes())
        if text.isascii():
            continue
        try:
            content = text.encode(written)
        except UnicodeEncodeError:
            continue  # № is not in every one
        assert found(content) == (text, encoding, [why]), path.name
        assert list(csv.reader(io.StringIO(text, newline="")))
        count += 1
    assert count > 20


KATAKANA = ["ｱｵﾊﾞﾀﾞｲ", "ﾔｲﾂﾞｼ", "ﾎﾝﾏﾁ", "ﾋｶﾞｼｺｶﾞﾜ", "ｻｶｴﾁｮｳ", "ﾐｿﾞﾇﾏ", "ﾊﾏｻｷ", "ｷﾀﾊﾗ", "ｵｶ", "ﾀｼﾞﾏ"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc-jp"])
@pytest.mark.parametrize("header", ["", "番号,施設名\r\n", "id,name\r\n"])
def test_halfwidth_katakana_are_told_in_every_encoding(encoding: str, header: str) -> None:
    for start in range(len(KATAKANA)):
        names = (KATAKANA * 2)[start : start + 6]
        text = header + "".join(f"{number},{name}\r\n" for number, name in enumerate(names))
        assert found(text.encode(encoding))[:2] == (text, encoding)


def test_a_single_word_that_may_be_katakana_is_taken_for_cp932() -> None:
    assert found("id,質\r\n1,実\r\n".encode("cp932"))[1] == "cp932"


@pytest.mark.shared
def test_rows_of_real_tables_are_told_apart_by_few_words(shared: Path) -> None:
    """Words of real tables, each alone in a file: one that is ASCII otherwise."""
    words = {
        word
        for path in sorted(shared.glob("yaizu/*/*.csv"))
        for word in re.findall(r"[^\x00-\x7f]{2,12}", found(path.read_bytes())[0])
    }
    chosen = random.Random(4).sample(sorted(words), 600)
    wrong = {"utf-8": 0, "cp932": 0, "euc-jp": 0}
    for word in chosen:
        for encoding in wrong:
            content = f"id,name\n1,{word}\n".encode(encoding, errors="replace")
            text = content.decode(encoding)
            wrong[encoding] += found(content)[0] != text
    assert max(wrong.values()) <= 3, wrong


def test_a_file_that_ends_amid_a_character_is_utf8() -> None:
    text = "label\n路線名,路線名\nitem2,路線"
    assert found(text.encode()[:-1])[1:] == ("utf-8", ["encoding_utf8_broken"])
