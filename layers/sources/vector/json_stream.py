"""JSON read a value at a time: no more of a file is held than a value needs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import orjson

from layers.errors import SourceError

CHUNK = 1 << 20  # characters read at a time
LONGEST_LINE = 16 << 20  # characters looked through for the end of a line
LONGEST = 256 << 20  # characters of one value
ROUGH = float(1 << 63)  # from here on orjson gives whole numbers as floats
EXACT = frozenset({str, int, bool, type(None)})  # of which orjson loses nothing
SPACE = " \t\r\n\x1e"


@contextmanager
def opened(path: Path, copy: Path) -> Iterator[Reader]:
    """The values of `copy`, in UTF-8; errors are of `path`. Raises `SourceError`."""
    try:
        with copy.open(encoding="utf-8", newline="") as text:
            yield Reader(path, text)
    except UnicodeDecodeError:
        raise SourceError(path, "encoding_broken", "UTF-8") from None


class Reader:
    """The values of a text, from the first to the last. Its methods raise `SourceError`."""

    def __init__(self, path: Path, text: TextIO) -> None:
        self._path, self._text = path, text
        self._lines = True
        self._decode = json.JSONDecoder().raw_decode
        self._held, self._at, self._passed = "", 0, 0

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._held) or not self._more(CHUNK):
                return self._held[self._at : self._at + 1]

    def take(self, character: str) -> None:
        """Pass over a character that must come next."""
        if self.peek() != character or not character:
            raise self._broken(f"{character!r} expected")
        self._at += 1

    def skip_line(self) -> str:
        """Pass over the rest of a line, and give it."""
        while (end := self._held.find("\n", self._at)) < 0 and self._more(CHUNK):
            self._check_length()
        end = len(self._held) if end < 0 else end
        line, self._at = self._held[self._at : end], min(end + 1, len(self._held))
        return line

    def elements(self) -> Iterator[Any]:
        """The values of the list that comes next."""
        self.take("[")
        self.look_for_lines()
        while self.peek() != "]":
            yield self.value()
            if self.peek() != "]":
                self.take(",")
        self.take("]")

    def look_for_lines(self) -> None:
        """Expect objects that end with their lines, whatever came before."""
        self._lines = True

    def value(self) -> Any:
        """The next value."""
        self.peek()
        if self._at > CHUNK:  # an error counts the characters of all that is held
            self._passed += self._at
            self._held, self._at = self._held[self._at :], 0
        while True:
            if self._lines and (value := self._object_of_line()) is not None:
                return value
            try:
                value, end = self._decode(self._held, self._at)
            except (ValueError, StopIteration) as error:
                if not self._more(max(CHUNK, len(self._held) - self._at)):
                    raise self._broken(getattr(error, "msg", "a value expected")) from None
                self._check_length()
                continue
            # A number at the end of what is held may go on.
            if end == len(self._held) and self._more(CHUNK):
                continue
            self._at = end
            return value

    def _object_of_line(self) -> Any:
        """The next value where it is an object that ends with its line, as most writers do it.

        Quicker; None for any other value, and where a whole number is beyond 64 bits. After an
        object that does not end so, no more are looked for.
        """
        if not self._held.startswith("{", self._at):
            return None
        while (end := self._held.find("\n", self._at)) < 0 and self._more(CHUNK):
            if len(self._held) - self._at > LONGEST_LINE:
                break
        line = self._held[self._at : max(end, self._at)].rstrip(SPACE + ",")
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            self._lines = False
            return None
        if _is_rough([member for name, member in value.items() if name != "geometry"]):
            return None
        self._at += len(line)
        return value

    def _more(self, count: int) -> bool:
        chunk = self._text.read(count)
        if not chunk:
            return False
        self._passed += self._at
        self._held, self._at = self._held[self._at :] + chunk, 0
        return True

    def _check_length(self) -> None:
        if len(self._held) > LONGEST:
            raise SourceError(self._path, "endless_value", detail=str(LONGEST))

    def _broken(self, why: str) -> SourceError:
        position = self._passed + self._at + 1
        return SourceError(self._path, "damaged", detail=f"{why}, character {position}")


def _is_rough(values: Collection[Any], depth: int = 4) -> bool:
    """Whether one of them, or in them, may be a whole number that lost digits.

    What lies deeper than `depth` is not looked at and may, too.
    """
    return not EXACT.issuperset(map(type, values)) and any(
        (type(value) is float and abs(value) >= ROUGH)
        or (type(value) is dict and (not depth or _is_rough(value.values(), depth - 1)))
        or (type(value) is list and (not depth or _is_rough(value, depth - 1)))
        for value in values
    )


@dataclass
class Document:
    """The members of the outermost object but its features, and whether it has these."""

    members: dict[str, Any] = field(default_factory=dict)
    collection: bool = False


def collected(reader: Reader, document: Document) -> Iterator[Any]:
    """The features of the outermost object one by one; its other members into `document`."""
    reader.take("{")
    while reader.peek() != "}":
        key = reader.value()
        reader.take(":")
        if key == "features" and reader.peek() == "[":
            document.collection = True
            yield from reader.elements()
        else:
            document.members[str(key)] = reader.value()
        if reader.peek() != "}":
            reader.take(",")
    reader.take("}")
