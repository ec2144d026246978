"""Archives and folders: opened by our own rules, and the dataset that is meant is found."""

from __future__ import annotations

import io
import stat
import struct
import zlib
from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.sources import archive
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import (
    collection,
    dbf,
    feature,
    found,
    kinds,
    read,
    shapefile,
    zipped,
)

AREAS = collection(feature(名称="あ")).encode()
TABLE = "名称,緯度,経度\nあ,35.8,139.6\n".encode()
COLUMNS = {"longitude": "経度", "latitude": "緯度", "crs": "EPSG:6668"}


def points(tmp_path: Path, stem: str = "地点") -> dict[str, bytes]:
    """A Shapefile's parts by name."""
    folder = tmp_path / "parts"
    folder.mkdir(exist_ok=True)
    path = shapefile(folder, dbf([("名称", "C", 10)], [["あ"], ["い"]]), cpg=b"Shift_JIS")
    return {f"{stem}{part.suffix}": part.read_bytes() for part in path.parent.iterdir()}


def stored(members: dict[bytes, bytes], *, flags: int = 0, mode: int = 0) -> bytes:
    """A ZIP written by hand: names as they are, no compression; `mode` is a file's on Unix."""
    body, directory = io.BytesIO(), b""
    for name, content in members.items():
        sizes = struct.pack("<3I2H", zlib.crc32(content), len(content), len(content),
                            len(name), 0)  # fmt: skip
        common = struct.pack("<5H", 20, flags, 0, 0, 0x21) + sizes
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + common
        directory += struct.pack("<3H2I", 0, 0, 0, mode << 16, body.tell()) + name
        body.write(b"PK\x03\x04" + common + name + content)
    count, start = len(members), body.tell()
    end = struct.pack("<4H2IH", 0, 0, count, count, len(directory), start, 0)
    return body.getvalue() + directory + b"PK\x05\x06" + end


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_member_names_are_read_as_windows_and_macs_write_them(
    tmp_path: Path, encoding: str
) -> None:
    parts = points(tmp_path, "ソ能表")  # in CP932 each second byte is a backslash
    path = tmp_path / "a.zip"
    path.write_bytes(stored({f"図/{name}".encode(encoding): c for name, c in parts.items()}))
    rows = read(path)
    assert rows.path.name == "ソ能表.shp"
    assert rows.columns["名称"].tolist() == ["あ", "い"]


def test_what_a_mac_adds_is_passed_over(tmp_path: Path) -> None:
    members = {"a/b.geojson": AREAS, "__MACOSX/a/._b.geojson": b"\0\5", "a/.DS_Store": b"\0"}
    rows = read(zipped(tmp_path / "a.zip", members))
    assert (rows.total, kinds(rows)) == (1, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (stored({b"../evil.geojson": AREAS}), "a path inside the archive"),
        (stored({b"a/../../evil.geojson": AREAS}), "a path inside the archive"),
        (stored({b"/etc/evil.geojson": AREAS}), "a path inside the archive"),
        (stored({b"C:\\evil.geojson": AREAS}), "a path inside the archive"),
        (stored({b"..\\evil.geojson": AREAS}), "a path inside the archive"),
        (stored({b"a.geojson": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777), "a link"),
        (stored({b"a.geojson": AREAS}, flags=1), "without a password"),
        (stored({b"inner.zip": stored({b"a.geojson": AREAS})}), "no archive within the archive"),
        (stored({b"a.geojson": AREAS, b"./a.geojson": AREAS}), "each name once"),
        (stored({b"a.geojson": AREAS})[:-30], "The file ends early"),
        (stored({b"a.geojson": AREAS})[:60], "The file ends early"),
        (
            stored({b"a.geojson": AREAS}).replace(b"139.6", b"139.7", 1),
            "member 'a.geojson' of the ZIP is damaged",
        ),
        (
            stored({b"a": b"", b"a.geojson/x.geojson": AREAS, b"a.geojson": AREAS}),
            "damaged, or ends early",
        ),
        (stored({b"\xff\xfe" * 200 + b".geojson": AREAS}), "damaged, or ends early"),
        (stored({}), "a Shapefile, GeoJSON, KML, CSV or such"),
        (stored({b"a.dat": b"hello"}), "a Shapefile, GeoJSON, KML, CSV or such"),
        (stored({b"a.geojson": b""}), "There is nothing in"),
    ],
)
def test_an_archive_not_to_be_trusted_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said) as error:
        read(path)
    assert str(tmp_path) not in str(error.value)
    assert "/tmp" not in str(error.value)
    assert not (tmp_path / "evil.geojson").exists()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.geojson": b" " * (archive.RATIO_FROM + 1)})
    with pytest.raises(SourceError, match="unpacked size"):
        read(path)


def test_more_bytes_than_declared_are_not_written(tmp_path: Path) -> None:
    content = zipped(tmp_path / "a.zip", {"a.geojson": AREAS + b" " * 100_000}).read_bytes()
    real = struct.pack("<I", len(AREAS) + 100_000)
    path = tmp_path / "b.zip"
    path.write_bytes(content.replace(real, struct.pack("<I", len(AREAS))))
    with pytest.raises(SourceError, match=r"damaged, or ends early|unpacked size"):
        read(path)


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MEMBERS", 3)
    path = zipped(tmp_path / "a.zip", {f"{n}.geojson": AREAS for n in range(4)})
    with pytest.raises(SourceError, match="4 files"):
        read(path)
    for n in range(4):
        (tmp_path / f"{n}.geojson").write_bytes(AREAS)
    with pytest.raises(SourceError, match=r"5 files"):
        read(tmp_path)


def test_of_several_datasets_the_sublayer_chooses_or_they_are_named(tmp_path: Path) -> None:
    members = {"北/一.geojson": AREAS, "南/二.geojson": AREAS, "読んで.txt": b"a"}
    path = zipped(tmp_path / "a.zip", members)
    with pytest.raises(SourceError, match=r"source.sublayer is missing; wanted one of .*一.*二"):
        read(path)
    with pytest.raises(SourceError, match=r"source.sublayer is '三'"):
        read(path, sublayer="三")
    for sublayer in ("一", "一.geojson", "北/一", "北/一.geojson", "北\\一"):
        rows = read(path, sublayer=sublayer)
        assert rows.path.name == "一.geojson"
        assert found(rows) == [("chosen", None, None, "北/一.geojson")]


def test_of_the_same_data_in_several_formats_whole_names_come_first(tmp_path: Path) -> None:
    gml = (Path(__file__).parents[2] / "fixtures" / "gml" / "N03-sample.xml").read_bytes()
    members = {
        **{f"N03_11/{name}": c for name, c in points(tmp_path, "N03-20240101_11").items()},
        "N03_11/N03-20240101_11.geojson": AREAS,
        "N03_11/N03-20240101_11.xml": gml,
        "N03_11/KS-META-N03-20240101_11.xml": b"<MD_Metadata/>",
    }
    rows = read(zipped(tmp_path / "a.zip", members))
    assert rows.path.suffix == ".geojson"
    (note,) = rows.problems
    assert "N03-20240101_11.shp" in note.detail
    assert "META" not in note.detail
    del members["N03_11/N03-20240101_11.geojson"]
    assert read(zipped(tmp_path / "b.zip", members)).path.suffix == ".shp"


def test_of_two_encodings_side_by_side_utf8_is_taken(tmp_path: Path) -> None:
    parts = points(tmp_path, "N02-22_Station")
    members = {f"{folder}/{n}": c for folder in ("Shift-JIS", "UTF-8") for n, c in parts.items()}
    rows = read(zipped(tmp_path / "a.zip", members))
    assert ("chosen", None, None, "UTF-8/N02-22_Station.shp") in found(rows)


def test_the_same_name_in_two_folders_is_not_chosen_between(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1/a.geojson": AREAS, "2/a.geojson": AREAS})
    with pytest.raises(SourceError, match=r"1/a\.geojson, 2/a\.geojson"):
        read(path)
    assert read(path, sublayer="2/a").total == 1


def test_a_table_in_an_archive_is_read_as_a_table(tmp_path: Path) -> None:
    rows = read(zipped(tmp_path / "a.zip", {"消防/一覧.csv": TABLE}), **COLUMNS)
    assert rows.columns["名称"].tolist() == ["あ"]


def test_an_archive_is_known_by_its_content(tmp_path: Path) -> None:
    assert read(zipped(tmp_path / "a.geojson", {"a.geojson": AREAS})).total == 1


def test_a_folder_beyond_the_data_folder_is_refused(city: SmallCity, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.geojson").write_bytes(AREAS)
    (city.data / "inside").mkdir()
    (city.data / "inside" / "a.geojson").symlink_to(secret / "a.geojson")
    (city.data / "linked").symlink_to(secret)
    for name in ("inside", "linked"):
        city.declare(name, f'path = "{name}"')
    catalog = city.open()
    assert "inside the data folder" in catalog.broken["inside"]
    assert "inside the data folder" in catalog.broken["linked"]


def test_nothing_that_was_unpacked_stays(city: SmallCity) -> None:
    zipped(city.data / "a.zip", {"a.geojson": collection(feature(
        {"type": "Point", "coordinates": [139.1, 35.1]}, 名称="あ")).encode()})  # fmt: skip
    city.declare("points", 'path = "a.zip"')
    assert city.open().layer("points").feature_count == 1
    assert list((city.home / "00000" / "work").iterdir()) == []


def directory(content: bytes) -> int:
    """Where the first entry of a ZIP's directory begins."""
    return content.index(b"PK\x01\x02")


def test_fewer_members_than_the_archive_states_are_refused(tmp_path: Path) -> None:
    content = bytearray(stored({b"a.geojson": AREAS, b"b.geojson": AREAS}))
    end = content.index(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<2H", 3, 3)
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="states 3 files and lists 2") as caught:
        read(path)
    assert "3個のはずですが、2個しか" in caught.value.message("ja")


def test_a_member_that_is_shorter_than_stated_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path / "a.zip", {"a.geojson": AREAS}).read_bytes())
    at = directory(bytes(content)) + 24
    content[at : at + 4] = struct.pack("<I", len(AREAS) + 1)
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"member 'a\.geojson' of the ZIP is damaged"):
        read(path)


@pytest.mark.parametrize("name", ["a.geojson", "read.me"])
def test_a_member_with_two_names_is_refused(tmp_path: Path, name: str) -> None:
    """One name in the directory, another where it begins: one of them is damaged."""
    members = {"a.geojson": AREAS, "read.me": b"a"}
    content = zipped(tmp_path / "a.zip", members).read_bytes()
    at = directory(content)
    path = tmp_path / "b.zip"
    path.write_bytes(content[:at] + content[at:].replace(name.encode(), b"x" + name[1:].encode()))
    with pytest.raises(SourceError, match="of the ZIP is damaged"):
        read(path)
