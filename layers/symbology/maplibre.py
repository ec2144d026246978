"""A layer's look as a style of MapLibre (style specification 8), for its vector tiles.

Symbols are circles, and clusters larger ones: signs and numbers would need images and fonts, which
a style can only name by an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from layers.geometry.parts import Kind
from layers.schema.layer import LayerDefinition
from layers.symbology.legend import LegendEntry, entry_without_class
from layers.symbology.look import LOOK
from layers.symbology.symbols import edge_color

Expression = Any
IS_CLUSTER: Expression = ["has", "point_count"]
DASHES = [3, 2]  # widths, of a sample's lines
RADIUS = 7  # pixels of a point


def maplibre_style(
    definition: LayerDefinition, kind: Kind, legend: Sequence[LegendEntry], tiles: str
) -> dict[str, Any]:
    """The style; `tiles` is the template of its vector tiles' addresses."""
    credit = definition.credit.attribution["ja"]
    mark = "（見本）" if definition.sample else ""
    layers = LAYERS[kind](definition, legend)
    return {
        "version": 8,
        "name": f"{definition.title['ja']}{mark}",
        "metadata": {"sample": definition.sample},
        "sources": {
            definition.id: {
                "type": "vector",
                "tiles": [tiles],
                "minzoom": definition.minzoom,
                "maxzoom": definition.maxzoom,
                "attribution": f"{credit}{mark}",
            }
        },
        "layers": [
            {"source": definition.id, "source-layer": definition.id, **layer} for layer in layers
        ],
    }


def _areas(definition: LayerDefinition, legend: Sequence[LegendEntry]) -> list[dict[str, Any]]:
    edges = [(width, zoom) for zoom, width in reversed(LOOK.areas.edges)]
    (first, _), *others = edges
    steps: Expression = ["step", ["zoom"], first]
    for width, zoom in others:
        steps += [zoom, width]
    dashed = {"line-dasharray": DASHES} if definition.sample else {}
    return [
        {
            "id": f"{definition.id}-fill",
            "type": "fill",
            "paint": {
                "fill-color": _by_class(definition, legend, edge=False),
                "fill-opacity": LOOK.areas.opacity,
            },
        },
        {
            "id": f"{definition.id}-edge",
            "type": "line",
            "paint": {
                "line-color": _by_class(definition, legend, edge=True),
                "line-width": steps,
                **dashed,
            },
        },
    ]


def _lines(definition: LayerDefinition, legend: Sequence[LegendEntry]) -> list[dict[str, Any]]:
    dashed = {"line-dasharray": DASHES} if definition.sample else {}
    return [
        {
            "id": f"{definition.id}-casing",
            "type": "line",
            "paint": {"line-color": "#ffffff", "line-width": LOOK.lines.casing},
        },
        {
            "id": f"{definition.id}-line",
            "type": "line",
            "paint": {
                "line-color": _by_class(definition, legend, edge=False),
                "line-width": LOOK.lines.width,
                **dashed,
            },
        },
    ]


def _points(definition: LayerDefinition, legend: Sequence[LegendEntry]) -> list[dict[str, Any]]:
    color = _by_class(definition, legend, edge=False)
    own = entry_without_class(definition.style).color
    clusters = LOOK.clusters
    magnitude: Expression = ["log10", ["get", "point_count"]]
    size: Expression = ["+", clusters.radius, ["*", clusters.growth, magnitude]]
    return [
        {
            "id": f"{definition.id}-clusters",
            "type": "circle",
            "filter": IS_CLUSTER,
            "paint": _circle(definition, own, ["min", clusters.largest, size], clusters.ring),
        },
        {
            "id": f"{definition.id}-symbols",
            "type": "circle",
            "filter": ["!", IS_CLUSTER],
            "paint": _circle(definition, color, RADIUS, LOOK.symbols.halo),
        },
    ]


def _circle(
    definition: LayerDefinition, color: Expression, radius: Expression, edge: float
) -> dict[str, Any]:
    """White inside of a sample, else around."""
    inside, around = ("#ffffff", color) if definition.sample else (color, "#ffffff")
    return {
        "circle-color": inside,
        "circle-radius": radius,
        "circle-stroke-color": around,
        "circle-stroke-width": edge,
    }


LAYERS = {"polygon": _areas, "line": _lines, "point": _points}


def _by_class(
    definition: LayerDefinition, legend: Sequence[LegendEntry], *, edge: bool
) -> Expression:
    """The colour by the value of the style's field."""

    def color(entry: LegendEntry) -> str:
        return edge_color(entry.color) if edge else entry.color

    field = definition.style.field
    others = color(entry_without_class(definition.style))
    colors = [(entry.value, color(entry)) for entry in legend if entry.value is not None]
    if field is None or not colors:
        return others
    if {type(value) for value, _ in colors} in ({str}, {int}):
        # QGIS 3.22 reads `match`, each value in a list, and no `case`; MapLibre has it for texts or
        # whole numbers alone.
        labels = [([value], color) for value, color in colors]
        return ["match", ["get", field], *chain.from_iterable(labels), others]
    cases = [(["==", ["get", field], value], color) for value, color in colors]
    return ["case", *chain.from_iterable(cases), others]
