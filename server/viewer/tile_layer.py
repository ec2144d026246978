"""A city's layer on the map: a Folium layer over the layer's GeoJSON tiles."""

from __future__ import annotations

import folium.map
from markupsafe import Markup

from layers.catalog.layer import Layer
from server.texts import Translate
from server.viewer.layer_config import layer_config
from server.viewer.rendering import TEMPLATES, Macros, javascript


class TileLayer(Macros, folium.map.Layer):
    """Draws each tile in a canvas of its own; a hazard layer also hatches what is not surveyed.

    It is not on the map by itself: the panel adds and removes it.
    """

    _template = TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = bosai.tileLayer({{ this.config }});
        {% endmacro %}
        """
    )

    def __init__(self, layer: Layer, lang: str, translate: Translate) -> None:
        super().__init__(name=layer.id, overlay=True, show=False)
        self._name = "TileLayer"
        self._id = layer.id
        self.config: Markup = javascript(layer_config(layer, lang, translate))
