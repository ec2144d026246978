"""Geodata and archives that want more memory or time than a machine has: see `bombs.py`."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas
import pyarrow
import pyarrow.parquet
import pyogrio
import shapely

from tests.layers.sources.geodata import collection, dbf, feature, polygon_shp, put, zipped


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
