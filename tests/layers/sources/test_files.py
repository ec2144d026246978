"""The files of a source: below the data folder, with all that belong to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.schema.bundled import BUNDLED_DATA
from layers.schema.source import Source
from layers.sources.files import files_of, locate


def test_what_lies_beside_a_shapefile_belongs_to_it() -> None:
    shapefile = BUNDLED_DATA / "samples" / "extinguishers.shp"
    assert {path.suffix for path in files_of(shapefile)} == {
        ".shp", ".shx", ".dbf", ".prj", ".cpg",
    }  # fmt: skip


@pytest.mark.parametrize("path", [".", "a/..", "./"])
def test_the_whole_data_folder_is_no_source(tmp_path: Path, path: str) -> None:
    (tmp_path / "a.csv").write_text("名称\nあ\n", encoding="utf-8")
    (tmp_path / "a").mkdir()
    with pytest.raises(SourceError, match="not all of it"):
        locate(Source(path=path), tmp_path)
