"""CQL2, as text or as JSON, to the tree of its JSON encoding.

The text is read by the library `cql2`, which goes into itself for each bracket, `NOT` and sign,
and ends the process where there are some thousands: length and depth are bounded before. Where a
text is wrong it tries what is in a bracket once more, and twice as often with each bracket around
it: twenty that do not end take minutes. So the work that a text could be is bounded too.
"""

from __future__ import annotations

import re
from typing import Any, Literal, get_args

import cql2
import orjson

from layers.errors import InvalidFilter

Language = Literal["cql2-text", "cql2-json"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LONGEST = 8_000  # characters
DEEPEST = 32  # brackets, NOTs and operators inside each other
MOST_WORK = 1 << 18  # a character in n brackets is read 2^n times: a fifth of a second in all
MOST_UNARY = 100  # NOTs and minus signs of a text, which need no brackets to nest

Node = Any  # of the JSON encoding: an object with `op` and `args`, a property, a literal

QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
LARGEST = 1 << 53  # the library makes floats of a text's numbers: a larger whole one changes
WHOLE = re.compile(r"(?<![\w.])[0-9]{16,}(?![\w.])")
UNARY = re.compile(r"\bNOT\b|(?<![\w\s)])\s*-", re.IGNORECASE)
WHERE = re.compile(r"--> \d+:(\d+)")
GEOMETRY = "processing geometry"  # how the library begins when a geometry cannot be read
WKT = "one in WKT, as in POINT(139.6 35.8)"
WANTED = re.compile(r"= expected (.*)")


def parse(text: str, language: Language = "cql2-text") -> Node:
    """The tree of a filter. Raises `InvalidFilter`."""
    if len(text) > LONGEST:
        raise InvalidFilter(f"has {len(text)} characters", f"at most {LONGEST}")
    if not text.strip():
        raise InvalidFilter("is empty", "a condition, as in name = 'x'")
    if language == "cql2-json":
        return _parse_json(text)
    return _parse_text(text)


def _parse_json(text: str) -> Node:
    try:
        node = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidFilter(f"is no JSON: {error}", "a filter in CQL2 JSON") from None
    require_shallow(node)
    return node


def _parse_text(text: str) -> Node:
    bare = QUOTED.sub("''", text)
    if "'" in bare.replace("''", ""):
        raise InvalidFilter("has a quote that does not end", "'text', a quote in it doubled")
    depth = work = 0
    for character in bare:
        depth += (character in "([") - (character in ")]")
        if depth > DEEPEST:
            raise _too_deep()
        work += 1 << max(0, depth)
    if work > MOST_WORK:
        fault = "has too much in brackets that are inside each other"
        raise InvalidFilter(fault, "fewer brackets, or cql2-json")
    if len(UNARY.findall(bare)) > MOST_UNARY:
        raise InvalidFilter("has too many NOTs and signs", f"at most {MOST_UNARY}")
    for number in WHOLE.findall(bare):
        if int(number) > LARGEST:
            fault = f"has the whole number {number[:30]}, which is larger than {LARGEST}"
            raise InvalidFilter(fault, "cql2-json, which keeps its digits")
    try:
        node = cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise _unreadable(text, str(error)) from None
    except Exception as error:  # what the library raises for WKT, of no class of its own
        if not str(error).startswith(GEOMETRY):
            raise
        raise InvalidFilter("has a geometry that cannot be read", WKT) from None
    require_shallow(node)
    return node


def _unreadable(text: str, detail: str) -> InvalidFilter:
    place, wanted = WHERE.search(detail), WANTED.search(detail)
    at = int(place[1]) - 1 if place else 0
    rest = text[at : at + 20]
    fault = f"cannot be read from {rest!r} on" if rest else "ends too early"
    return InvalidFilter(fault, wanted[1] if wanted else "a condition in CQL2 text")


def require_shallow(node: Node) -> None:
    """Raises `InvalidFilter` for a tree that is deeper than `DEEPEST` operators.

    Its coordinates are arrays in arrays: they are looked at where a geometry is made of them.
    """
    level, depth = [node], 0
    while level:
        if depth > 2 * DEEPEST:  # an operator and its arguments are two steps
            raise _too_deep()
        below: list[Node] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        level, depth = below, depth + 1


def _too_deep() -> InvalidFilter:
    return InvalidFilter("is nested too deeply", f"at most {DEEPEST} levels")
