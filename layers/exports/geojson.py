"""GeoJSON (RFC 7946), one feature a line, with where the data is from as foreign members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

import orjson

from layers.exports.export import Export
from layers.exports.provenance import provenance
from layers.schema.values import Scalar
from layers.tiles import geojson
from layers.tiles.content import whole_layer


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature with all published fields."""
    lead, end = geojson.around_features(orjson.dumps(provenance(export.revision))[1:-1])
    sink.write(lead)
    separator = b"\n"
    for features in features_of(export, {}):
        sink.write(separator + b",\n".join(features))
        separator = b",\n"
    sink.write(end + b"\n")


def features_of(export: Export, constant: Mapping[str, Scalar]) -> Iterator[list[bytes]]:
    """Every feature as a GeoJSON object, a stretch at a time; `constant` are properties of each.

    Fields without a value are null, so that every feature has the same properties.
    """
    revision = export.revision
    table, rows = revision.table, revision.rows
    nothing = dict.fromkeys(revision.definition.public_fields)
    for index, parts in export.stretches():
        properties = [
            orjson.dumps({"source_row": row, **nothing, **orjson.loads(published), **constant})
            for row, published in zip(
                rows[index].tolist(), table.properties.take(index), strict=True
            )
        ]
        yield geojson.features(whole_layer(parts, table.ids[index].tolist(), properties))
