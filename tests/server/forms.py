"""Pages as a browser reads them: their elements, and what their forms would send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    """An element with its own text, and what is in it."""

    tag: str
    attributes: Mapping[str, str]
    inside: list[Element] = field(default_factory=list)
    text: str = ""

    def every(self) -> Iterator[Element]:
        """It and all below it."""
        yield self
        for child in self.inside:
            yield from child.every()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, each in enumerate(self.open) if each.tag == tag]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, text: str) -> None:
        self.open[-1].text += text


def page_of(html: str) -> Element:
    """The page's elements."""
    reader = _Reader()
    reader.feed(html)
    return reader.open[0]


def fields_of(html: str, action: str) -> dict[str, str]:
    """What the form that is sent to this path holds, but for files."""
    (form,) = [
        each
        for each in page_of(html).every()
        if each.tag == "form" and each.attributes["action"].partition("?")[0] == action
    ]
    fields: dict[str, str] = {}
    for element in form.every():
        name, kind = element.attributes.get("name", ""), element.attributes.get("type", "text")
        value = element.attributes.get("value", "")
        if element.tag == "textarea":
            fields[name] = element.text.removeprefix("\n")
        elif element.tag == "select":
            options = [each for each in element.every() if each.tag == "option"]
            chosen = [each for each in options if "selected" in each.attributes] or options
            fields[name] = chosen[0].attributes.get("value", "")
        elif element.tag != "input" or not name or kind in ("file", "submit"):
            continue
        elif kind not in ("radio", "checkbox") or "checked" in element.attributes:
            fields[name] = value
    return fields
