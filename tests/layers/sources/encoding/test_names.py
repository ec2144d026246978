"""One name means one encoding, in whatever kind of file it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.sources.encoding.names import encoding_named, require_encoding


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Shift_JIS", "cp932"),
        ("sjis", "cp932"),
        ("MS932", "cp932"),
        ("windows-31j", "cp932"),
        ("x-sjis", "cp932"),
        ("932", "cp932"),
        ("OEM", "cp932"),
        ("\ufeffUTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("EUC_JP", "euc-jp"),
        ("x-euc-jp", "euc-jp"),
    ],
)
def test_a_name_means_one_encoding(name: str, meant: str) -> None:
    assert encoding_named(name) == meant


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "a\0b", ""])
def test_what_is_no_encoding_of_text_is_refused_by_name(name: str) -> None:
    assert encoding_named(name) is None
    with pytest.raises(SourceError, match="the name of an encoding"):
        require_encoding(name, Path("a.csv"))
