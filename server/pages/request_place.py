"""The place of a request in words: for those who see no map, and where none can be loaded."""

from __future__ import annotations

import math
from dataclasses import dataclass

from babel.numbers import format_decimal

from layers.catalog.catalog import Catalog
from layers.geometry.drawn_area import square_metres
from layers.query.landmarks import near_names
from server.desk.intake.form import Place
from server.texts import LANGUAGES, Translate, translator

HECTARE, SQUARE_KILOMETRE = 10_000, 1_000_000  # square metres
DIGITS = 2  # of a size: what is drawn by hand is not more exact


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """`size` is "" of a point, `near` where nothing named is near; `view` is an address's `at`."""

    position: str
    size: str
    near: str
    view: str


def place_words(place: Place | None, catalog: Catalog, lang: str) -> PlaceWords | None:
    """Where the request's place is, and how large its area; None without a place."""
    if place is None:
        return None
    _ = translator(lang)
    language = LANGUAGES[lang]
    names = near_names(catalog.base, place.longitude, place.latitude, language.names)
    position = _("Latitude {lat}, longitude {lon}").format(lat=place.latitude, lon=place.longitude)
    size = ""
    if place.area is not None:
        position = _("Its middle: {position}").format(position=position)
        size = _("An area of about {size}").format(size=_size(square_metres(place.area), lang, _))
    return PlaceWords(
        position=position,
        size=size,
        near=_("Near: {places}").format(places=_(", ").join(names)) if names else "",
        view=f"17/{place.latitude}/{place.longitude}",
    )


def _size(square_metres: float, lang: str, _: Translate) -> str:
    """To two digits, in square metres, hectares or square kilometres."""
    digits = DIGITS - 1 - math.floor(math.log10(max(1.0, square_metres)))
    size = round(square_metres, digits)
    unit, text = next(
        (unit, text)
        for unit, text in (
            (SQUARE_KILOMETRE, _("{size} km²")),
            (HECTARE, _("{size} ha")),
            (1, _("{size} m²")),
        )
        if size >= unit or unit == 1
    )
    return text.format(size=format_decimal(size / unit, locale=LANGUAGES[lang].locale))
