"""`bosai report`: sheets for offices, read out of the PDF by another library."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from layers.catalog.catalog import Catalog
from layers.query.exposure import exposure, places_of
from server.cli import program
from tests.conftest import YAIZU
from tests.layers.city import SmallCity, feature_collection, polygon

OTHERS = ("emergency_sites",)
POINTS = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'


def report(*arguments: str, **settings: Path) -> Result:
    environment = {f"BOSAI_{name.upper()}": str(value) for name, value in settings.items()}
    return CliRunner().invoke(program(), ["report", "reach", *arguments], env=environment)


def words(path: Path) -> str:
    """The sheet's text without spaces and line ends, which a PDF puts anywhere."""
    reader = PdfReader(path)
    (page,) = reader.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)  # A4
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # its parts are told to screen readers
    return "".join(page.extract_text().split())


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file, strict=True)]


def test_of_a_sample_there_is_no_sheet(asaka: Catalog, home: Path, tmp_path: Path) -> None:
    assert asaka.layer("hydrants").definition.sample
    sheet, table = tmp_path / "reach.pdf", tmp_path / "reach.csv"
    done = report("hydrants", "--csv", str(table), "-o", str(sheet), home=home / "asaka")
    assert done.exit_code == 2
    assert "「hydrants」は見本データです" in done.output
    assert not sheet.exists()
    assert not table.exists()


def test_a_city_of_its_own_has_its_sheet_and_table(own_city: SmallCity, tmp_path: Path) -> None:
    sheet, table = tmp_path / "out" / "reach.pdf", tmp_path / "reach.csv"
    arguments = ("--areas", "zones", "--distance", "140", "--csv", str(table), "-o", str(sheet))
    done = report("points", *arguments, **folders(own_city))
    assert done.exit_code == 0, done.output
    text = words(sheet)
    assert "から直線で140mを超える範囲" in text
    assert "この資料は、基準に適合するかどうかを示しません" in text
    assert "ホースを延ばす道のりではありません" in text
    (area,) = lines(table)
    assert (area["区域"], area["見本"]) == ("本町", "")
    assert float(area["距離を超える割合（%）"]) > 90


def test_a_real_layer_speaks_with_its_source_and_date(
    yaizu: Catalog, home: Path, shared: Path, tmp_path: Path
) -> None:
    assert not yaizu.base.neighbourhoods
    city = {"definitions": YAIZU, "data": shared / "yaizu", "home": home / "yaizu"}
    sheet = str(tmp_path / "reach.pdf")
    done = report("hydrants", "-o", sheet, **city)
    assert done.exit_code == 2
    assert "町丁目のデータがありません" in done.output
    done = report("hydrants", "--areas", "flood", "-o", sheet, **city)
    assert done.exit_code == 0, done.output
    said = words(Path(sheet))
    assert "防火水そう92件、井戸101件" in said
    assert "193件のうち30件が区域の中です（0.5m未満30件）" in said
    assert "調査対象外または不明163件" in said
    assert "2026年4月13日時点" in said
    assert {each.id for each in places_of(yaizu)} > {"hydrants", *OTHERS}
    assert "区域の外でも浸水などが起こることがあります" in said
    for layer_id in OTHERS:  # what stands in a zone is counted of these, too
        layer = yaizu.layer(layer_id)
        found = exposure(layer, yaizu.layer("flood"))
        assert f"{layer.definition.title['ja']}{layer.feature_count}件" in said
        count = f"{layer.feature_count}件のうち{len(found.exposed)}件が区域の中です（"
        assert (count in said) is bool(found.exposed)
        assert f"{found.outside}件、調査対象外または不明{found.not_surveyed}件" in said
    assert "見本" not in said


def test_sites_and_shelters_in_a_zone_are_counted_beside_the_layer(
    own_city: SmallCity, tmp_path: Path
) -> None:
    inside, outside = ("あ", 35.105, 139.105), ("い", 35.15, 139.15)
    hazard = 'hazard = "洪水"\nscenario = "実績"\nsurveyed_extent = "boundary"'
    own_city.declare("flood", 'path = "zones.geojson"', group="disaster", top=hazard)
    layers = {
        "sites": ("[nearest]", [inside, inside, outside]),
        "shelters": ("shelters = true", [outside] * 4),
        "others": ("", [inside] * 6),  # nobody is sent there
        "made_up": ("sample = true\n[nearest]", [inside] * 5),
    }
    for layer_id, (top, places) in layers.items():
        rows = "".join(f"{name}{n},{y},{x}\n" for n, (name, y, x) in enumerate(places))
        own_city.put(f"{layer_id}.csv", f"名称,緯度,経度\n{rows}")
        own_city.declare(layer_id, POINTS.replace("points", layer_id), top=top)
    sheet = tmp_path / "reach.pdf"
    done = report("points", "--areas", "zones", "-o", str(sheet), **folders(own_city))
    assert done.exit_code == 0, done.output
    text = words(sheet)
    assert "1件のうち1件が区域の中です" in text
    assert "3件のうち2件が区域の中です" in text
    assert "区域の外（調査された範囲）1件" in text
    assert "区域の外（調査された範囲）4件" in text
    assert "区域の外でも浸水などが起こることがあります" in text
    assert text.count("見本データのため、何も示しません") == 1
    assert "6件" not in text
    assert "5件のうち" not in text


@pytest.fixture
def own_city(tmp_path: Path) -> SmallCity:
    """A point and a zone around it; no neighbourhoods."""
    city = SmallCity(tmp_path)
    box = [[139.1, 35.1], [139.11, 35.1], [139.11, 35.11], [139.1, 35.11], [139.1, 35.1]]
    city.put("zones.geojson", feature_collection((polygon(box), {"名称": "本町"})))
    city.declare("zones", 'path = "zones.geojson"', top='label = "name"')
    city.put("points.csv", "名称,緯度,経度\nあ,35.105,139.105\n")
    city.declare("points", POINTS)
    return city


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["zones", "-o", "x.pdf"], "点のレイヤーの id"),
        (["points", "--areas", "points", "-o", "x.pdf"], "面のレイヤーの id"),
        (["points", "-o", "x.pdf"], "町丁目のデータがありません"),
        (["nothing", "-o", "x.pdf"], "no layer 'nothing'"),
        (["points", "--distance", "0", "-o", "x.pdf"], "--distance"),
        (["points"], "-o"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_what_was_wanted(
    own_city: SmallCity, arguments: list[str], wanted: str
) -> None:
    done = report(*arguments, **folders(own_city))
    assert done.exit_code == 2
    assert wanted in done.output
    assert not Path("x.pdf").exists()


def test_a_folder_in_the_way_is_said(own_city: SmallCity, tmp_path: Path) -> None:
    done = report("points", "--areas", "zones", "-o", str(tmp_path), **folders(own_city))
    assert done.exit_code == 1
    assert "書き出していません: points" in done.output


def folders(city: SmallCity) -> dict[str, Path]:
    return {"definitions": city.definitions, "data": city.data, "home": city.home}
