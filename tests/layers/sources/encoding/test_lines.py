"""A table of lines in several encodings is read line by line where each can only be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.sources.encoding.detect import decode
from layers.sources.encoding.lines import mixed

PATH = Path("points.csv")
ROWS = ["名称,所在地", "甲,本町一丁目", "乙,髙橋ﾋﾞﾙ", "丙,栄町三丁目", "丁,中町 1-2"]


@pytest.mark.parametrize(
    ("encodings", "most", "lines", "other"),
    [
        (["utf-8", "utf-8", "cp932", "utf-8", "utf-8"], "UTF-8", "3", "CP932"),
        (["utf-8", "utf-8", "utf-8", "cp932", "cp932"], "UTF-8", "4-5", "CP932"),
        (["utf-8-sig", "utf-8", "utf-8", "cp932", "utf-8"], "UTF-8", "4", "CP932"),
        (["cp932", "utf-8", "cp932", "utf-8", "cp932"], "CP932", "2, 4", "UTF-8"),
        (["utf-8", "utf-8", "utf-8", "euc-jp", "utf-8"], "UTF-8", "4", "EUC-JP"),
        (["euc-jp", "euc-jp", "utf-8", "euc-jp", "euc-jp"], "EUC-JP", "3", "UTF-8"),
    ],
)
def test_each_line_is_read_in_its_own_encoding_and_it_is_said(
    encodings: list[str], most: str, lines: str, other: str
) -> None:
    rows = ["乙,高橋荘" if "髙" in row else row for row in ROWS] if "euc-jp" in encodings else ROWS
    content = b"".join(
        f"{row}\r\n".encode(encoding) for row, encoding in zip(rows, encodings, strict=True)
    )
    decoded = decode(content, None, PATH)
    assert decoded.text.splitlines() == rows
    assert decoded.encoding.upper() == most
    assert [(p.severity, p.kind, p.value, p.detail) for p in decoded.problems] == [
        ("note", "encoding_of_most", most, ""),
        ("warning", "encoding_of_lines", lines, other),
    ]
    assert f"{lines}行目は文字コードが {other} で" in decoded.problems[1].message("ja")


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc-jp"])
def test_a_file_of_one_encoding_is_not_taken_for_mixed(encoding: str) -> None:
    rows = "\n".join(row.replace("髙", "高") for row in ROWS)
    assert mixed(rows.encode(encoding)) is None


def test_a_broken_byte_makes_no_line_of_another_encoding() -> None:
    for number in range(1, len(ROWS)):
        lines = [row.encode() for row in ROWS]
        for at in range(len(lines[number])):
            if lines[number][at] < 0x80:
                continue
            broken = lines[number][:at] + b"\xff" + lines[number][at + 1 :]
            content = b"\n".join([*lines[:number], broken, *lines[number + 1 :]])
            decoded = decode(content, None, PATH)
            assert [problem.kind for problem in decoded.problems] == ["encoding_utf8_broken"]
            kept = [row for index, row in enumerate(ROWS) if index != number]
            assert set(kept) <= set(decoded.text.split("\n"))


def test_a_name_of_cp932_that_could_be_utf8_stays_as_it_is() -> None:
    """蜻浦 in CP932 is a rare kanji and a letter in UTF-8."""
    rows = ["名称,番号", "蜻浦,1", "本町,2"]
    content = "\n".join(rows).encode("cp932")
    assert decode(content, None, PATH).text.split("\n") == rows


def test_lines_that_are_in_no_encoding_are_named() -> None:
    lines = [row.encode() for row in ROWS]
    lines[3] = b"\xff\xfe\xff\xfd" * 20
    with pytest.raises(SourceError, match="Line 4 is text neither in UTF-8 nor") as caught:
        decode(b"\n".join(lines), None, PATH)
    assert "4行目に、" in caught.value.message("ja")
