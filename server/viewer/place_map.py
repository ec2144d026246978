"""What the scripts of pages about a request are told: a small map on which its place is chosen, or
that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from layers.catalog.catalog import Catalog
from layers.symbology.look import LOOK
from server.desk.intake.form import Place
from server.desk.intake.near import near_city
from server.texts import LANGUAGES, Translate, plain, translator
from server.viewer.base_config import base_config
from server.viewer.permalink import MAX_ZOOM, MIN_ZOOM


def place_map_config(catalog: Catalog, lang: str, static: Mapping[str, str]) -> str:
    """The JSON for the form's script; `static` names the bundled files of the map in it."""
    _ = translator(lang)
    config = small_map_config(catalog, lang, static, _)
    config["drawing"] = f"/static/{static['place_area.js']}"
    config["words"] |= {
        "unloaded": _("The map could not be loaded. Choose a neighbourhood or enter the numbers."),
        "chosen": _("Place chosen: latitude {lat}, longitude {lon}."),
        "cleared": _("No place is chosen."),
        "tooFar": _("This place is too far from the city."),
        "loading": _("Loading …"),
        "undrawable": _("Drawing could not be loaded. Choose a place instead, or try again."),
        "draw": _("Choose the corners of the area one after the other."),
        "corners": _.forms("{count} corner so far.", "{count} corners so far."),
        "drawn": _.forms(
            "An area with {count} corner is drawn.", "An area with {count} corners is drawn."
        ),
        "areaStays": _("An area is drawn. Remove it to choose a place instead."),
        "fewCorners": _("An area needs three corners or more."),
        "manyCorners": _("The area has too many corners. At most: {most}."),
        "areaTooFar": _("Part of the area is too far from the city."),
        "crossing": _("The outline crosses itself. Undo the last corners and choose others."),
    }
    return as_json(config)


def shown_place_config(place: Place, catalog: Catalog, lang: str, static: Mapping[str, str]) -> str:
    """The JSON for the script of a page that shows a request's place."""
    config = small_map_config(catalog, lang, static, translator(lang))
    config["place"] = {"at": [place.latitude, place.longitude], "area": place.area}
    return as_json(config)


def small_map_config(
    catalog: Catalog, lang: str, static: Mapping[str, str], _: Translate
) -> dict[str, Any]:
    """What every small map is told: its files, its base, what it may show."""
    west, south, east, north = catalog.city.extent
    least_longitude, least_latitude, most_longitude, most_latitude = near_city(catalog.city.extent)
    return {
        "script": f"/static/{static['place_map.js']}",
        "style": f"/static/{static['place_map.css']}",
        "extent": [[south, west], [north, east]],
        # Places that the form takes.
        "limits": [[least_latitude, least_longitude], [most_latitude, most_longitude]],
        "minZoom": MIN_ZOOM,
        "maxZoom": MAX_ZOOM,
        "nameTags": LANGUAGES[lang].names,
        "look": {"ground": asdict(LOOK.ground), "base": asdict(LOOK.base)},
        "base": base_config(catalog.base, catalog.city, lang, _),
        "words": {
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
            "unloaded": _("The map could not be loaded."),
        },
    }


def as_json(config: Mapping[str, Any]) -> str:
    """What a script is told, as an attribute of its element holds it."""
    return plain(orjson.dumps(config).decode())
