"""GeoPackage, with the layer's look (`layer_styles`, which QGIS reads) and where it is from.

The source, the licence, the date, the revision and the sample mark are in `gpkg_metadata` as GDAL
writes them, and as JSON, and in one line in the description of the contents. A feature's id is the
row's.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import BinaryIO

import orjson

from layers.exports.arrow import Batches
from layers.exports.export import Export
from layers.exports.gdal import described, file_for, instant, write_layer
from layers.exports.provenance import provenance
from layers.revision.revision import Revision
from layers.symbology.legend import legend_of
from layers.symbology.qml import to_qml
from layers.symbology.sld import to_sld

VERSION = "1.3"  # the latest that GDAL 3.6, of Debian 12, reads without a warning
STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_date DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)
"""
STANDARD = "https://schema.org/Dataset"  # what the members of the JSON are like


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature, the look and the source."""
    revision = export.revision
    batches = Batches(export)
    title, description = described(export)
    options = {
        "FID": batches.id,
        "GEOMETRY_NAME": batches.geometry,
        "IDENTIFIER": title,
        "DESCRIPTION": description,
    }
    with file_for(sink, f"{revision.definition.id}.gpkg") as path:
        write_layer(export, path, "GPKG", batches, options, {"VERSION": VERSION})
        with closing(sqlite3.connect(path)) as database, database:
            _add_look(database, revision, batches.geometry)
            _add_provenance(database, revision)


def _add_look(database: sqlite3.Connection, revision: Revision, geometry: str) -> None:
    definition = revision.definition
    legend = legend_of(definition, revision.classes)
    when = instant(definition.credit.date)
    look = {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": definition.id,
        "f_geometry_column": geometry,
        "styleName": definition.id,
        "styleQML": to_qml(definition, revision.kind, legend),
        "styleSLD": to_sld(definition, revision.kind, legend, definition.id),
        "useAsDefault": True,
        "description": definition.title["ja"],
        "owner": "",
        "update_date": when,
    }
    database.execute(STYLES)
    names, marks = ", ".join(look), ", ".join(f":{name}" for name in look)
    statement = f"INSERT INTO layer_styles ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
    database.execute(statement, look)
    contents = {
        "table_name": "layer_styles",
        "data_type": "attributes",
        "identifier": "layer_styles",
        "last_change": when,
    }
    names, marks = ", ".join(contents), ", ".join(f":{name}" for name in contents)
    statement = f"INSERT INTO gpkg_contents ({names}) VALUES ({marks})"  # noqa: S608 - as above
    database.execute(statement, contents)


def _add_provenance(database: sqlite3.Connection, revision: Revision) -> None:
    document = orjson.dumps(provenance(revision), option=orjson.OPT_INDENT_2).decode()
    added = database.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)"
        " VALUES ('dataset', ?, 'application/json', ?)",
        (STANDARD, document),
    )
    definition = revision.definition
    database.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, timestamp, md_file_id)"
        " VALUES ('table', ?, ?, ?)",
        (definition.id, instant(definition.credit.date), added.lastrowid),
    )
