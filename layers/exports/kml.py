"""KML 2.2, with the colours of the layer's legend, for Google Earth and the like.

A class of the legend is a style. The map's symbols themselves are not in it: an icon would have to
be fetched from some host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import pairwise
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from layers.exports.csv import plain_cell
from layers.exports.export import Export
from layers.exports.provenance import LANGUAGE, credit_line, credit_texts
from layers.geometry.parts import Integers, Kind, Parts
from layers.geometry.runs import run_starts
from layers.revision.columns import Column
from layers.schema.values import Scalar
from layers.symbology.legend import LegendEntry, legend_of
from layers.symbology.look import LOOK
from layers.symbology.symbols import edge_color

# Characters that XML 1.0 has no way to write.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INT = 1 << 31  # KML's whole numbers have 32 bits
TYPES = {"b": "bool", "f": "double"}  # by the kind of numpy's type


def write(export: Export, sink: BinaryIO) -> None:
    """Write every feature with all published fields, as typed data with their titles."""
    revision = export.revision
    definition = revision.definition
    legend = legend_of(definition, revision.classes)
    styles = {entry.value: f"class{at}" for at, entry in enumerate(legend)}
    names = {"source_row": "int"} | {
        name: _type(column) for name, column in revision.columns.items()
    }
    lead = StringIO()
    lead.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    lead.write('<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n')
    lead.write(f"<name>{_text(definition.title[LANGUAGE])}</name>\n")
    lead.write(f"<description>{_text(credit_line(revision))}</description>\n")
    lead.writelines(_style(entry, styles[entry.value], revision.kind) for entry in legend)
    lead.write(f'<Schema name="{definition.id}" id="{definition.id}">\n')
    for name, kind in names.items():
        field = definition.public_fields.get(name)
        title = f"<displayName>{_text(field.title[LANGUAGE])}</displayName>" if field else ""
        lead.write(f'<SimpleField type="{kind}" name="{name}">{title}</SimpleField>\n')
    lead.write("</Schema>\n<ExtendedData>\n")
    for name, text in credit_texts(revision).items():
        lead.write(f"<Data name={quoteattr(name)}><value>{_text(text)}</value></Data>\n")
    lead.write("</ExtendedData>\n")
    sink.write(lead.getvalue().encode())
    for index, parts in export.stretches():
        columns = [revision.rows[index].tolist()]
        columns += [column.take(index) for column in revision.columns.values()]
        labels = _values(export, definition.label, index)
        classes = _values(export, definition.style.field, index)
        placemarks = [
            f'<Placemark id="f{id_}"><name>{_text(label)}</name>'
            f"<styleUrl>#{styles.get(value) or styles.get(None, 'class0')}</styleUrl>"
            f'<ExtendedData><SchemaData schemaUrl="#{definition.id}">'
            f"{_data(names, values)}</SchemaData></ExtendedData>{geometry}</Placemark>\n"
            for id_, label, value, values, geometry in zip(
                revision.table.ids[index].tolist(),
                labels,
                classes,
                zip(*columns, strict=True),
                _geometries(parts),
                strict=True,
            )
        ]
        sink.write("".join(placemarks).encode())
    sink.write(b"</Document>\n</kml>\n")


def _values(export: Export, field: str | None, index: Integers) -> Sequence[Scalar | None]:
    column = export.revision.columns.get(field or "")
    return [None] * len(index) if column is None else column.take(index)


def _type(column: Column) -> str:
    if column.distinct is not None or not column.present.any():
        return "string"
    if column.keys.dtype.kind == "i":
        return "int" if np.abs(column.keys[column.present]).max() < INT else "string"
    return TYPES[column.keys.dtype.kind]


def _text(value: Scalar | None) -> str:
    """A value as XML has it; a flag as 1 or 0: GDAL takes `true` for 0."""
    if isinstance(value, bool):
        value = int(value)
    return "" if value is None else escape(NO_XML.sub("\ufffd", plain_cell(value)))


def _data(names: Iterable[str], values: Sequence[Scalar | None]) -> str:
    return "".join(
        f'<SimpleData name="{name}">{_text(value)}</SimpleData>'
        for name, value in zip(names, values, strict=True)
        if value is not None
    )


def _style(entry: LegendEntry, name: str, kind: Kind) -> str:
    color = _color(entry.color)
    if kind == "polygon":
        edge = f"<LineStyle><color>{_color(edge_color(entry.color))}</color></LineStyle>"
        fill = _color(entry.color, LOOK.areas.opacity)
        look = f"{edge}<PolyStyle><color>{fill}</color></PolyStyle>"
    elif kind == "line":
        look = f"<LineStyle><color>{color}</color><width>{LOOK.lines.width:g}</width></LineStyle>"
    else:
        look = f"<IconStyle><color>{color}</color></IconStyle>"
    return f'<Style id="{name}">{look}</Style>\n'


def _color(color: str, opacity: float = 1.0) -> str:
    """#rrggbb as KML has it: aabbggrr."""
    return f"{round(opacity * 255):02x}{color[5:7]}{color[3:5]}{color[1:3]}".lower()


def _geometries(parts: Parts) -> Iterator[str]:
    """The geometry of each owner."""
    single = [*_singles(parts)]
    for start, end in pairwise(run_starts(parts.owner).tolist()):
        whole = "".join(single[start:end])
        yield whole if end - start == 1 else f"<MultiGeometry>{whole}</MultiGeometry>"


def _singles(parts: Parts) -> Iterator[str]:
    places = [f"{x!r},{y!r}" for x, y in parts.coordinates.tolist()]
    if parts.kind == "point":
        yield from (f"<Point><coordinates>{place}</coordinates></Point>" for place in places)
        return
    lines = [
        f"<coordinates>{' '.join(places[start:end])}</coordinates>"
        for start, end in pairwise(parts.offsets[0].tolist())
    ]
    if parts.kind == "line":
        yield from (f"<LineString>{line}</LineString>" for line in lines)
        return
    rings = [f"<LinearRing>{line}</LinearRing>" for line in lines]
    for start, end in pairwise(parts.offsets[1].tolist()):
        inner = "".join(f"<innerBoundaryIs>{r}</innerBoundaryIs>" for r in rings[start + 1 : end])
        outer = f"<outerBoundaryIs>{rings[start]}</outerBoundaryIs>"
        yield f"<Polygon>{outer}{inner}</Polygon>"
