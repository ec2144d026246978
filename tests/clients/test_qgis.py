"""QGIS reads an export in parts, and draws the vector tiles."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog

pytestmark = [pytest.mark.soak, pytest.mark.shared]
PYTHON = "/usr/bin/python3"  # of Debian's python3-qgis


@pytest.fixture
def qgis() -> None:
    """Debian's QGIS, which `make soak` installs; without it the test is skipped, or fails in CI."""
    found = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if found.returncode:
        if os.environ.get("BOSAI_REQUIRE_SHARED") == "1":
            pytest.fail("QGIS is absent (python3-qgis) and BOSAI_REQUIRE_SHARED=1")
        pytest.skip("QGIS is absent: python3-qgis")


@pytest.mark.usefixtures("qgis")
def test_qgis_reads_an_export_and_draws_tiles(
    yaizu_site: str, yaizu: Catalog, tmp_path: Path
) -> None:
    layer = yaizu.layer("flood")
    assert layer.bounds is not None
    script = Path(__file__).with_name("qgis_layers.py")
    template = f"{yaizu_site}/tiles/flood/{{z}}/{{x}}/{{y}}.pbf"
    zooms = [str(layer.minzoom), str(layer.maxzoom)]
    arguments = [f"{yaizu_site}/layers/flood/export.geojson", template, *zooms]
    done = subprocess.run(
        [PYTHON, str(script), *arguments, *map(str, layer.bounds)],
        env={"PATH": os.defpath, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["valid"] is True
    assert seen["features"] == layer.feature_count
    assert seen["pixels"] > 1000
