"""Which system a source is read in: the definition's, else the file's, else nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.geometry import datum
from layers.schema.source import Source
from layers.sources.crs import declared_crs

PLANE = 'LOCAL_CS["x",UNIT["m",1]]'
PATH = Path("a.shp")


def test_the_definition_is_believed_before_the_file() -> None:
    crs = declared_crs(Source(path="a.shp", crs="EPSG:6677"), PATH, "EPSG:4326")
    assert crs is not None
    assert crs.to_epsg() == 6677


@pytest.mark.parametrize("in_file", [None, "", PLANE])
def test_a_file_that_only_says_that_it_is_a_plane_says_nothing(in_file: str | None) -> None:
    assert declared_crs(Source(path="a.shp"), PATH, in_file) is None


def test_a_system_that_is_none_is_named() -> None:
    with pytest.raises(SourceError, match=r"source\.crs is 'EPSG:999999'; wanted a CRS such as"):
        declared_crs(Source(path="a.shp", crs="EPSG:999999"), PATH, None)


@pytest.mark.shared
def test_every_prj_of_yaizu_is_identified_without_its_name(shared: Path) -> None:
    codes = {
        "GCS_WGS_1984": 4326,
        "GCS_JGD_2000": 4612,
        "GCS_JGD_2011": 6668,
        "JGD_2000_Japan_Zone_8": 2450,
    }
    files = list((shared / "yaizu").glob("*/*.prj"))
    assert len(files) >= 11
    for path in files:
        text = path.read_text(encoding="ascii")
        name = text.split('"')[1]
        for said in (text, text.replace(name, "unnamed", 1)):
            crs = declared_crs(Source(path="a.shp"), path, said)
            assert crs is not None
            meant, assumed = datum.identified(crs)
            assert meant is not None
            assert (meant.to_epsg(), assumed) == (codes[name], False)
