"""The layer's look as QGIS keeps it (QML), so that QGIS draws an export as the map does.

A marker without the pictogram: QGIS has none of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from layers.geometry.parts import Kind
from layers.schema.layer import LayerDefinition
from layers.schema.values import Scalar, Shape
from layers.symbology.legend import LegendEntry
from layers.symbology.look import LOOK
from layers.symbology.symbols import edge_color

# What QGIS calls a shape that it calls otherwise.
MARKERS: dict[Shape, str] = {"house": "pentagon"}
SYMBOLS: dict[Kind, str] = {"point": "marker", "line": "line", "polygon": "fill"}
MILLIMETRES = 25.4 / 96  # of a CSS pixel
SIZE = 12  # CSS pixels of a marker
OPAQUE = 255
LANGUAGE = "ja"


def to_qml(definition: LayerDefinition, kind: Kind, legend: Sequence[LegendEntry]) -> str:
    """The look of the layer: a category for each entry of the legend."""
    symbols = "".join(_symbol(entry, kind, str(at)) for at, entry in enumerate(legend))
    field = definition.style.field
    if field is None:
        renderer = '<renderer-v2 type="singleSymbol">'
        categories = ""
    else:
        renderer = f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)}>'
        listed = "".join(_category(entry, at) for at, entry in enumerate(legend))
        categories = f"<categories>{listed}</categories>"
    label = f"<previewExpression>{definition.label}</previewExpression>" if definition.label else ""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22.0" styleCategories="Symbology">'
        f"{renderer}{categories}<symbols>{symbols}</symbols></renderer-v2>{label}</qgis>\n"
    )


def _category(entry: LegendEntry, at: int) -> str:
    value, kind = _typed(entry.value)
    label = quoteattr(entry.label[LANGUAGE])
    return (
        f'<category render="true" symbol="{at}" value={quoteattr(value)} type="{kind}"'
        f" label={label}/>"
    )


def _typed(value: Scalar | None) -> tuple[str, str]:
    """A value as QGIS writes it, with its type; all others are an empty text."""
    match value:
        case None:
            return "", "string"
        case bool():
            return str(value).lower(), "bool"
        case int():
            return str(value), "long"
        case float():
            return str(value), "double"
        case _:
            return value, "string"


def _symbol(entry: LegendEntry, kind: Kind, name: str) -> str:
    if kind == "polygon":
        layer, opacity = "SimpleFill", LOOK.areas.opacity
        options = {
            "color": _color(entry.color),
            "style": "solid",
            "outline_color": _color(edge_color(entry.color)),
            "outline_width": f"{MILLIMETRES:.2f}",
        }
    elif kind == "line":
        layer, opacity = "SimpleLine", 1.0
        options = {
            "line_color": _color(entry.color),
            "line_width": f"{LOOK.lines.width * MILLIMETRES:.2f}",
        }
    else:
        layer, opacity = "SimpleMarker", 1.0
        options = {
            "name": MARKERS.get(entry.shape, entry.shape),
            "color": _color(entry.color),
            "outline_color": _color("#ffffff"),
            "size": f"{SIZE * MILLIMETRES:.2f}",
        }
    listed = "".join(
        f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items()
    )
    return (
        f'<symbol type="{SYMBOLS[kind]}" name="{name}" alpha="{opacity:g}">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{listed}</Option></layer></symbol>'
    )


def _color(color: str) -> str:
    channels = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return ",".join(map(str, (*channels, OPAQUE)))
