"""Which encoding is meant by a name, as definitions, .cpg files and XML write it."""

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
MEANT = {"shift_jis": "cp932", "euc_jp": "euc-jp", "utf_8_sig": "utf-8", "utf_8": "utf-8"}


def named(name: str) -> str | None:
    """The encoding that is meant by a name; None where there is none of text."""
    plain = name.strip().strip("\ufeff\"'").strip()
    plain = NOT_PYTHONS.get(plain.lower(), plain)
    try:
        b"text".decode(plain, errors="ignore")  # refuses codecs that give no text
        found = lookup(plain).name
    except (LookupError, ValueError):
        return None
    return MEANT.get(found.replace("-", "_"), found)


def known(name: str, path: Path) -> str:
    """As `named`. Raises `SourceError` for a `source.encoding` that is not known."""
    found = named(name)
    if found is None:
        raise SourceError(path, "encoding_unknown", name, key="source.encoding")
    return found
