"""The notebooks run as they are, and are kept without outputs."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from layers.catalog.catalog import Catalog
from tests.conftest import YAIZU

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("*.ipynb"))
# The kernel's own sockets and event loop warn of things that are not this project's.
pytestmark = pytest.mark.filterwarnings("ignore")


def read(name: str) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(FOLDER / name, as_version=4)
    return notebook


def executed(name: str, folder: Path) -> list[str]:
    """What each cell of code shows, as text; a map as "leaflet", a picture as "svg"."""
    notebook = read(name)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return [
        "".join(_text(output) for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def _text(output: nbformat.NotebookNode) -> str:
    data = output.get("data", {})
    if "image/svg+xml" in data:
        return "svg"
    if "leaflet" in data.get("text/html", ""):
        return "leaflet"
    return str(data.get("text/plain", output.get("text", "")))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_kept_without_outputs(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert not any("import server" in cell.source or "from server" in cell.source for cell in code)


def test_the_tour_ends_with_a_map(tmp_path: Path) -> None:
    shown = executed("01-tour.ipynb", tmp_path)
    assert shown[-1] == "leaflet"
    assert "Tile(z=13" in shown[6]


@pytest.mark.breadth
def test_a_new_city_is_made_of_its_open_data(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YAIZU_OPENDATA", str(shared / "yaizu"))
    shown = executed("02-new-city.ipynb", tmp_path)
    assert "('焼津市', False)" in shown
    assert "193行のうち193件" in "".join(shown)
    assert "[Error]" not in "".join(shown)
    assert shown[-1] == "svg"


def test_reach_of_the_sample_is_called_a_sample(
    asaka: Catalog, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asaka.layers
    monkeypatch.setenv("BOSAI_HOME", str(home / "asaka"))
    shown = executed("03-reach.ipynb", tmp_path)
    assert "svg" in shown
    with (tmp_path / "reach.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert {row["見本"] for row in rows} == {"見本"}
    assert len((tmp_path / "flooded.csv").read_text("utf-8-sig").splitlines()) == 1  # no statement


def test_reach_of_a_real_city_names_what_stands_in_a_zone(
    yaizu: Catalog, unused_home: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert yaizu.layers
    own = tmp_path / "home"
    shutil.copytree(unused_home / "yaizu", own)
    definitions = shutil.copytree(YAIZU, tmp_path / "definitions")
    (definitions / "districts.toml").write_text(DISTRICTS, encoding="utf-8")
    monkeypatch.setenv("BOSAI_DEFINITIONS", str(definitions))
    monkeypatch.setenv("BOSAI_DATA", str(shared / "yaizu"))
    monkeypatch.setenv("BOSAI_HOME", str(own))
    executed("03-reach.ipynb", tmp_path)
    with (tmp_path / "reach.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert len(rows) == 35
    assert {(row["見本"], row["区域の範囲"]) for row in rows} == {("", "区域の全体")}
    with (tmp_path / "flooded.csv").open(encoding="utf-8-sig", newline="") as file:
        flooded = [*csv.DictReader(file)]
    assert sum(row["レイヤー"].startswith("消防水利") for row in flooded) == 30


def test_two_revisions_differ_by_what_was_changed(tmp_path: Path) -> None:
    shown = executed("04-two-revisions.ipynb", tmp_path)
    assert "1 added, 1 removed, 1 moved (by up to 55 m), 1 with other values" in shown[4]


@pytest.mark.breadth
def test_requests_are_counted_by_place_and_kind(
    asaka: Catalog, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asaka.layers
    monkeypatch.setenv("BOSAI_HOME", str(home / "asaka"))
    shown = executed("05-requests.ipynb", tmp_path)
    assert "（見本）" in shown[0]
    assert "本町二丁目" in shown[2]
    assert shown[-1] == "leaflet"
    point = {"type": "Point", "coordinates": [139.594, 35.797]}
    properties = {
        "number": 7,
        "title": "AED",
        "kind": "layer",
        "state": "received",
        "category": "welfare",
    }
    feature = {"type": "Feature", "geometry": point, "properties": properties}
    path = tmp_path / "requests.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    monkeypatch.setenv("REQUESTS", str(path))
    assert "見本" not in executed("05-requests.ipynb", tmp_path)[0]


DISTRICTS = """
title = { ja = "自治会の区域", en = "Districts" }
description = { ja = "自治会の区域です。", en = "Districts." }
group = "care"
label = "name"

[source]
path = "自治会区域/自治会区域.shp"

[credit]
attribution = { ja = "焼津市", en = "Yaizu City" }
licence = { ja = "公共データ利用規約（PDL1.0）", en = "Public Data License 1.0" }
date = 2025-02-26

[fields.name]
title = { ja = "自治会名", en = "Name" }
column = "SAFIELD000"
"""
