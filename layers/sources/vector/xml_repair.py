"""XML with faults that leave no doubt of what was meant, as well-formed XML.

Bare ampersands, characters named as in HTML, control characters, space before the declaration, and
an encoding that is not the declared one. Everything else stays as it is, and is refused: what an
unclosed tag or a bare < was to say, nobody knows. DTDs and entities are no more allowed than
anywhere else.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.entities import html5
from pathlib import Path

from layers.errors import SourceError
from layers.messages import ProblemKind
from layers.report import Problem
from layers.sources.encoding.detect import decode
from layers.sources.encoding.lines import numbered
from layers.sources.vector import xml

FAULTS = frozenset({"xml_malformed", "xml_encoding"})  # kinds of errors that may be repaired
DECLARATION = re.compile(r"\A(\s*)<\?xml\s.*?\?>", re.DOTALL)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What breaks a line or a page is a space, unless it parts a number: that would be two numbers.
SPACE = re.compile(r"(?<![\d.])[\x0b\x0c]|[\x0b\x0c](?![\d.])")
AMPERSAND = re.compile(r"&(?:(#[0-9]{1,9}|#x[0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]*);)?")
VERBATIM = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}  # where an ampersand is itself
START = re.compile("|".join(map(re.escape, VERBATIM)))
PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
NAMED = 10  # characters that a problem names


@dataclass(frozen=True, slots=True)
class Repaired:
    """A well-formed copy of a document in UTF-8, the encoding it was in, and what was done."""

    copy: Path
    encoding: str
    problems: list[Problem]


@dataclass
class _Faults:
    """Where faults of each kind are, as offsets in the text, and which characters are concerned."""

    offsets: defaultdict[ProblemKind, list[int]] = field(default_factory=lambda: defaultdict(list))
    characters: defaultdict[ProblemKind, dict[str, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, kind: ProblemKind, offset: int, character: str = "") -> None:
        """Note one fault."""
        self.offsets[kind].append(offset)
        if character:
            self.characters[kind][character] = None

    def problems(self, text: str) -> list[Problem]:
        """The faults of a text by kind, with their lines."""
        return [
            Problem(
                "warning" if kind == "xml_control" else "note",
                kind,
                value=numbered(_lines(text, offsets)),
                detail=", ".join([*self.characters[kind]][:NAMED]),
            )
            for kind, offsets in self.offsets.items()
        ]


@contextmanager
def repaired(path: Path, error: SourceError) -> Iterator[Repaired]:
    """The document at `path` without its faults. Raises `error` where nothing can be done."""
    if path.stat().st_size > xml.REPAIRABLE:
        raise error
    text, encoding, problems = _decoded(path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    declaration = DECLARATION.match(text)
    if declaration:
        text = declaration[1] + text[declaration.end() :]  # the copy is in UTF-8
        if declaration[1]:
            problems.append(Problem("note", "xml_late_declaration"))
    text, of_controls = _without_controls(text)
    text, of_ampersands = _without_bare_ampersands(text)
    problems += [*of_controls, *of_ampersands]
    if not problems:
        raise error
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_text(text, encoding="utf-8", newline="")
        yield Repaired(copy, encoding, problems)


def _decoded(path: Path) -> tuple[str, str, list[Problem]]:
    """The text, its encoding, and what is to be said where that is not the declared one."""
    with path.open("rb") as raw:
        declared = xml.encoding_of(path, raw)
        content = raw.read()
    if declared.startswith("utf-16"):
        return content.decode(declared, errors="replace"), declared, []
    try:
        text = content.decode(declared)
        if declared == "utf-8" or not xml.is_utf8_instead(path):
            return text, declared, []
    except UnicodeDecodeError:
        pass
    decoded = decode(content, None, path)
    problems = [problem for problem in decoded.problems if problem.severity == "warning"]
    name = decoded.encoding.upper()
    if decoded.encoding != declared:
        wrong = Problem("warning", "xml_encoding_wrong", value=name, detail=declared.upper())
        problems.append(wrong)
    broken = [match.start() for match in re.finditer("\ufffd", decoded.text)]
    if broken:
        lines = numbered(_lines(decoded.text, broken))
        problems.append(Problem("warning", "xml_undecodable", value=lines, detail=name))
    return decoded.text, decoded.encoding, problems


def _without_controls(text: str) -> tuple[str, list[Problem]]:
    """The text with a space, or U+FFFD, for each control character."""
    faults = _Faults()
    for match in CONTROL.finditer(text):
        faults.add("xml_control", match.start(), f"U+{ord(match[0]):04X}")
    return CONTROL.sub("\ufffd", SPACE.sub(" ", text)), faults.problems(text)


def _without_bare_ampersands(text: str) -> tuple[str, list[Problem]]:
    """The text with a reference that XML knows for each ampersand."""
    faults = _Faults()
    pieces: list[str] = []
    at = 0
    while at < len(text):
        start = START.search(text, at)
        markup = len(text) if start is None else start.start()
        replace = partial(_reference, faults=faults, before=at)
        pieces.append(AMPERSAND.sub(replace, text[at:markup]))
        end = len(text) if start is None else text.find(VERBATIM[start[0]], start.end())
        at = len(text) if end < 0 else end
        pieces.append(text[markup:at])
    return "".join(pieces), faults.problems(text)


def _reference(match: re.Match[str], *, faults: _Faults, before: int) -> str:
    """What XML knows for an ampersand and what follows it, `before` characters into the text."""
    name, offset = match[1] or "", before + match.start()
    if name.startswith("#"):
        number = int(f"0{name[1:]}", 0) if name.startswith("#x") else int(name[1:])
        if _is_allowed(number):
            return match[0]
        faults.add("xml_control", offset, match[0])
        return " " if number in (0x0B, 0x0C) else "\ufffd"
    if name in PREDEFINED:
        return match[0]
    if f"{name};" in html5:
        faults.add("xml_entity", offset, match[0])
        return "".join(f"&#{ord(character)};" for character in html5[f"{name};"])
    faults.add("xml_ampersand", offset)
    return f"&amp;{match[0][1:]}"


def _is_allowed(number: int) -> bool:
    """Whether XML 1.0 has a character of this number."""
    return (
        number in (0x9, 0xA, 0xD)
        or 0x20 <= number < 0xD800
        or 0xE000 <= number < 0xFFFE
        or 0x10000 <= number < 0x110000
    )


def _lines(text: str, offsets: list[int]) -> list[int]:
    """The numbers of the lines at these offsets, which ascend, each once."""
    numbers: dict[int, None] = {}
    line, at = 1, 0
    for offset in offsets:
        line += text.count("\n", at, offset)
        at = offset
        numbers[line] = None
    return [*numbers]
