"""A layer as a file to hand on: the same revision gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import orjson

from layers.errors import UnknownFormat
from layers.geometry.clip import on_grid
from layers.geometry.parts import Parts
from layers.geometry.tile import SOURCE_DIGITS
from layers.revision.revision import Revision
from layers.tiles import geojson
from layers.tiles.content import whole_layer


def export(revision: Revision, file_format: str) -> bytes:
    """Every feature of the revision with all its published fields.

    Raises `UnknownFormat`.
    """
    if file_format not in FORMATS:
        raise UnknownFormat("unknown_export", value=file_format, detail=", ".join(FORMATS))
    return FORMATS[file_format](revision)


def to_geojson(revision: Revision) -> bytes:
    """RFC 7946, one feature a line, with where the data is from as foreign members.

    Fields without a value are null, so that every feature has the same properties.
    """
    parts = revision.source
    if revision.kind == "point":
        parts = Parts("point", np.round(parts.coordinates, SOURCE_DIGITS), (), parts.owner)
    else:
        parts = on_grid(parts, SOURCE_DIGITS)
    nothing = dict.fromkeys(revision.definition.public_fields)
    published = revision.table.properties.take(np.arange(revision.feature_count))
    properties = [
        orjson.dumps({"source_row": row, **nothing, **orjson.loads(one)})
        for row, one in zip(revision.rows.tolist(), published, strict=True)
    ]
    written = geojson.features(whole_layer(parts, revision.table.ids.tolist(), properties))
    members = orjson.dumps(provenance(revision))[1:-1]
    return geojson.collection([b"\n" + feature for feature in written], members) + b"\n"


def provenance(revision: Revision) -> dict[str, object]:
    """What a file of this revision says of itself: whose data, which terms, as of when."""
    definition = revision.definition
    credit = definition.credit
    return {
        "name": revision.definition.id,
        "title": definition.title,
        "source": credit.attribution,
        "source_url": credit.url,
        "source_files": [vars(source) for source in revision.sources],
        "licence": credit.licence,
        "licence_url": credit.licence_url,
        "date": credit.date.isoformat(),
        "revision": revision.id,
        "sample": definition.sample,
    }


FORMATS: Mapping[str, Callable[[Revision], bytes]] = {"geojson": to_geojson}
MEDIA_TYPES: Mapping[str, str] = {"geojson": "application/geo+json"}
