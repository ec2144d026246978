"""Encodings by their names, as definitions, .cpg files and XML write them."""

from __future__ import annotations

from codecs import lookup
from pathlib import Path

from layers.errors import SourceError

# Windows' and ESRI's own names, which Python does not know.
NOT_PYTHONS = {
    "932": "cp932",
    "oem": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "65001": "utf-8",
    "x-euc-jp": "euc-jp",
}
# What is called Shift_JIS is CP932: read as the JIS standard's code, ～ and ① are lost.
CODECS = {"shift_jis": "cp932", "euc_jp": "euc-jp", "utf_8_sig": "utf-8", "utf_8": "utf-8"}


def encoding_named(name: str) -> str | None:
    """The encoding of a name; None where it is none, or none of text."""
    plain = name.strip().strip("\ufeff\"'").strip()
    plain = NOT_PYTHONS.get(plain.lower(), plain)
    try:
        b"text".decode(plain, errors="ignore")  # refuses codecs that give no text
        codec = lookup(plain).name
    except (LookupError, ValueError):
        return None
    return CODECS.get(codec.replace("-", "_"), codec)


def require_encoding(name: str, path: Path) -> str:
    """As `encoding_named`. Raises `SourceError` for a `source.encoding` that is none."""
    encoding = encoding_named(name)
    if encoding is None:
        raise SourceError(path, "encoding_unknown", name, key="source.encoding")
    return encoding
