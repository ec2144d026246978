"""Cities to measure: definitions in TOML and data in a folder, prepared the way any city is."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from layers.catalog.layer import Layer
from layers.process.sandbox import Sandbox
from layers.publish import jobs
from layers.schema.load import load_city, load_layer
from layers.store.folder import FolderStore
from tests.benchmarks import data, shapes
from tests.benchmarks.data import Dataset

ENGINE = Path(__file__).parents[2] / "layers"
YAIZU = Path(__file__).parents[1] / "cities" / "yaizu"
BOUNDARY = "boundary.geojson"

CITY = """
name = {{ ja = "計測市", en = "Benchmark City" }}
code = "00000"
extent = [{extent}]
official_map = "https://example.com/"
official_map_title = {{ ja = "市の地図", en = "The city's map" }}
contact = {{ ja = "連絡先", en = "contact" }}
boundary = "{boundary}"
base_credit = {{ ja = "計測用", en = "for measuring" }}

[[groups]]
id = "measured"
title = {{ ja = "計測", en = "Measured" }}
"""

LAYER = """
title = {{ ja = "計測用 {id}", en = "{id}, for measuring" }}
description = {{ ja = "計測用", en = "for measuring" }}
group = "measured"
minzoom = {minzoom}
maxzoom = {maxzoom}

[source]
path = "{path}"
id = "no"

[credit]
attribution = {{ ja = "計測用", en = "for measuring" }}
licence = {{ ja = "計測用", en = "for measuring" }}
date = 2026-01-01

[fields.no]
title = {{ ja = "番号", en = "Number" }}
column = "no"
type = "integer"

[fields.kind]
title = {{ ja = "種別", en = "Kind" }}
column = "kind"

[fields.name]
title = {{ ja = "名称", en = "Name" }}
column = "name"

[style]
field = "kind"
"""

SHELTERS = """
title = { ja = "指定緊急避難場所", en = "Emergency sites" }
description = { ja = "計測用", en = "for measuring" }
group = "measured"
minzoom = 5
maxzoom = 14

[source]
path = "shelters.geojsonl"

[credit]
attribution = { ja = "国土地理院", en = "GSI" }
licence = { ja = "国土地理院コンテンツ利用規約", en = "GSI terms of use" }
date = 2025-10-27

[fields.name]
title = { ja = "名称", en = "Name" }
column = "施設・場所名"

[fields.flood]
title = { ja = "洪水", en = "Flood" }
column = "洪水"
type = "flag"

[nearest]
valid_for = { flood = "flood" }

[style]
field = "flood"
"""


@dataclass(frozen=True)
class City:
    """Definitions, data and the home that prepared revisions are kept in."""

    definitions: Path
    data: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which the service serves this city."""
        return {
            "BOSAI_DEFINITIONS": str(self.definitions),
            "BOSAI_DATA": str(self.data),
            "BOSAI_HOME": str(self.home),
        }

    def source(self, layer_id: str) -> Path:
        """The file a layer is read from."""
        return self.data / load_layer(self.definitions / f"{layer_id}.toml").source.name

    def layer(self, layer_id: str) -> Layer:
        """The layer, prepared unless it is. Raises `RuntimeError` with its report."""
        with Sandbox() as sandbox:
            return publish(self.definitions, self.data, self.home, layer_id, sandbox)


def publish(definitions: Path, data: Path, home: Path, layer_id: str, sandbox: Sandbox) -> Layer:
    """Prepare a layer into `home` and open it. Raises `RuntimeError` with its report."""
    store = FolderStore(home)
    city = load_city(definitions / "city.toml")
    definition = load_layer(definitions / f"{layer_id}.toml")
    report = jobs.publish(store, definition, city, data, sandbox)
    revision = store.current(layer_id)
    if report.failed or revision is None:
        raise RuntimeError(f"{layer_id} cannot be prepared: {report.problems}")
    return Layer(revision)


@dataclass(frozen=True)
class Cities:
    """Makes cities below a cache folder, with a share of the data."""

    cache: Path
    share: float

    @property
    def data(self) -> Path:
        """The folder of the seeded data."""
        return self.cache / f"data-{data.VERSION}-{self.share:g}"

    def seeded(self, name: str, datasets: Iterable[Dataset], suffix: str = ".geojson") -> City:
        """A city of these layers, read from GeoJSON or FlatGeobuf."""
        city = self._city(name, self.data)
        for dataset in datasets:
            path = data.write(dataset.scaled(self.share), self.data)
            if suffix == ".fgb":
                path = _flatgeobuf(path)
            declared = LAYER.format(
                id=dataset.id, path=path.name, minzoom=dataset.minzoom, maxzoom=dataset.maxzoom
            )
            (city.definitions / f"{dataset.id}.toml").write_text(declared, encoding="utf-8")
        return city

    def shelters(self) -> City:
        """Japan's shelters. Needs ../shared/data."""
        city = self._city("japan", self.data)
        data.shelters(self.data)
        (city.definitions / "shelters.toml").write_text(SHELTERS, encoding="utf-8")
        return city

    def yaizu(self) -> City:
        """The flood areas of Yaizu at zooms 10 to 16. Needs ../shared/data."""
        definitions = self._definitions("yaizu")
        for name, lead in (("city.toml", ""), ("flood.toml", "minzoom = 10\nmaxzoom = 16\n")):
            declared = (YAIZU / name).read_text(encoding="utf-8")
            (definitions / name).write_text(lead + declared, encoding="utf-8")
        return City(definitions, data.YAIZU, self.home("yaizu"))

    def home(self, name: str) -> Path:
        """Where a city is kept once it is prepared, by the engine as it is now."""
        homes = self.cache / f"home-{self.share:g}"
        for old in homes.glob("*"):
            if old.name != _engine():
                shutil.rmtree(old)
        return homes / _engine() / name

    def _city(self, name: str, folder: Path) -> City:
        definitions = self._definitions(name)
        extent = ", ".join(map(str, shapes.CITY))
        declared = CITY.format(extent=extent, boundary=BOUNDARY)
        (definitions / "city.toml").write_text(declared, encoding="utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        west, south, east, north = shapes.CITY
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        area = {"type": "Polygon", "coordinates": [ring]}
        feature = {"type": "Feature", "properties": {}, "geometry": area}
        (folder / BOUNDARY).write_text(json.dumps(feature), encoding="utf-8")
        return City(definitions, folder, self.home(name))

    def _definitions(self, name: str) -> Path:
        folder = self.cache / f"definitions-{self.share:g}" / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.toml"):
            old.unlink()
        return folder


def _flatgeobuf(path: Path) -> Path:
    target = path.with_suffix(".fgb")
    if not target.is_file():
        import pyogrio  # not for the workers, whose memory is measured

        draft = path.with_suffix(".new.fgb")
        pyogrio.write_dataframe(pyogrio.read_dataframe(path), draft)
        draft.replace(target)
    return target


@cache
def _engine() -> str:
    """A name for the engine's code as it is now."""
    digest = hashlib.sha256()
    for path in sorted([*ENGINE.rglob("*.py"), *ENGINE.rglob("*.toml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
