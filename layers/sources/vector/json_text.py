"""A JSON file to read from, in whatever encoding it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from layers.errors import SourceError
from layers.report import Problem
from layers.schema.source import Source
from layers.sources.encoding import fields, names
from layers.sources.formats import BOMS
from layers.sources.vector import json_stream


@dataclass(frozen=True)
class JsonText:
    """The values of a file, the encoding it is in, and a word on that."""

    reader: json_stream.Reader
    encoding: str
    problems: list[Problem]


@contextmanager
def opened(source: Source, path: Path) -> Iterator[JsonText]:
    """The values of a file, as long as the context lasts. Raises `SourceError`."""
    with (
        _in_utf8(source, path) as (copy, encoding, problems),
        json_stream.opened(path, copy) as reader,
    ):
        yield JsonText(reader, encoding, problems)


@contextmanager
def _in_utf8(source: Source, path: Path) -> Iterator[tuple[Path, str, list[Problem]]]:
    """The file in UTF-8 without a byte order mark, the encoding it was in, and a word on that."""
    with path.open("rb") as content:
        head = content.read(4)
    marked = next((name for bom, name in BOMS if head.startswith(bom)), None)
    declared = source.encoding and names.require_encoding(source.encoding, path)
    encoding = marked or declared or fields.guess_file(path)
    if encoding is None:
        raise SourceError(path, "encoding_unclear")
    problems = []
    if encoding != "utf-8" and not declared:
        problems.append(Problem("warning", "json_encoding", value=encoding))
    if encoding == "utf-8" and not marked:
        yield path, encoding, problems
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        _transcode(path, copy, encoding)
        yield copy, encoding, problems


def _transcode(path: Path, copy: Path, encoding: str) -> None:
    try:
        with (
            path.open(encoding=encoding, newline="") as content,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            target.write(content.read(json_stream.CHUNK).removeprefix("\ufeff"))
            while chunk := content.read(json_stream.CHUNK):
                target.write(chunk)
    except UnicodeError:
        raise SourceError(path, "encoding_broken", encoding) from None
