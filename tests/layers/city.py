"""A small city of one test's own: definitions and data in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from layers.catalog.catalog import Catalog
from layers.process.sandbox import Sandbox
from layers.publish.check import check_catalog
from layers.publish.open import open_catalog
from layers.report import Problem, Report
from layers.schema.folder import CITY as CITY_FILE
from layers.schema.unwritten import ATTRIBUTION, DESCRIPTION, GROUP, LICENCE, TITLE
from layers.store.folder import HomeFolder
from tests.sandbox import SANDBOX

CITY = """
name = { ja = "見本市", en = "Sample City" }
code = "00000"
extent = [139.0, 35.0, 139.2, 35.2]
official_map = "https://example.com/"
official_map_title = { ja = "市の地図", en = "The city's map" }
contact = { ja = "連絡先", en = "contact" }
boundary = "boundary.geojson"
base_credit = { ja = "見本", en = "sample" }

[[groups]]
id = "disaster"
title = { ja = "災害", en = "Disaster" }

[[groups]]
id = "fire"
title = { ja = "消防", en = "Fire" }
"""

LAYER = """
title = {{ ja = "レイヤー", en = "Layer" }}
description = {{ ja = "説明", en = "description" }}
group = "{group}"
{top}

[source]
{source}

[credit]
attribution = {{ ja = "見本", en = "sample" }}
licence = {{ ja = "見本", en = "sample" }}
date = 2026-01-01

[fields.name]
title = {{ ja = "名称", en = "Name" }}
column = "名称"
{fields}
"""

SQUARE = [[139.0, 35.0], [139.2, 35.0], [139.2, 35.2], [139.0, 35.2], [139.0, 35.0]]


def polygon(ring: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring]}


def feature_collection(*features: tuple[dict[str, object] | None, dict[str, object]]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "geometry": geometry, "properties": properties}
                for geometry, properties in features
            ],
        },
        ensure_ascii=False,
    )


class SmallCity:
    """Definitions, data and home below one folder."""

    def __init__(self, folder: Path) -> None:
        self.definitions, self.data, self.home = (
            folder / name for name in ("definitions", "data", "home")
        )
        self.definitions.mkdir()
        self.data.mkdir()
        (self.definitions / "city.toml").write_text(CITY, encoding="utf-8")
        self.put("boundary.geojson", feature_collection((polygon(SQUARE), {})))

    def put(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        """Write a data file."""
        path = self.data / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def declare(
        self, layer_id: str, source: str, *, group: str = "fire", top: str = "", fields: str = ""
    ) -> Path:
        """Write a layer's definition; `source`, `top` and `fields` are TOML."""
        path = self.definitions / f"{layer_id}.toml"
        text = LAYER.format(group=group, top=top, source=source, fields=fields)
        path.write_text(text, encoding="utf-8")
        return path

    def open(self, sandbox: Sandbox = SANDBOX) -> Catalog:
        return open_catalog(self.definitions, self.data, HomeFolder(self.home), sandbox)


def check_reports(*arguments: Any, sandbox: Sandbox = SANDBOX, **options: Any) -> list[Report]:
    """The reports of `check_catalog`, without the differences to what is published.

    A small city is in two languages only: the warnings of it are left out.
    """
    reports = []
    for check in check_catalog(*arguments, sandbox=sandbox, **options):
        report = check.report
        others = [problem for problem in report.problems if problem.kind != "languages_missing"]
        is_of_city = report.path == CITY_FILE
        if others or not is_of_city:
            report.problems = others
            reports.append(report)
    return reports


def findings(report: Report) -> list[Problem]:
    """What was found of rows and columns, without the notes of how the file was read."""
    how = ("encoding_", "coordinate_columns", "crs_guessed", "header_row")
    return [problem for problem in report.problems if not problem.kind.startswith(how)]


def write_words(definition: Path) -> None:
    """Write what `bosai add` leaves to the officer."""
    text = definition.read_text("utf-8")
    for placeholder in (TITLE, DESCRIPTION, ATTRIBUTION, LICENCE):
        text = text.replace(placeholder["ja"], "公園").replace(placeholder["en"], "Parks")
    text = text.replace(GROUP, "fire")
    definition.write_text(text, "utf-8")
