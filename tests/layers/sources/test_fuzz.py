"""Mutated files: every reader gives rows or one clear error, soon, and nothing else.

What a long run finds is kept in tests/fixtures/fuzz and read again in every run.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas
import pyogrio
import pytest
import shapely

from layers.errors import SourceError
from layers.schema.bundled import BUNDLED_DATA
from layers.schema.source import Source
from tests.layers.city import SmallCity
from tests.layers.sources.books import book
from tests.layers.sources.child import attempt, attempts
from tests.layers.sources.geodata import collection, dbf, feature, shapefile, zipped
from tests.layers.sources.test_formats import FILES

FIXTURES = Path(__file__).parents[2] / "fixtures"
KEPT = FIXTURES / "fuzz"
SHORT, LONG = 25, 1000  # mutations of each file
UNPACKED, PACKED = "unpacked", "packed.xlsx"  # the folder of a workbook's parts, and the workbook
TOKENS = (
    b"\x00", b"\xff", b"\x1a", b"{", b"[", b"]", b"}", b",", b'"', b"null", b"1e999", b"NaN",
    b"-1", b"<", b">", b"</", b"&a;", b"<!DOCTYPE a>", b"#", b"\xe7\xba\x7f", b"\x81", b"\n",
    b"../", b"PK",
)  # fmt: skip


def seeds(folder: Path) -> dict[str, Path]:
    """A small file of each format, and the one of its files that is mutated."""
    frame = geopandas.GeoDataFrame(
        {"名称": ["あ", "い"], "n": [1, None]},
        geometry=[shapely.Point(139.6, 35.8), shapely.box(139, 35, 140, 36)],
        crs="EPSG:6668",
    )
    points = shapefile(folder, dbf([("名称", "C", 10), ("N", "N", 5)], [["あ", "1"], ["い", "x"]]))
    pyogrio.write_dataframe(frame, folder / "a.gpkg")
    pyogrio.write_dataframe(frame, folder / "a.fgb", driver="FlatGeobuf")
    frame.to_parquet(folder / "a.parquet")
    text = collection(feature(名称="あ", n={"a": [1]}), feature(None, n=2))
    (folder / "a.geojson").write_text(text, encoding="utf-8")
    lines = text.split("[", 1)[1].replace("}, {", "}\n{")
    (folder / "a.geojsonl").write_text(lines.rsplit("]", 1)[0], encoding="utf-8")
    zipped(folder / "a.zip", {"図/a.geojson": text.encode(), "readme.txt": b"a"})
    shutil.copy(FIXTURES / "kml" / "sampler.kml", folder)
    survey = (FIXTURES / "gpx" / "survey.gpx").read_text(encoding="utf-8")
    waypoints = re.sub("<rte>.*</trk>", "", survey, flags=re.DOTALL)
    (folder / "waypoints.gpx").write_text(waypoints, encoding="utf-8")
    for suffix in (".esrijson", ".topojson", ".rss", ".citygml", ".mif"):
        FILES[suffix](folder / f"b{suffix}")
    for path in (FIXTURES / "gml").iterdir():
        shutil.copy(path, folder)
    for path in (BUNDLED_DATA / "samples").glob("extinguishers.*"):
        shutil.copy(path, folder)
    workbook = book(folder / "a.xlsx", ["名称", "緯度", "経度"], ["あ", 35.8, 139.6])
    with zipfile.ZipFile(workbook) as package:
        package.extractall(folder / UNPACKED)
    names = (
        "a.gpkg", "a.fgb", "a.parquet", "a.geojson", "a.geojsonl", "a.zip", "sampler.kml",
        "waypoints.gpx", "b.esrijson", "b.topojson", "b.rss", "b.citygml", "b.mif", "b.mid",
        "N03-sample.xml", "P20-sample.xml", "地点.dbf", "地点.shp", "地点.shx",
        "extinguishers.prj", "extinguishers.cpg", "extinguishers.dbf", "a.xlsx",
        *(f"{UNPACKED}/xl/{part}" for part in ("workbook.xml", "worksheets/sheet1.xml")),
    )  # fmt: skip
    assert points.name == "地点.shp"
    return {name: folder / name for name in names}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Content with a few bytes changed, cut, doubled or replaced by what breaks parsers."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(changed) or 1)
        match chance.randrange(6):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                changed[at:at] = chance.choice(TOKENS)
            case 2:
                del changed[at : at + chance.choice((1, 2, 8, 64, 1024))]
            case 3:
                length = chance.choice((1, 4, 32, 256))
                changed[at:at] = changed[at : at + length] * chance.choice((1, 2, 20))
            case 4:
                changed[at : at + 4] = chance.choice(
                    (b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff")
                )
            case 5:
                changed = changed[:at]
    return bytes(changed)


def main_file(path: Path) -> Path:
    """The file that is read where a part of a Shapefile or of a workbook is mutated."""
    package = next((folder for folder in path.parents if folder.name == UNPACKED), None)
    if package is not None:
        members = sorted(part for part in package.rglob("*") if part.is_file())
        inside = {part.relative_to(package).as_posix(): part.read_bytes() for part in members}
        return zipped(package.with_name(PACKED), inside)
    if path.suffix == ".mid":
        return path.with_suffix(".mif")
    parts = (".dbf", ".shx", ".prj", ".cpg")
    return path.with_suffix(".shp") if path.suffix in parts else path


def fuzz(folder: Path, count: int, seed: int) -> Iterator[tuple[str, bytes, str]]:
    """Each mutation whose outcome is neither rows nor a clear error."""
    chance = random.Random(seed)
    for name, path in seeds(folder).items():
        whole = path.read_bytes()
        contents = [mutated(whole, chance) for _ in range(count)]
        part, parts = path, contents
        if UNPACKED in path.parts:
            part, parts = folder / PACKED, [packed_with(path, content) for content in contents]
        answers = attempts(main_file(path), part, parts)
        for content, answer in zip(contents, answers, strict=True):
            if answer.failure:
                yield name, content, answer.failure
        path.write_bytes(whole)


def packed_with(path: Path, content: bytes) -> bytes:
    """The workbook with another content of one of its parts."""
    path.write_bytes(content)
    return main_file(path).read_bytes()


def is_failure(said: str) -> bool:
    """Whether an outcome is wrong: a crash of GDAL's is not, in a process of its own."""
    return not said.startswith("crash")


@pytest.mark.breadth
def test_mutated_files_give_rows_or_a_clear_error(tmp_path: Path) -> None:
    found = [(n, said) for n, _, said in fuzz(tmp_path, SHORT, seed=4) if is_failure(said)]
    assert found == []


@pytest.mark.soak
def test_many_mutated_files_give_rows_or_a_clear_error(tmp_path: Path) -> None:
    seed = int(time.time())
    found: list[tuple[str, str]] = []
    for name, content, said in fuzz(tmp_path, LONG, seed):
        (tmp_path / f"found-{len(found)}-{Path(name).name}").write_bytes(content)
        found.append((name, said))
    assert [one for one in found if is_failure(one[1])] == [], f"seed {seed}, kept in {tmp_path}"


@pytest.mark.parametrize("name", sorted(path.name for path in KEPT.glob("*")))
def test_what_was_found_once_breaks_its_own_layer_only(city: SmallCity, name: str) -> None:
    shutil.copy(KEPT / name, city.data)
    city.declare("bad", f'path = "{name}"')
    city.put("good.geojson", collection(feature(
        {"type": "Point", "coordinates": [139.1, 35.1]}, 名称="あ")))  # fmt: skip
    city.declare("good", 'path = "good.geojson"')
    catalog = city.open()
    assert catalog.broken["bad"].startswith(name)
    assert str(city.data) not in catalog.broken["bad"]
    assert catalog.layer("good").feature_count == 1


def broken(monkeypatch: pytest.MonkeyPatch, how: Callable[[Source, Path], object]) -> None:
    monkeypatch.setattr("layers.sources.vector.geojson.read", how)


def test_the_search_sees_what_it_looks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.geojson"
    path.write_text("{}", encoding="utf-8")

    def crash(_source: Source, _path: Path) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    def bug(_source: Source, _path: Path) -> None:
        raise KeyError("bug")

    def leak(_source: Source, path: Path) -> None:
        raise SourceError(path, "no_source", str(path), key="source.path")

    broken(monkeypatch, crash)
    assert attempt(path).failure == "crash: SIGSEGV"
    broken(monkeypatch, bug)
    assert "KeyError: 'bug'" in attempt(path).failure
    broken(monkeypatch, leak)
    assert attempt(path).failure.startswith("names a path")
