"""GeoJSON (RFC 7946), one feature a line, with where the data is from as foreign members."""

from __future__ import annotations

from typing import BinaryIO

import orjson

from layers.exports.provenance import provenance
from layers.exports.stretches import stretches
from layers.revision.revision import Revision
from layers.tiles import geojson
from layers.tiles.content import whole_layer


def write(revision: Revision, sink: BinaryIO) -> None:
    """Write every feature with all published fields.

    Fields without a value are null, so that every feature has the same properties.
    """
    table, rows = revision.table, revision.rows
    nothing = dict.fromkeys(revision.definition.public_fields)
    lead, end = geojson.around_features(orjson.dumps(provenance(revision))[1:-1])
    sink.write(lead)
    separator = b"\n"
    for index, parts in stretches(revision):
        properties = [
            orjson.dumps({"source_row": row, **nothing, **orjson.loads(published)})
            for row, published in zip(
                rows[index].tolist(), table.properties.take(index), strict=True
            )
        ]
        features = geojson.features(whole_layer(parts, table.ids[index].tolist(), properties))
        sink.write(separator + b",\n".join(features))
        separator = b",\n"
    sink.write(end + b"\n")
