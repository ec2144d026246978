"""What an address of the map asks to be shown, beyond what the browser tests see."""

from __future__ import annotations

from layers.catalog.catalog import Catalog
from server.viewer.permalink import shown_map


def test_disasters_without_layers_mean_the_preset_for_them(asaka: Catalog) -> None:
    map_of_floods = shown_map({"for": "flood"}, asaka)
    assert [layer.id for layer in map_of_floods.layers] == ["flood", "emergency_sites"]
    assert shown_map({"for": "flood", "layers": ""}, asaka).layers == ()
    both = shown_map({"for": "flood,earthquake"}, asaka)
    usual = [layer for layer in asaka.layers.values() if layer.definition.default_visible]
    assert [*both.layers] == usual  # no preset is for just these
