"""Files that end the process which reads them: its layer alone is without data, and says why.

Of some 8,000 mutations of small files (FlatGeobuf, GeoPackage, Shapefile, File Geodatabase, TAB,
Parquet) none ended GDAL 3.12; `test_fuzz.py` goes on looking. GEOS is ended by geometries that lie
deep in one another, for which its stack is not enough.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from tests.layers.city import SmallCity
from tests.layers.sources.bombs_of_geodata import GEO
from tests.layers.sources.child import attempt
from tests.layers.sources.geodata import collection, feature

POINT = struct.pack("<BI2d", 1, 1, 139.1, 35.1)
DEEP = 200_000


def collections(path: Path) -> Path:
    """Each collection holds a point and the next one: what begins with the next is not read."""
    header = struct.pack("<BII", 1, 7, 2) + POINT
    content = header * DEEP + POINT
    table = pyarrow.table({"geometry": [content], "名称": ["あ"]})
    pyarrow.parquet.write_table(table.replace_schema_metadata(GEO), path / "bad.parquet")
    return path / "bad.parquet"


CRASHES = [collections]


@pytest.mark.parametrize("write", CRASHES)
def test_the_file_ends_the_process_that_reads_it(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    """Where it does no more, another has to take its place here."""
    assert attempt(write(tmp_path)).failure.startswith("crash: SIG")


@pytest.mark.parametrize("write", CRASHES)
def test_a_crash_is_a_sentence_and_the_other_layers_are_served(
    city: SmallCity, write: Callable[[Path], Path]
) -> None:
    path = write(city.data)
    city.put("good.geojson", collection(feature(
        {"type": "Point", "coordinates": [139.1, 35.1]}, 名称="あ")))  # fmt: skip
    city.declare("bad", f'path = "{path.name}"')
    city.declare("good", 'path = "good.geojson"')
    catalog = city.open()
    assert f"{path.name}: The reader was stopped (SIG" in catalog.broken["bad"]
    assert catalog.layer("good").feature_count == 1
