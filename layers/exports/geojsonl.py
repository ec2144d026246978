"""GeoJSON, a feature a line and nothing around them, for programs that read line by line.

Without RFC 8142's record separator, as what is called `.geojsonl` is without it in the field: GDAL
writes its GeoJSONSeq so unless asked, tippecanoe and BigQuery read it so, and so does whatever
takes a line for a JSON text (NDJSON). A sequence has no place for what is true of all, so that each
feature has the source, licence, date, revision and sample mark among its properties, as in CSV.
"""

from __future__ import annotations

from typing import BinaryIO

from layers.exports.export import Export
from layers.exports.geojson import features_of
from layers.exports.provenance import credit_values


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature with all published fields."""
    constant = credit_values(export.revision)
    for features in features_of(export, constant):
        lines = b"\n".join([*features, b""])
        sink.write(lines)
