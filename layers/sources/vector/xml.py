"""XML read from start to end: no entities, no DTD, in any encoding it says."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers.expat import errors

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from layers.errors import SourceError
from layers.sources.encoding import names
from layers.sources.encoding.fields import surely_utf8
from layers.sources.formats import BOMS

DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
# What the parser says of a document that ends amid an element.
CUT = frozenset({
    errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN, errors.XML_ERROR_PARTIAL_CHAR,
    errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
})  # fmt: skip
REPAIRABLE = 64 << 20  # bytes of a document that is looked into as a whole
HEAD = 1024  # bytes in which the declaration must be
DEEPEST = 200  # elements within one another; CityGML has some 20


def events(path: Path) -> Iterator[tuple[str, Element]]:
    """The starts and ends of elements. Raises `SourceError`.

    An element is whole at its end; the caller empties those it is done with, so that memory is
    bounded by what it keeps.
    """
    with path.open("rb") as raw:
        encoding = encoding_of(path, raw)
        if not encoding.startswith("utf-") and is_utf8_instead(path):
            raise SourceError(path, "xml_encoding", encoding.upper())
        text = io.TextIOWrapper(raw, encoding, newline="")
        parser = DefusedXMLParser(target=TreeBuilder(), encoding="utf-8", forbid_dtd=True)
        try:
            depth = 0
            for event, element in iterparse(_Utf8(text), ("start", "end"), parser):
                depth += 1 if event == "start" else -1
                if depth > DEEPEST:
                    raise SourceError(path, "too_deep")
                yield event, element
        except DefusedXmlException:
            raise SourceError(path, "dtd") from None
        except UnicodeDecodeError:
            raise SourceError(path, "xml_encoding", encoding.upper()) from None
        except ParseError as error:
            raise _malformed(path, error) from None


def _malformed(path: Path, error: ParseError) -> SourceError:
    line, _ = error.position
    reason = errors.messages[error.code]
    if reason in CUT:
        return SourceError(path, "xml_cut", line)
    return SourceError(path, "xml_malformed", line, reason)


def encoding_of(path: Path, raw: IO[bytes]) -> str:
    """The encoding a document is in; `raw` is left behind its byte order mark."""
    head = raw.read(HEAD)
    raw.seek(0)
    for bom, name in BOMS:
        if head.startswith(bom):
            raw.seek(len(bom))
            return name
    declared = DECLARED.search(head)
    if declared is None:
        return "utf-8"
    name = declared[1].decode("ascii")
    encoding = names.encoding_named(name)
    if encoding is None:
        raise SourceError(path, "encoding_unknown", name, key="encoding")
    return "utf-8" if codecs.lookup(encoding).name.startswith("utf-16") else encoding


def is_utf8_instead(path: Path) -> bool:
    """Whether a document that says to be in another encoding is in UTF-8 after all."""
    return path.stat().st_size <= REPAIRABLE and surely_utf8([path.read_bytes()])


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def space(tag: str) -> str:
    """The namespace of a name; "" without one."""
    return tag.rpartition("}")[0].lstrip("{")


class _Utf8(io.RawIOBase):
    """Text as the bytes that the parser is told to expect."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        return self._text.read(size).encode("utf-8", "surrogatepass")
