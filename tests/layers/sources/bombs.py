"""Files that are small, and want more memory or time than a machine has; each is made anew.

A bomb is a function that writes a file into a folder: `size` is what makes it one.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas
import pyarrow
import pyarrow.parquet
import pyogrio
import shapely
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from tests.layers.sources.books import SHEET, book, rewrite
from tests.layers.sources.geodata import collection, dbf, feature, polygon_shp, put, zipped

Write = Callable[[Path, int], Path]


@dataclass(frozen=True)
class Bomb:
    """A file of a size, and the kind of problem that is said of it; "" where it is read.

    A `large` one shows by minutes what a small one shows by seconds.
    """

    write: Write
    size: int
    kind: str
    large: int = 0

    @property
    def name(self) -> str:
        return self.write.__name__


def many_columns(folder: Path, size: int) -> Path:
    names = ",".join(f"c{number}" for number in range(size))
    return put(folder, f"{names},lat,lon\n{',' * size}35.8,139.6\n", "a.csv")


def doubled_names(folder: Path, size: int) -> Path:
    return put(folder, f"lat,lon{',name' * size}\n35.8,139.6{',1' * size}\n", "a.csv")


def doubled_names_in_a_sheet(folder: Path, size: int) -> Path:
    return book(folder / "a.xlsx", ["lat", "lon", *["name"] * size], [35.8, 139.6])


def doubled_elements(folder: Path, size: int) -> Path:
    place = "<Point><coordinates>139.6,35.8</coordinates></Point>"
    names = "<note>あ</note>" * size
    return put(folder, f"<kml><Placemark>{names}{place}</Placemark></kml>", "a.kml")


def unbalanced_quotes(folder: Path, size: int) -> Path:
    return put(folder, "lat,lon,name\n" + '35.8,139.6,"x\n' * size, "a.csv")


def quotes_that_open(folder: Path, size: int) -> Path:
    return put(folder, "lat,lon,name\n" + '"\n' * size + '35.8,139.6,"x', "a.csv")


def header_of_line_breaks(folder: Path, size: int) -> Path:
    breaks = "\n" * size
    return put(folder, f'lat,lon,"a{breaks}あ"\n35.8,139.6,x\n', "a.csv")


def header_of_spaces(folder: Path, size: int) -> Path:
    return put(folder, f'lat,lon,"a{" " * size}あ"\n35.8,139.6,x\n', "a.csv")


def short_rows(folder: Path, size: int) -> Path:
    names = ",".join(f"c{number}" for number in range(4000))
    return put(folder, f"lat,lon,{names}\n35.8,139.6{',x' * 4000}\n" + "35\n" * size, "a.csv")


def nameless_columns(folder: Path, size: int) -> Path:
    return put(folder, f"lat,lon{',' * size}z\n" + "35.8,139.6\n" * size, "a.csv")


def combining_marks(folder: Path, size: int) -> Path:
    marks = "\u0316\u0301" * size
    return put(folder, f"lat,lon,名称\n35.8,139.6,か{marks}\n35.8,か{marks},x\n", "a.csv")


def spaces_in_a_coordinate(folder: Path, size: int) -> Path:
    return put(folder, f'lat,lon\n"35{" " * size}x",139\n35.8,139.6\n', "a.csv")


def one_line(folder: Path, size: int) -> Path:
    path = folder / "a.csv"
    with path.open("wb") as content:
        content.write(b"lat,lon,")
        content.seek(size)
        content.write(b"x")
    return path


def nested_wkt(folder: Path, size: int) -> Path:
    text = "GEOMETRYCOLLECTION(" * size + "POINT(139.6 35.8)" + ")" * size
    return put(folder, f'名称,wkt\nあ,"{text}"\nい,POINT(139.1 35.1)\n', "a.csv")


def property_names(folder: Path, size: int) -> Path:
    return put(folder, collection(feature(**{f"p{number}": 1 for number in range(size)})))


def property_names_of_each(folder: Path, size: int) -> Path:
    return put(folder, collection(*(feature(**{f"p{number}": 1}) for number in range(size))))


def sparse(folder: Path, size: int) -> Path:
    lines = (json.dumps(feature(**{f"p{number % 4000}": 1})) for number in range(size))
    return put(folder, "\n".join(lines), "a.geojsonl")


def sparse_records(folder: Path, size: int) -> Path:
    records = ({"lat": 35.8, "lon": 139.6, f"p{number % 4000}": 1} for number in range(size))
    return put(folder, json.dumps([*records]), "a.json")


def deep_json(folder: Path, size: int) -> Path:
    value = "[" * size + "]" * size
    return put(folder, f'{{"type": "FeatureCollection", "features": [{value}]}}')


def broken_lines(folder: Path, size: int) -> Path:
    line = json.dumps(feature(name="あ"))
    return put(folder, line + "\n" + '{"type": "Feature", "geometry": \n' * size, "a.geojsonl")


def arcs_again_and_again(folder: Path, size: int) -> Path:
    lines = {"type": "MultiLineString", "arcs": [[0] * 1000] * size}
    topology = {
        "type": "Topology",
        "objects": {"a": {"type": "GeometryCollection", "geometries": [lines] * 3}},
        "arcs": [[[139 + at / 1e4, 35] for at in range(10_000)]],
    }
    return put(folder, json.dumps(topology), "a.topojson")


def _placemarks(inside: str) -> str:
    return f"<kml><Document>{inside}</Document></kml>"


def deep_folders(folder: Path, size: int) -> Path:
    place = "<Placemark><Point><coordinates>139.6,35.8</coordinates></Point></Placemark>"
    folders = f"<Folder><name>{'x' * 1000}</name>" * size
    return put(folder, _placemarks(folders + place * size + "</Folder>" * size), "a.kml")


def tags_in_a_description(folder: Path, size: int) -> Path:
    text = "<![CDATA[<table><tr><td>a</td><td>" + "<b>x</b> " * size + "</td></tr></table>]]>"
    place = "<Point><coordinates>139.6,35.8</coordinates></Point>"
    placemark = f"<Placemark><description>{text}</description>{place}</Placemark>"
    return put(folder, _placemarks(placemark), "a.kml")


def comments_in_a_description(folder: Path, size: int) -> Path:
    text = f"<![CDATA[{'<!--' * size}]]>"
    place = "<Point><coordinates>139.6,35.8</coordinates></Point>"
    placemark = f"<Placemark><description>{text}</description>{place}</Placemark>"
    return put(folder, _placemarks(placemark), "a.kml")


def entities(folder: Path, size: int) -> Path:
    inner = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, size))
    head = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY e0 "ha">{inner}]>'
    return put(folder, f"{head}<kml><name>&e{size - 1};</name></kml>", "a.kml")


GML = '<a xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">'


def links_again_and_again(folder: Path, size: int) -> Path:
    positions = " ".join(f"35 {139 + at / 1e6}" for at in range(10_000))
    curve = f'<gml:LineString gml:id="c"><gml:posList>{positions}</gml:posList></gml:LineString>'
    link = '<gml:curveMember xlink:href="#c"/>'
    line = f"<gml:MultiCurve>{link * size}</gml:MultiCurve>"
    features = f"<gml:member><x><place>{line}</place></x></gml:member>" * 100
    return put(folder, f"{GML}{curve}{features}</a>", "a.gml")


def deep_elements(folder: Path, size: int) -> Path:
    inside = "<gml:surfaceMember>" * size + "</gml:surfaceMember>" * size
    return put(folder, f"{GML}<x>{inside}</x></a>", "a.gml")


def _book(folder: Path) -> Path:
    return book(folder / "a.xlsx", ["名称", "緯度", "経度"], ["あ", 35.8, 139.6])


def far_cells(folder: Path, size: int) -> Path:
    rows = "".join(f'<row r="{row}"><c r="XFD{row}"/></row>' for row in range(3, size))
    return rewrite(_book(folder), SHEET, "</sheetData>", f"{rows}</sheetData>")


def one_wide_row(folder: Path, size: int) -> Path:
    rows = '<row r="3"><c r="XFD3"><v>1</v></c></row>' + "".join(
        f'<row r="{row}"><c r="B{row}"><v>35</v></c></row>' for row in range(4, size)
    )
    return rewrite(_book(folder), SHEET, "</sheetData>", f"{rows}</sheetData>")


def hidden_columns(folder: Path, size: int) -> Path:
    columns = '<col min="1" max="16383" hidden="1"/>' * size
    return rewrite(_book(folder), SHEET, "<sheetData>", f"<cols>{columns}</cols><sheetData>")


def merged_cells(folder: Path, size: int) -> Path:
    cells = "".join(
        f'<row r="{row}"><c r="{"XFC" if row == 3 else "A"}{row}"><v>1</v></c></row>'
        for row in range(3, size)
    )
    path = rewrite(_book(folder), SHEET, "</sheetData>", f"{cells}</sheetData>")
    merged = f'<mergeCells><mergeCell ref="XFC3:XFC{size}"/></mergeCells><pageMargins'
    return rewrite(path, SHEET, "<pageMargins", merged)


def shared_text(folder: Path, size: int) -> Path:
    path = _book(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        text = f"<si><t>{'x' * 1_000_000}</t></si>"
        package.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SHEET_MAIN_NS}">{text}</sst>')
    kind = SHARED_STRINGS
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    rewrite(path, "[Content_Types].xml", "</Types>", part)
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(3, size)
    )
    return rewrite(path, SHEET, "</sheetData>", f"{rows}</sheetData>")


def entities_in_a_sheet(folder: Path, size: int) -> Path:
    inner = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, size))
    head = f'<!DOCTYPE worksheet [<!ENTITY e0 "ha">{inner}]><worksheet'
    path = rewrite(_book(folder), SHEET, "<worksheet", head)
    return rewrite(path, SHEET, "<sheetData>", f"<x>&e{size - 1};</x><sheetData>")


COLUMN = {"encoding": "WKB", "geometry_types": []}
GEO = {
    "geo": json.dumps(
        {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": COLUMN}}
    )
}


def rows_of_nothing(folder: Path, size: int) -> Path:
    path = folder / "a.parquet"
    empty = {f"c{at}": pyarrow.nulls(size, pyarrow.int32()) for at in range(8)}
    table = pyarrow.table({"geometry": pyarrow.nulls(size, pyarrow.binary()), **empty})
    pyarrow.parquet.write_table(table.replace_schema_metadata(GEO), path, compression="zstd")
    return path


def one_text_in_every_row(folder: Path, size: int) -> Path:
    """Written once, as Parquet does it, and without a word that it is written so."""
    path = folder / "a.parquet"
    table = _categories(size)
    with pyarrow.parquet.ParquetWriter(path, table.schema, store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(GEO)
    return path


def one_category_in_every_row(folder: Path, size: int) -> Path:
    path = folder / "a.parquet"
    pyarrow.parquet.write_table(_categories(size).replace_schema_metadata(GEO), path)
    return path


def _categories(size: int) -> pyarrow.Table:
    texts = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([0] * size, pyarrow.int32()), pyarrow.array(["x" * 100_000])
    )
    geometry = pyarrow.array([shapely.to_wkb(shapely.Point(139.6, 35.8))] * size)
    return pyarrow.table({"geometry": geometry, "名称": texts})


def _package(folder: Path, count: int = 2) -> Path:
    places = [shapely.Point(139 + at / 100, 35) for at in range(count)]
    frame = geopandas.GeoDataFrame({"名称": ["あ"] * count}, geometry=places, crs="EPSG:4326")
    path = folder / "a.gpkg"
    pyogrio.write_dataframe(frame, path, layer="a")
    return path


def _with(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


AS_LAYER = (
    """INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
       VALUES ('v', 'features', 'v', 4326)""",
    "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POINT', 4326, 0, 0)",
)


def recursive_view(folder: Path, size: int) -> Path:
    view = (
        "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
        f"WHERE x < {size}) SELECT x AS fid, geom FROM c, a WHERE a.fid = 1 ORDER BY x DESC"
    )
    return _with(_package(folder), view, *AS_LAYER)


def view_of_many_rows(folder: Path, size: int) -> Path:
    return _with(
        _package(folder, size),
        "CREATE VIEW v AS SELECT p.fid AS fid, p.geom AS geom FROM a p, a q, a r, a s",
        *AS_LAYER,
    )


def many_layers(folder: Path, size: int) -> Path:
    path = _package(folder)
    tables = (f"CREATE TABLE t{number} (fid INTEGER PRIMARY KEY)" for number in range(size))
    return _with(path, "BEGIN", *tables)


def stated_rows(folder: Path, size: int) -> Path:
    count = f"UPDATE gpkg_ogr_contents SET feature_count = {size}"
    return _with(_package(folder), "DROP TRIGGER IF EXISTS trigger_insert_feature_count_a", count)


def stated_features(folder: Path, size: int) -> Path:
    path = folder / "a.fgb"
    frame = geopandas.GeoDataFrame({"名称": ["あ"]}, geometry=[shapely.Point(1, 2)], crs=4326)
    pyogrio.write_dataframe(frame, path, driver="FlatGeobuf", SPATIAL_INDEX="NO")
    content = bytearray(path.read_bytes())
    root = 12 + struct.unpack_from("<I", content, 12)[0]
    vtable = root - struct.unpack_from("<i", content, root)[0]
    (field,) = struct.unpack_from("<H", content, vtable + 4 + 2 * 8)
    struct.pack_into("<Q", content, root + field, size)
    path.write_bytes(content)
    return path


def stated_records(folder: Path, size: int) -> Path:
    content = bytearray(dbf([("NAME", "C", 4)], [["a"], ["b"]]))
    struct.pack_into("<I", content, 4, size)
    return _shapefile(folder, bytes(content))


def records_of_nothing(folder: Path, size: int) -> Path:
    fields: list[tuple[str | bytes, str, int]] = [(f"C{at}", "C", 0) for at in range(2000)]
    content = bytearray(dbf(fields, []))
    struct.pack_into("<I", content, 4, size)
    return _shapefile(folder, bytes(content)[:-1] + b" " * size + b"\x1a")


def _shapefile(folder: Path, attributes: bytes) -> Path:
    shapes, index = polygon_shp([[(139, 35), (139, 36), (140, 36)]])
    for suffix, content in ((".shp", shapes), (".shx", index), (".dbf", attributes)):
        put(folder, content, f"a{suffix}")
    return folder / "a.shp"


def one_shape_in_every_record(folder: Path, size: int) -> Path:
    ring = [(139 + at / 1e6, 35 + at % 2) for at in range(100_000)]
    shapes, index = polygon_shp([[(x, float(y)) for x, y in ring]])
    entries = index[100:] * size
    header = index[:24] + struct.pack(">i", (100 + len(entries)) // 2) + index[28:100]
    put(folder, shapes, "a.shp")
    put(folder, header + entries, "a.shx")
    return folder / "a.shp"


def zeros(folder: Path, size: int) -> Path:
    return zipped(folder / "a.zip", {"a.csv": b"lat,lon\n" + b"0" * size})


def members_that_overlap(folder: Path, size: int) -> Path:
    """Every name of the directory leads to the one member that there is."""
    path = zipped(folder / "a.zip", {"a.csv": b"lat,lon\n" + b"0" * 1_000_000})
    content = path.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    (at,) = struct.unpack_from("<I", content, end + 16)
    directory = content[at:end] * size
    tail = bytearray(content[end:])
    struct.pack_into("<HHI", tail, 8, size, size, len(directory))
    path.write_bytes(content[:at] + directory + bytes(tail))
    return path


def archive_in_an_archive(folder: Path, size: int) -> Path:
    content = b""
    for _ in range(size):
        content = zipped(folder / "a.zip", {"a.zip": content}, zipfile.ZIP_STORED).read_bytes()
    return folder / "a.zip"


BOMBS = [
    Bomb(many_columns, 200_000, "many_columns", large=1_000_000),
    Bomb(doubled_names, 100_000, "many_columns"),
    Bomb(doubled_names_in_a_sheet, 16_000, "many_columns"),
    Bomb(doubled_elements, 90_000, "many_columns"),
    Bomb(unbalanced_quotes, 300_000, "unclosed"),
    Bomb(quotes_that_open, 300_000, ""),
    Bomb(header_of_line_breaks, 300_000, ""),
    Bomb(header_of_spaces, 300_000, ""),
    Bomb(short_rows, 100_000, "large_table"),
    Bomb(nameless_columns, 30_000, "", large=100_000),
    Bomb(combining_marks, 100_000, "", large=500_000),
    Bomb(spaces_in_a_coordinate, 100_000, ""),
    Bomb(one_line, 300 << 20, "too_large"),
    Bomb(nested_wkt, 100_000, ""),
    Bomb(property_names, 90_000, "many_columns"),
    Bomb(property_names_of_each, 90_000, "many_columns"),
    Bomb(sparse, 20_000, "large_table", large=100_000),
    Bomb(sparse_records, 100_000, "large_table"),
    Bomb(deep_json, 100_000, "too_deep"),
    Bomb(broken_lines, 100_000, "too_deep"),
    Bomb(arcs_again_and_again, 1_000, ""),
    Bomb(deep_folders, 2_000, "too_deep"),
    Bomb(tags_in_a_description, 300_000, ""),
    Bomb(comments_in_a_description, 300_000, ""),
    Bomb(entities, 20, "dtd"),
    Bomb(links_again_and_again, 1_000, ""),
    Bomb(deep_elements, 100_000, "too_deep"),
    Bomb(far_cells, 100_000, "many_cells"),
    Bomb(one_wide_row, 10_000, "", large=100_000),
    Bomb(hidden_columns, 300_000, "broken_workbook"),
    Bomb(merged_cells, 10_000, "many_merged", large=100_000),
    Bomb(shared_text, 10_000, "much_text"),
    Bomb(entities_in_a_sheet, 20, "broken_workbook"),
    Bomb(rows_of_nothing, 6_000_000, "many_rows"),
    Bomb(one_text_in_every_row, 100_000, "too_large"),
    Bomb(one_category_in_every_row, 100_000, "too_large"),
    Bomb(recursive_view, 10**15, "view_endless"),
    Bomb(view_of_many_rows, 100, "many_rows"),
    Bomb(many_layers, 600, "many_sublayers"),
    Bomb(stated_rows, 10**12, ""),
    Bomb(stated_features, 10**12, "damaged"),
    Bomb(stated_records, 0xFFFFFFFF, "rows_missing"),
    Bomb(records_of_nothing, 1_000_000, "large_table"),
    Bomb(one_shape_in_every_record, 100_000, "records_overlap"),
    Bomb(zeros, 83_886_080, "unpacked_size", large=314_572_800),
    Bomb(members_that_overlap, 1_000, "unpacked_size"),
    Bomb(archive_in_an_archive, 100, "packed_twice"),
]
