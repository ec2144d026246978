"""Services whose features come in pages: told by their address, and published as any source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.fetch import copies
from layers.publish.open import open_catalog
from layers.report import Report
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.source import Source
from layers.store.folder import HomeFolder
from tests.layers.city import SmallCity
from tests.layers.fetch.host import Host, serving
from tests.layers.fetch.test_arcgis import ArcGis
from tests.layers.fetch.test_wfs import Wfs
from tests.sandbox import SANDBOX

HOST = "https://gis.example.jp"


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("/arcgis/rest/services/a/FeatureServer/0", "arcgis"),
        ("/arcgis/rest/services/a/b/MapServer/12/", "arcgis"),
        ("/arcgis/rest/services/a/MapServer/3/query?where=1%3D1&f=geojson", "arcgis"),
        ("/arcgis/rest/services/a/FeatureServer", "arcgis"),
        ("/arcgis/rest/services/a/FeatureServer/0/export.csv", None),
        ("/arcgis/rest/services/a/ImageServer", None),
        ("/ogc/collections/aed", "ogc-features"),
        ("/ogc/collections/aed/items?f=json", "ogc-features"),
        ("/ogc/collections", None),
        ("/ogc/collections/aed/items/3", None),
        ("/ogc/collections/aed.geojson/raw", None),
        ("/geoserver/ows?service=WFS&request=GetFeature&typeNames=a", "wfs"),
        ("/geoserver/ows?SERVICE=wfs&REQUEST=GetCapabilities", "wfs"),
        ("/geoserver/ows?service=WFS&outputFormat=application/json", "wfs"),
        ("/geoserver/ows?service=WFS&outputFormat=csv", None),
        ("/geoserver/ows?service=WMS", None),
        ("/geoserver/wfs", None),
        ("/data.csv", None),
    ],
)
def test_a_service_is_told_by_its_address(address: str, service: str | None) -> None:
    source = Source(url=HOST + address)
    assert source.service == service
    # Nothing of the query is left where a definition is kept; the service is known all the same.
    assert Source.model_validate(source.model_dump(mode="json")).service == service
    assert Source(url=HOST + address, service="file").service == "file"


def test_a_file_has_no_service() -> None:
    assert Source(path="FeatureServer/0").service is None
    assert Source(url="postgresql://host/FeatureServer/0", table="a").service is None


def definition(city: SmallCity, source: str) -> LayerDefinition:
    return load_layer(city.declare("points", source))


def test_a_feature_type_of_a_wfs_is_published(city: SmallCity, host: Host) -> None:
    service = Wfs(host)
    service.spoil = (  # into the city
        lambda page: (
            page.replace('"name": "\\u', '"名称": "\\u')
            .replace("139.5", "139.1")
            .replace("35.8", "35.1")
        )
    )
    city.declare("points", f'url = "{service.url}"\nsublayer = "aed"')
    home = HomeFolder(city.home)
    catalog = open_catalog(city.definitions, city.data, home, SANDBOX, private_sources=True)
    layer = catalog.layer("points")
    assert layer.problem == ""
    assert layer.feature_count == 7
    assert layer.revision.sources[0].name == ".fetched/city_aed.geojson"
    assert "secret" not in json.dumps(layer.revision.report.to_json())


def test_a_fault_of_a_service_replaces_nothing(city: SmallCity, host: Host) -> None:
    service = ArcGis(host)
    layer = definition(city, f'url = "{service.url}"')
    folder = city.home / "copies"
    source = copies.Copies(layer, folder, private=True)
    prepared: list[str] = []

    def prepare(path: Path) -> Report:
        prepared.append(path.read_text("utf-8"))
        return Report("", "", rows=len(json.loads(prepared[-1])["features"]))

    with source.lock(wait=True):
        assert source.publish(prepare).rows == 7
        state = folder / "points" / copies.STATE
        state.write_bytes(state.read_bytes().replace(b'"asked_at":"2', b'"asked_at":"1'))
        service.count = 9  # and two of them never come
        report = source.publish(prepare)
    assert report.rows == 7
    assert "stated by the service: 7 / 9" in report.problems[0].message("en")
    assert "件数が合いません" in report.problems[0].message("ja")
    assert prepared[0] == prepared[1]


def test_another_feature_type_is_another_source(city: SmallCity, host: Host) -> None:
    service = Wfs(host)
    first = definition(city, f'url = "{service.url}"\nsublayer = "aed"')
    source = copies.Copies(first, city.home / "copies", private=True)
    with source.lock(wait=True):
        source.publish(lambda _: Report("", ""))
    assert not copies.due(first, city.home / "copies")
    other = definition(city, f'url = "{service.url}"\nsublayer = "hydrants"')
    assert copies.due(other, city.home / "copies")
