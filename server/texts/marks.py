"""Words that carry how they are read and which language they are in, until they leave the service.

Within the service a text is a plain string, whose marks are characters that no data holds:
Unicode's interlinear annotation for a reading, noncharacters for a language. They pass through
`str.format` and templates, and become elements or nothing where the text goes out: `to_html` for
a page, `plain` for JSON. `web/map/marks.js` does the same for the words that the script writes.
"""

from __future__ import annotations

import re
from html import escape

BASE, READING, END = "\ufff9", "\ufffa", "\ufffb"
TAG, WORDS, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"

# 漢字《かんじ》: the reading of the kanji before it, or of what follows ｜ (as 青空文庫 writes it).
WRITTEN = re.compile(r"(?:｜([^｜《》]+)|([\u3400-\u9fff々〆ヶ]+))《([^《》]+)》")
READ = re.compile(f"{BASE}([^{END}]*?){READING}([^{END}]*){END}")
SPOKEN = re.compile(f"{TAG}([A-Za-z0-9-]+){WORDS}([^{CLOSE}]*){CLOSE}")
ANY = re.compile(f"[{BASE}{READING}{END}{TAG}{WORDS}{CLOSE}]")

# Where HTML has text without elements, and its tags: neither can hold a <ruby>.
BARE = re.compile(
    r"<(title|option|textarea|script|style)\b.*?</\1\s*>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL | re.IGNORECASE,
)


def with_readings(text: str) -> str:
    """The text with the readings in it (漢字《かんじ》) as marks."""
    return WRITTEN.sub(lambda m: f"{BASE}{m[1] or m[2]}{READING}{m[3]}{END}", text)


def read_as(text: str, reading: str) -> str:
    """The text with its reading as a mark."""
    return f"{BASE}{text}{READING}{reading}{END}"


def in_language(text: str, tag: str) -> str:
    """`text`, marked as being in the language of the tag whatever surrounds it."""
    return f"{TAG}{tag}{WORDS}{text}{CLOSE}"


def plain(text: str) -> str:
    """The text without its marks, and without readings."""
    if not ANY.search(text):
        return text
    return ANY.sub("", SPOKEN.sub(r"\2", READ.sub(r"\1", text)))


def in_brackets(text: str) -> str:
    """The text without its marks, each reading in brackets behind its word: for plain text."""
    return plain(READ.sub(r"\1（\2）", text))


def to_html(page: str) -> str:
    """A page's HTML with its marks as <ruby> and <span lang>; in tags and titles as nothing."""
    if not ANY.search(page):
        return page
    parts, end = [], 0
    for bare in BARE.finditer(page):
        parts += [_elements(page[end : bare.start()]), plain(bare[0])]
        end = bare.end()
    return "".join([*parts, _elements(page[end:])])


def _elements(text: str) -> str:
    text = READ.sub(r"<ruby>\1<rp>（</rp><rt>\2</rt><rp>）</rp></ruby>", text)
    text = SPOKEN.sub(lambda m: f'<span lang="{escape(m[1])}">{m[2]}</span>', text)
    return ANY.sub("", text)
