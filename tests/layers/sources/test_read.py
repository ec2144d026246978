"""Files that are not what they should be are refused by name, and break no other layer."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas
import pytest
import shapely

from layers.errors import SourceError
from layers.process.sandbox import Sandbox
from layers.publish import inputs
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import collection, feature, put, read


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.geojson", b"", "There is nothing in"),
        ("a.csv", b"\xef\xbb\xbf", "header|There is nothing in"),
        ("a.shp", b"\0" * 100, "There is nothing in"),
        ("a.gpkg", b"hello", "of an unknown kind"),
        ("a.geojson.gz", b"\x1f\x8b\x08", "packed with gzip"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 100, "damaged, or ends early"),
        ("a.fgb", b"fgb\x03fgb\0" + b"\xff" * 100, "damaged, or ends early"),
        ("a.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1", "damaged, or ends early"),
        ("a.shp", b"\0\0\x27\x0a" + b"\xff" * 200, "By what it states the file is 100 bytes long"),
        ("a.xml", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "wanted"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = put(tmp_path, content, name)
    with pytest.raises(SourceError, match=said) as error:
        read(path, **({"longitude": "a", "latitude": "b"} if name.endswith(".csv") else {}))
    assert str(error.value).startswith(name)
    assert "/tmp" not in str(error.value)


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".csv", ".zip"])
def test_a_wrong_suffix_does_no_harm(tmp_path: Path, suffix: str) -> None:
    assert read(put(tmp_path, collection(feature()), f"a{suffix}")).total == 1


def test_a_folder_that_is_no_dataset_is_refused(city: SmallCity) -> None:
    (city.data / "photos").mkdir()
    (city.data / "photos" / "a.thm").write_bytes(b"\xff\xd8")
    city.declare("photos", 'path = "photos"')
    assert "There is no dataset in 'photos'" in city.open().broken["photos"]


def test_a_reader_that_crashes_is_named_and_breaks_no_other_layer(
    city: SmallCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = {"type": "Point", "coordinates": [139.1, 35.1]}
    city.put("good.geojson", collection(feature(point, 名称="あ")))
    columns = {"名称": ["い"], "geometry": [shapely.Point(139.1, 35.1)]}
    geopandas.GeoDataFrame(columns, crs="EPSG:4326").to_file(city.data / "bad.gpkg")
    city.declare("good", 'path = "good.geojson"')
    city.open()
    # A real crash in the child: importing fiona there ends it, as a fault in GDAL would.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Crash:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'fiona':\n"
        "            os.kill(os.getpid(), signal.SIGSEGV)\n"
        "sys.meta_path.insert(0, Crash())\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    city.declare("bad", 'path = "bad.gpkg"')
    with Sandbox() as sandbox:
        catalog = city.open(sandbox)
    assert "bad.gpkg: The reader was stopped" in catalog.broken["bad"]
    assert "SIGSEGV" in catalog.broken["bad"]
    assert catalog.layer("good").feature_count == 1


def test_a_file_that_changes_while_it_is_read_is_refused(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = {"type": "Point", "coordinates": [139.1, 35.1]}
    path = city.put("a.geojson", collection(feature(point, 名称="あ")))
    city.declare("points", 'path = "a.geojson"')
    copy = inputs.shutil.copyfile  # type: ignore[attr-defined]

    def changing(source: Path, target: Path) -> None:
        copy(source, target)
        if source == path:
            path.write_text(collection(feature(point, 名称="い")), encoding="utf-8")
            os.utime(path, ns=(1, 1))

    monkeypatch.setattr(inputs.shutil, "copyfile", changing)  # type: ignore[attr-defined]
    assert "a.geojson changed while it was read; try again" in city.open().broken["points"]

    def vanishing(source: Path, target: Path) -> None:
        path.unlink(missing_ok=True)
        copy(source, target)

    monkeypatch.setattr(inputs.shutil, "copyfile", vanishing)  # type: ignore[attr-defined]
    assert "points" in city.open().broken
