"""What the script of the request form is told: a small map on which a place is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import orjson

from layers.catalog.catalog import Catalog
from layers.symbology.look import LOOK
from server.desk.form import MARGIN_DEGREES
from server.texts import LANGUAGES, plain, translator
from server.viewer.base_config import base_config
from server.viewer.permalink import MAX_ZOOM, MIN_ZOOM


def place_map_config(catalog: Catalog, lang: str, static: Mapping[str, str]) -> str:
    """The JSON for the form's script; `static` names the bundled files of the map in it."""
    _ = translator(lang)
    west, south, east, north = catalog.city.extent
    config = {
        "script": f"/static/{static['place_map.js']}",
        "style": f"/static/{static['place_map.css']}",
        "extent": [[south, west], [north, east]],
        # Places that the form takes.
        "limits": [
            [south - MARGIN_DEGREES, west - MARGIN_DEGREES],
            [north + MARGIN_DEGREES, east + MARGIN_DEGREES],
        ],
        "minZoom": MIN_ZOOM,
        "maxZoom": MAX_ZOOM,
        "nameTags": LANGUAGES[lang].names,
        "look": {"ground": asdict(LOOK.ground), "base": asdict(LOOK.base)},
        "base": base_config(catalog.base, catalog.city, lang, _),
        "words": {
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
            "chosen": _("Place chosen: latitude {lat}, longitude {lon}."),
            "cleared": _("No place is chosen."),
            "tooFar": _("This place is too far from the city."),
            "unloaded": _(
                "The map could not be loaded. Choose a neighbourhood or enter the numbers."
            ),
        },
    }
    return plain(orjson.dumps(config).decode())
