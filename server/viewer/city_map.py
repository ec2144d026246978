"""The map of a city: `folium.Map` with a script and markup of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

import folium
from markupsafe import Markup

from layers.revision.points import CELL_ZOOM
from layers.schema.city import CityDefinition
from layers.symbology.look import LOOK
from server.desk.intake.near import MARGIN_DEGREES
from server.http.links import query
from server.texts import LANGUAGES, Translate
from server.texts.cautions import Caution
from server.texts.wording import localized
from server.viewer.permalink import MAX_ZOOM, MIN_ZOOM
from server.viewer.presets import PresetButton
from server.viewer.rendering import TEMPLATES, Macros, javascript
from server.viewer.words_script import script_words


def look_config() -> dict[str, Any]:
    """How the map looks, as its script reads it.

    `cells` is how many a tile is wide whose points are counted together.
    """
    return {**asdict(LOOK), "cells": 2**CELL_ZOOM}


def _line(caution: Caution) -> str:
    """The name of the line beside the map that the caution stands in: zones and hatch share one."""
    return "zones" if caution.kind == "hatch" else caution.kind


class CityMap(Macros, folium.Map):
    """A Leaflet map of the city; the address of the page may give it another first view."""

    _template = TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = bosai.cityMap("{{ this.get_name() }}", {{ this.config }});
        {% endmacro %}
        {% macro html(this, kwargs) %}{% include "map.html" %}{% endmacro %}
        """
    )

    def __init__(
        self,
        city: CityDefinition,
        lang: str,
        translate: Translate,
        cautions: Sequence[Caution],
        presets: Sequence[PresetButton],
    ) -> None:
        west, south, east, north = city.extent
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self._name = "CityMap"
        self._id = "main"
        self.translate = translate
        self.city, self.city_name = city, localized(city.name, lang)
        self.official_map_title = localized(city.official_map_title, lang)
        self.presets = presets
        self.cautions = [(kind, [*group]) for kind, group in groupby(cautions, _line)]
        self.query = query(lang)
        self.gap = LANGUAGES[lang].gap
        self.config: Markup = javascript(
            {
                "extent": [[south, west], [north, east]],
                "minZoom": MIN_ZOOM,
                "maxZoom": MAX_ZOOM,
                "lang": LANGUAGES[lang].tag,
                "nameTags": LANGUAGES[lang].names,
                "words": script_words(lang, translate),
                "look": look_config(),
                "here": f"/here{query(lang)}",
                "requests": {
                    "form": f"/requests/new{query(lang)}",
                    "extent": [
                        [south - MARGIN_DEGREES, west - MARGIN_DEGREES],
                        [north + MARGIN_DEGREES, east + MARGIN_DEGREES],
                    ],
                },
            }
        )
