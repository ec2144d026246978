"""How the viewer's Folium elements become text."""

from __future__ import annotations

from typing import Any

import orjson
from branca.element import Element, Figure
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Environment(
    loader=PackageLoader("server.viewer"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def javascript(value: object) -> Markup:
    """`value` as a JavaScript literal, the same text for equal values."""
    literal = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return Markup(literal)  # noqa: S704 - into a file of script, never into a page


class Rendered(Element):
    """Text that is finished: branca would read an `Element`'s text as a template once more."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: Any) -> str:
        return self._text


class Macros(Element):
    """Renders the `html` and `script` macros of an element's template into its figure.

    Put before a Folium class, it replaces Folium's way, which reads rendered text as a template
    again. Nothing stands where the element itself is rendered. An element's script comes before its
    children's, its HTML after theirs.
    """

    def render(self, **kwargs: Any) -> str:
        figure = self.get_root()
        assert isinstance(figure, Figure)
        macros = self._template.module.__dict__
        if "script" in macros:
            figure.script.add_child(Rendered(macros["script"](self, kwargs)), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
        if "html" in macros:
            figure.html.add_child(Rendered(macros["html"](self, kwargs)), name=self.get_name())
        return ""
