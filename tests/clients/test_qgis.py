"""QGIS reads a layer as an export and as a collection, and draws it by our styles."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.symbology.legend import entry_without_class
from layers.symbology.look import LOOK

pytestmark = pytest.mark.soak
PYTHON = "/usr/bin/python3"  # of Debian's python3-qgis
SCRIPT = Path(__file__).with_name("qgis_layers.py")
CLOSE = 3  # of 255, by which a colour may differ
FEWEST = 20  # pixels of a colour: edges that are smoothed have a few of any


@pytest.fixture
def qgis() -> None:
    """Debian's QGIS, which `make soak` installs; without it the test is skipped, or fails in CI."""
    found = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if found.returncode:
        if os.environ.get("BOSAI_REQUIRE_SHARED") == "1":
            pytest.fail("QGIS is absent (python3-qgis) and BOSAI_REQUIRE_SHARED=1")
        pytest.skip("QGIS is absent: python3-qgis")


@pytest.mark.usefixtures("qgis")
@pytest.mark.parametrize(
    ("layer_id", "fewest"),
    [
        ("flood", {"collection": 3, "tiles": 3}),
        # Seen from afar, a tile counts points: its circles have the layer's own colour.
        ("hydrants", {"collection": 3, "tiles": 1}),
    ],
)
def test_qgis_reads_a_layer_and_draws_it_by_our_styles(
    asaka_site: str, asaka: Catalog, tmp_path: Path, layer_id: str, fewest: dict[str, int]
) -> None:
    layer = asaka.layer(layer_id)
    assert layer.bounds is not None
    zooms = [str(layer.minzoom), str(layer.maxzoom)]
    box = [*map(str, layer.bounds)]
    done = subprocess.run(
        [PYTHON, str(SCRIPT), asaka_site, layer_id, *zooms, *box, str(tmp_path)],
        env={"PATH": os.defpath, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert seen["export"] == seen["collection"] == layer.feature_count
    assert {*layer.definition.public_fields} <= {*seen["fields"]}
    assert seen["sld"] is True
    assert seen["style"] is True
    for name, colors in seen["pictures"].items():
        drawn = [color for color, count in colors.items() if count >= FEWEST]
        own = entry_without_class(layer.definition.style)
        classes = [on_white(entry.color, layer) for entry in (own, *layer.legend())]
        shown = [each for each in classes if any(is_near(each, color) for color in drawn)]
        assert len(shown) >= fewest[name], f"{name}: {shown} of {classes}"


def on_white(color: str, layer: Layer) -> str:
    """A colour of the legend as it is on a white ground."""
    opacity = LOOK.areas.opacity if layer.geometry == "polygon" else 1.0
    parts = (round(255 - opacity * (255 - part)) for part in bytes.fromhex(color[1:]))
    return f"#{bytes(parts).hex()}"


def is_near(color: str, other: str) -> bool:
    """Whether two colours look the same."""
    pairs = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]), strict=True)
    return all(abs(a - b) <= CLOSE for a, b in pairs)
