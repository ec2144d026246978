"""What lies under the city's layers: the bundled base, or GSI's tiles if the reader asks."""

from __future__ import annotations

from collections.abc import Mapping

import folium.map
from markupsafe import Markup

from server.viewer.rendering import TEMPLATES, Macros, javascript

GSI_TILES = "https://cyberjapandata.gsi.go.jp/xyz/{style}/{{z}}/{{x}}/{{y}}.png"
GSI_TERMS = "https://maps.gsi.go.jp/development/ichiran.html"
GSI_ZOOMS = (2, 18)


class BundledBase(Macros, folium.map.Layer):
    """The city and what lies around it, from this host. It stays under every other base.

    `config` is that of `server.viewer.base_config`.
    """

    _template = TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = bosai.bundledBase({{ this.config }});
        {% endmacro %}
        """
    )

    def __init__(self, config: Mapping[str, object]) -> None:
        super().__init__(name="bundled", overlay=False)
        self._name = "BundledBase"
        self._id = "bundled"
        self.config: Markup = javascript(config)


class GsiBase(Macros, folium.map.Layer):
    """One of GSI's tile sets, asked for only when the reader has chosen it."""

    _template = TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = bosai.onlineBase({{ this.config }});
        {% endmacro %}
        """
    )

    def __init__(self, style: str, credit: str) -> None:
        super().__init__(name=style, overlay=False, show=False)
        self._name = "GsiBase"
        self._id = style
        minzoom, maxzoom = GSI_ZOOMS
        self.config: Markup = javascript(
            {
                "tiles": GSI_TILES.format(style=style),
                "minzoom": minzoom,
                "maxzoom": maxzoom,
                "credit": credit,
                "creditUrl": GSI_TERMS,
            }
        )
