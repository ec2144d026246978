"""How a layer looks, for programs that draw it: MapLibre's style and SLD."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from tests.server.ogc.asked import ask, json, link_to

OGC, SLD = "{http://www.opengis.net/ogc}", "{http://www.opengis.net/sld}"
LAYERS = ["flood", "emergency_sites", "hydrants"]


def addresses(client: TestClient) -> dict[str, dict[str, str]]:
    """Where each layer's styles are, by their media types."""
    document = json(client, "/ogc/styles")
    return {
        style["id"]: {
            link["type"]: link["href"].removeprefix("http://testserver") for link in style["links"]
        }
        for style in document["styles"]
    }


def colors(expression: Any) -> set[str]:
    """The colours in an expression."""
    if isinstance(expression, str):
        return {expression} if expression.startswith("#") else set()
    return (
        {c for part in expression for c in colors(part)} if isinstance(expression, list) else set()
    )


@pytest.mark.parametrize("layer_id", LAYERS)
def test_maplibre_draws_the_legends_colours_from_our_tiles(
    asaka_client: TestClient, asaka: Catalog, layer_id: str
) -> None:
    layer = asaka.layer(layer_id)
    answer = ask(
        asaka_client, addresses(asaka_client)[layer_id]["application/vnd.mapbox.style+json"]
    )
    style = answer.json()
    assert style["version"] == 8
    source = style["sources"][layer_id]
    tile, _ = next(layer.tiles(14))
    (template,) = source["tiles"]
    address = template.format(z=tile.z, x=tile.x, y=tile.y).removeprefix("http://testserver")
    drawn = ask(asaka_client, address)
    assert drawn.content == layer.tile(tile, "mvt")
    assert "immutable" in drawn.headers["cache-control"]
    painted = {
        c for each in style["layers"] for value in each["paint"].values() for c in colors(value)
    }
    assert {entry.color for entry in layer.legend()} <= painted
    assert {each["source-layer"] for each in style["layers"]} == {layer_id}
    assert ("見本" in style["name"]) == layer.definition.sample


@pytest.mark.parametrize("layer_id", LAYERS)
def test_sld_has_a_rule_for_each_entry_of_the_legend(
    asaka_client: TestClient, asaka: Catalog, layer_id: str
) -> None:
    layer = asaka.layer(layer_id)
    address = addresses(asaka_client)[layer_id]["application/vnd.ogc.sld+xml;version=1.0"]
    answer = ask(asaka_client, address)
    root = ET.fromstring(answer.content)
    assert root.tag == f"{SLD}StyledLayerDescriptor"
    assert root.get("version") == "1.0.0"
    rules = root.findall(f".//{SLD}Rule")
    legend = layer.legend()
    assert [rule.findtext(f"{SLD}Title") for rule in rules] == [e.label["ja"] for e in legend]
    for rule, entry in zip(rules, legend, strict=True):
        literal = rule.findtext(f".//{OGC}Literal")
        assert literal == (None if entry.value is None else str(entry.value))
        written = [each.text for each in rule.iter(f"{SLD}CssParameter")]
        assert entry.color in written


def test_each_layer_has_one_style_and_no_other(asaka_client: TestClient) -> None:
    document = json(asaka_client, "/ogc/collections/flood/styles")
    assert document["default"] == "default"
    assert link_to(document["styles"][0], "stylesheet").endswith("/styles/default?f=mbs")
    assert asaka_client.get("/ogc/collections/flood/styles/night").status_code == 404
    assert asaka_client.get("/ogc/collections/flood/styles/default?f=sld11").status_code == 400
