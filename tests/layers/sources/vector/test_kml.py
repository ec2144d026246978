"""KML: every Placemark with its words, wherever they are; nothing fetched, no entity expanded."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from layers.errors import SourceError
from layers.sources.vector.kml import described
from tests.layers.sources.geodata import found, kinds, read, zipped

FIXTURES = Path(__file__).parents[3] / "fixtures" / "kml"
PLACEMARK = (
    "<Placemark><name>{name}</name><Point><coordinates>139.6,35.8</coordinates></Point></Placemark>"
)


def test_every_placemark_is_a_row_with_its_words_in_columns() -> None:
    rows = read(FIXTURES / "sampler.kml")
    columns = rows.columns.astype(object).where(rows.columns.notna(), None)
    records = [{k: v for k, v in r.items() if v is not None} for r in columns.to_dict("records")]
    assert records[0] == {
        "name": "消火栓1", "種別": "消火栓", "口径": "75", "フォルダ": "消防水利",
    }  # fmt: skip
    assert records[1] == {
        "name": "防火水槽", "種別": "防火水そう", "容量": "40", "フォルダ": "消防水利/本町",
    }  # fmt: skip
    assert (records[2]["浸水深"], records[2]["河川"]) == ("0.5m未満", "黒目川")
    assert (records[3]["名称"], records[3]["電話"]) == ("朝霞市役所", "048-463-1111")
    assert [shape and shape.geom_type for shape in rows.geometry] == [
        "Point", "Point", "MultiPolygon", "LineString", None, None,
    ]  # fmt: skip
    assert len(rows.geometry[2].geoms[1].interiors) == 1
    assert rows.geometry[1].coords[0] == (139.61, 35.81)
    link = "NetworkLink https://example.com/x.kml"
    assert found(rows) == [("kml_elsewhere", None, None, link)]
    assert list(rows.unplaced) == [6]  # row 5 has no geometry at all
    assert "Track" in rows.unplaced[6].message("en")


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis", "cp932", "euc-jp", "utf-16"])
def test_kml_is_read_in_the_encoding_it_declares(tmp_path: Path, encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><kml>{PLACEMARK.format(name="消火栓")}</kml>'
    )
    path = tmp_path / "a.kml"
    path.write_bytes(text.encode(encoding))
    assert read(path).columns["name"].tolist() == ["消火栓"]


@pytest.mark.parametrize(
    "root",
    [
        "<kml>",
        '<kml xmlns="http://earth.google.com/kml/2.0">',
        '<kml xmlns="http://www.opengis.net/kml/2.2">',
    ],
)
def test_the_namespace_of_any_version_will_do(tmp_path: Path, root: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(f"{root}<Document>{PLACEMARK.format(name='a')}</Document></kml>", "utf-8")
    assert read(path).total == 1


def test_prefixed_names_are_the_same_names(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    text = PLACEMARK.format(name="あ").replace("</", "</k:").replace("<", "<k:")
    text = text.replace("<k:/k:", "</k:")
    path.write_text(
        f'<k:kml xmlns:k="http://www.opengis.net/kml/2.2">{text}</k:kml>', encoding="utf-8"
    )
    assert read(path).columns["name"].tolist() == ["あ"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE kml [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_entities_and_dtds_are_refused(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(f"{head}<kml>{PLACEMARK.format(name='&b;')}</kml>", encoding="utf-8")
    with pytest.raises(SourceError, match="without a DTD and without entities"):
        read(path)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("<kml><Placemark>", "ends early, in line 1"),
        ("<kml></kml>", "KML with Placemarks"),
        ("<kml>" + "<Folder>" * 100_000, "nested too deeply"),
    ],
)
def test_kml_that_is_none_is_refused(tmp_path: Path, content: str, wanted: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=wanted):
        read(path)


def test_geometry_nested_without_end_is_refused(tmp_path: Path) -> None:
    deep = "<MultiGeometry>" * 50_000 + "</MultiGeometry>" * 50_000
    path = tmp_path / "a.kml"
    path.write_text(f"<kml><Placemark>{deep}</Placemark></kml>", encoding="utf-8")
    with pytest.raises(SourceError, match="nested too deeply"):
        read(path)


@pytest.mark.parametrize(
    "coordinates", ["", "139.6", "139.6,北緯", "nan,35.8", "139.6,35.8 139.7,35.8"]
)
def test_a_point_that_is_none_is_reported_and_the_others_load(
    tmp_path: Path, coordinates: str
) -> None:
    text = PLACEMARK.format(name="a")
    broken = text.replace("139.6,35.8", coordinates)
    path = tmp_path / "a.kml"
    path.write_text(f"<kml>{broken}{text}</kml>", encoding="utf-8")
    rows = read(path)
    assert [shape is None for shape in rows.geometry] == [True, False]
    assert rows.unplaced[1].kind == "broken_geometry"


def test_a_kmz_is_read_by_its_doc(tmp_path: Path) -> None:
    content = (FIXTURES / "sampler.kml").read_bytes()
    other = f"<kml>{PLACEMARK.format(name='b')}</kml>".encode()
    path = zipped(tmp_path / "a.kmz", {"doc.kml": content, "files/b.kml": other})
    rows = read(path)
    assert rows.total == 6
    assert kinds(rows) == ["chosen", "kml_elsewhere"]
    assert read(path, sublayer="b").total == 1


def link(address: str, name: str = "") -> str:
    return f"<NetworkLink><name>{name}</name><Link><href>{address}</href></Link></NetworkLink>"


def kml(*content: str) -> bytes:
    return f"<kml><Document><name>市</name>{''.join(content)}</Document></kml>".encode()


@pytest.mark.parametrize("name", ["layers/layer.kml", "layer.kml", "図/避難所 1.kml"])
def test_what_a_kmz_links_to_inside_itself_is_read_in_the_links_place(
    tmp_path: Path, name: str
) -> None:
    a, b, c = (PLACEMARK.format(name=name) for name in "abc")
    address = f"./{quote(name)}" if name.startswith("図") else name
    members = {
        "doc.kml": kml(a, f"<Folder><name>層</name>{link(address, '避難所')}</Folder>", c),
        name: kml(
            f"<Folder><name>北</name>{b}</Folder>", link("doc.kml") if "/" not in name else ""
        ),
    }
    rows = read(zipped(tmp_path / "a.kmz", members))
    assert rows.columns["name"].tolist() == ["a", "b", "c"]
    assert rows.columns["フォルダ"].tolist()[1] == "層/避難所/北"
    assert (rows.numbers.tolist(), rows.problems) == ([1, 2, 3], [])


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a.kml?key=secret", "../secret.kml", "/etc/secret.kml", "none.kml",
        "a/../../secret.kml", "file:///secret.kml", "//host/secret.kml", "b.csv", "",
    ],
)  # fmt: skip
def test_a_link_outside_is_named_and_never_followed(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.kml").write_bytes(kml(PLACEMARK.format(name="secret")))
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "a.kml"
    path.write_bytes(kml(PLACEMARK.format(name="a"), link(address)))
    rows = read(path)
    assert rows.columns["name"].tolist() == ["a"]
    ((kind, _, _, value),) = found(rows)
    assert (kind, value) == ("kml_elsewhere", f"NetworkLink {address.partition('?')[0]}".strip())


@pytest.mark.parametrize(
    ("html", "pairs"),
    [
        ("<table><tr><th>項目<th>内容<tr><td>種別<td>消火栓<tr><td>口径<td>75</table>",
         [("種別", "消火栓"), ("口径", "75")]),
        ("<table><tr><th>種別</th><th>口径</th></tr><tr><td>消火栓</td><td>75</td></tr></table>",
         [("種別", "消火栓"), ("口径", "75")]),
        ("<table><tr><td>題<tr><td><table><tr><td>種別</td><td>a&amp;b</td></tr></table></table>",
         [("種別", "a&b")]),
        ("種別：消火栓<br/>備考: 12:30から", [("種別", "消火栓"), ("備考", "12:30から")]),
        ("https://example.com/", []),
        ("自由な文章です。<br>種別: 消火栓", []),
        ("", []),
    ],
)  # fmt: skip
def test_tables_and_lines_of_a_description_are_columns(
    html: str, pairs: list[tuple[str, str]]
) -> None:
    assert described(html) == pairs
