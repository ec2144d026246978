"""How large a layer's files are, about, before any is written."""

from __future__ import annotations

from layers.revision.revision import Revision

FEATURE_BYTES, VERTEX_BYTES = 110, 23  # of GeoJSON, beside the values


def geojson_bytes(revision: Revision) -> int:
    """About how many bytes its GeoJSON has."""
    values = len(revision.table.properties.content)
    return (
        values
        + FEATURE_BYTES * revision.feature_count
        + VERTEX_BYTES * len(revision.source.coordinates)
    )
