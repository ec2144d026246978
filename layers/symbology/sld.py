"""The layer's look as a Styled Layer Descriptor, for programs that draw its features themselves.

SLD 1.0.0 (OGC 02-070). It knows fewer marks than the map: those it lacks are circles, and a
pictogram is left out; colours, classes and their words are the map's.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from layers.geometry.parts import Kind
from layers.schema.layer import LayerDefinition
from layers.schema.values import Shape
from layers.symbology.legend import LegendEntry
from layers.symbology.look import LOOK
from layers.symbology.symbols import edge_color

NAMESPACES = (
    'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
# The mark of a shape, and by how many degrees it is turned.
MARKS: dict[Shape, tuple[str, int]] = {
    "square": ("square", 0),
    "diamond": ("square", 45),
    "triangle": ("triangle", 0),
}
SIZE = 12  # CSS pixels of a mark
LANGUAGE = "ja"


def to_sld(
    definition: LayerDefinition, kind: Kind, legend: Sequence[LegendEntry], name: str
) -> str:
    """The look of the layer that a program calls `name`: a rule for each entry of the legend."""
    rules = "".join(_rule(entry, kind, definition.style.field) for entry in legend)
    title = escape(definition.title[LANGUAGE] + ("（見本）" if definition.sample else ""))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<StyledLayerDescriptor version="1.0.0" {NAMESPACES}>'
        f"<NamedLayer><Name>{escape(name)}</Name><UserStyle><Name>{escape(name)}</Name>"
        f"<Title>{title}</Title>"
        f"<FeatureTypeStyle>{rules}</FeatureTypeStyle></UserStyle></NamedLayer>"
        "</StyledLayerDescriptor>\n"
    )


def _rule(entry: LegendEntry, kind: Kind, field: str | None) -> str:
    title = escape(entry.label[LANGUAGE])
    condition = _condition(entry, field)
    return (
        f"<Rule><Name>{title}</Name><Title>{title}</Title>{condition}{_drawn(entry, kind)}</Rule>"
    )


def _condition(entry: LegendEntry, field: str | None) -> str:
    if field is None:
        return ""
    if entry.value is None:
        return "<ElseFilter/>"
    value = str(entry.value).lower() if isinstance(entry.value, bool) else str(entry.value)
    return (
        f"<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>{escape(field)}</ogc:PropertyName>"
        f"<ogc:Literal>{escape(value)}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
    )


def _drawn(entry: LegendEntry, kind: Kind) -> str:
    if kind == "polygon":
        fill = _css("fill", entry.color) + _css("fill-opacity", LOOK.areas.opacity)
        edge = _css("stroke", edge_color(entry.color)) + _css("stroke-width", 1)
        return f"<PolygonSymbolizer><Fill>{fill}</Fill><Stroke>{edge}</Stroke></PolygonSymbolizer>"
    if kind == "line":
        stroke = _css("stroke", entry.color) + _css("stroke-width", LOOK.lines.width)
        return f"<LineSymbolizer><Stroke>{stroke}</Stroke></LineSymbolizer>"
    mark, turn = MARKS.get(entry.shape, ("circle", 0))
    fill, edge = _css("fill", entry.color), _css("stroke", "#ffffff") + _css("stroke-width", 1)
    rotation = f"<Rotation>{turn}</Rotation>" if turn else ""
    return (
        f"<PointSymbolizer><Graphic><Mark><WellKnownName>{mark}</WellKnownName>"
        f"<Fill>{fill}</Fill><Stroke>{edge}</Stroke></Mark><Size>{SIZE}</Size>{rotation}"
        "</Graphic></PointSymbolizer>"
    )


def _css(name: str, value: object) -> str:
    return f'<CssParameter name="{name}">{value}</CssParameter>'
