"""A layer as it is served: a revision with its index. Coordinates in, bytes out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import shapely

from layers import geojson, mvt
from layers.cut import cut_level, cut_points, cut_whole_level
from layers.definition import (
    Code,
    FieldDefinition,
    LayerDefinition,
    Scalar,
    Shape,
    Style,
    StyleClass,
    Text,
)
from layers.errors import InvalidTile
from layers.parts import Integers, Kind
from layers.revision import Revision
from layers.shown import Shown
from layers.store import Pointer
from layers.tile import Bounds, Tile
from layers.trouble import Trouble

Encoding = Literal["geojson", "mvt"]
OTHERS = {
    "ja": "その他",
    "ja-x-easy": "ほか",
    "en": "Others",
    "zh": "其他",
    "ko": "기타",
    "vi": "Khác",
}


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One look on the map. `value` is None for features of no class of their own."""

    value: Scalar | None
    label: Text
    meaning: Text | None
    color: str
    shape: Shape
    glyph: str


class Layer:
    """One published layer.

    `trouble` is why a newer state could not be published; `pointer` says since when this one is;
    `fetched_at` when the source's url last gave or confirmed it.
    """

    def __init__(
        self,
        revision: Revision,
        trouble: Trouble | None = None,
        pointer: Pointer | None = None,
        fetched_at: datetime.datetime | None = None,
    ) -> None:
        self.revision = revision
        self.trouble = trouble
        self.pointer = pointer
        self.fetched_at = fetched_at
        self._level = cache(revision.level)

    def __repr__(self) -> str:
        return f"<Layer {self.id} {self.revision.id}>"

    @property
    def definition(self) -> LayerDefinition:
        return self.revision.definition

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def problem(self) -> str:
        """What is wrong with a newer state, for logs and programs; "" when nothing is."""
        return self.trouble.detail if self.trouble else ""

    @property
    def geometry(self) -> Kind:
        return self.revision.kind

    @property
    def bounds(self) -> Bounds | None:
        """The extent of the features in degrees; None when there are none."""
        return self.revision.bounds

    @property
    def feature_count(self) -> int:
        return self.revision.feature_count

    @property
    def minzoom(self) -> int:
        return self.definition.minzoom

    @property
    def maxzoom(self) -> int:
        return self.definition.maxzoom

    def coverage(self) -> bytes | None:
        """The surveyed area as a GeoJSON Feature; None where none is known."""
        return self.revision.coverage or None

    def parts_in(self, area: shapely.Geometry) -> Integers:
        """The indices of the source's parts that touch `area`, in degrees."""
        touching: Integers = self._source_index.query(area, predicate="intersects")
        return touching

    @cached_property
    def _source_index(self) -> shapely.STRtree:
        return shapely.STRtree(self.revision.source.to_shapes().geometry)

    def tile(self, tile: Tile, encoding: Encoding = "geojson") -> bytes:
        """The tile in GeoJSON or MVT; b"" when nothing lies in it.

        Raises `InvalidTile` for a zoom the layer is not shown at.
        """
        if not self.minzoom <= tile.z <= self.maxzoom:
            wanted = f"{self.minzoom} to {self.maxzoom}"
            raise InvalidTile(f"zoom {tile.z} of layer {self.id}; wanted {wanted}")
        if self.geometry == "point":
            shown = cut_points(self.revision.table, self.revision.points, tile.z, tile)
        else:
            shown = cut_level(self.revision.table, self._level(tile.z), tile)
        return self._encode(shown, encoding)[0] if shown.ids else b""

    def tiles(self, z: int, encoding: Encoding = "geojson") -> Iterator[tuple[Tile, bytes]]:
        """Every tile of zoom `z` that shows something, the same bytes as `tile` of each."""
        if self.geometry == "point":
            several = iter([cut_points(self.revision.table, self.revision.points, z, None)])
        else:
            several = cut_whole_level(self.revision.table, self._level(z))
        for shown in several:
            yield from zip(shown.tiles, self._encode(shown, encoding), strict=True)

    def _encode(self, shown: Shown, encoding: Encoding) -> list[bytes]:
        return geojson.encode(shown) if encoding == "geojson" else mvt.encode(shown, self.id)

    def legend(self) -> tuple[LegendEntry, ...]:
        """How the layer's features look, one entry for each class, in the definition's order.

        A hazard shows every rank, so that the scale is whole; other layers show what they hold.
        """
        definition = self.definition
        style = definition.style
        if style.field is None:
            only = LegendEntry(None, definition.title, None, style.color, style.shape, style.glyph)
            return (only,)
        looks = {look.value: look for look in style.classes}
        codes = _codes(definition.fields[style.field], list(looks))
        if definition.hazard is None:
            codes = [code for code in codes if code.value in self.revision.classes]
        entries = [_entry(code, looks.get(code.value), style) for code in codes]
        if set(self.revision.classes) - {code.value for code in codes}:
            entries.append(LegendEntry(None, OTHERS, None, style.color, style.shape, style.glyph))
        return tuple(entries)


def _entry(code: Code, look: StyleClass | None, style: Style) -> LegendEntry:
    own = look or StyleClass(value=code.value)
    return LegendEntry(
        value=code.value,
        label=code.label,
        meaning=code.meaning,
        color=own.color or code.color or style.color,
        shape=own.shape or style.shape,
        glyph=style.glyph if own.glyph is None else own.glyph,
    )


def _codes(field: FieldDefinition, values: list[Scalar]) -> list[Code]:
    """The field's codes; for a field without, the style's own values stand for themselves."""
    if field.codes:
        return list(field.codes)
    return [Code(value=value, label={"ja": str(value), "en": str(value)}) for value in values]
