"""Finding 町丁目: by an address, a name or a reading, and by a postcode."""

from __future__ import annotations

import re
from collections.abc import Mapping

from layers.japanese.addresses import AZA, CHOME, DOUBT_CHOME, DOUBT_TOWN, Town, one_spelling
from layers.japanese.sound import sound
from layers.query.search.index import Index
from layers.query.search.ranked import Hit, Ranked
from layers.query.search.rules import (
    BEGINS,
    CHOME_SOUND,
    CODE_LENGTH,
    EXACT,
    READ_LOT,
    Wanted,
    in_order,
    rank,
)


def towns_called(index: Index, text: str) -> list[Ranked]:
    """The town an address is in, then those whose names or readings answer.

    The text has no spaces and is in NFKC.
    """
    gazetteer = index.gazetteer
    spelling = one_spelling(text)
    whole = sound(AZA.sub("", gazetteer.within_city(text).text))
    by_name = _by_name(index, Wanted(whole)) if whole else {}
    address = None
    if re.search("[0-9]", spelling) or CHOME.search(spelling):
        address = gazetteer.find(text)
    if address is None and not by_name:
        address = _by_reading(index, whole)
    ranked = [] if address is None else [Ranked(EXACT, "", _hit(index, address))]
    return ranked + [
        _ranked(index, town, quality) for town, quality in by_name.items() if town != address
    ]


def towns_with(index: Index, code: str) -> list[Ranked]:
    """The towns that a postcode, or the beginning of one, is of."""
    quality = EXACT if len(code) == CODE_LENGTH else BEGINS
    return [
        _ranked(index, town, quality)
        for town in index.towns
        if any(own.startswith(code) for own in index.postcodes.by_town.get(town, ()))
    ]


def _by_name(index: Index, wanted: Wanted) -> Mapping[Town, int]:
    """How well the towns answer that do."""
    ranks = {
        town: rank(keys, wanted) for town, keys in zip(index.towns, index.town_keys, strict=True)
    }
    return {town: quality for town, quality in ranks.items() if quality is not None}


def _by_reading(index: Index, whole: str) -> Town | None:
    """The town of an address that is written as it is read: mizonuma7-1-2."""
    if (lot := READ_LOT.match(whole)) is None:
        return None
    for text in (lot[1] + lot[2] + CHOME_SOUND, lot[1]):
        for town, keys in zip(index.towns, index.town_keys, strict=True):
            if any(key[0] == text for key in keys):
                return town
    return None


def _ranked(index: Index, town: Town, quality: int) -> Ranked:
    return Ranked(quality, in_order(index.town_keys[index.numbers[town]][0][0]), _hit(index, town))


def _hit(index: Index, town: Town) -> Hit:
    name, longitude, latitude = index.gazetteer.towns[town]
    doubt = DOUBT_TOWN if town.chome is None else DOUBT_CHOME
    place = round(longitude, 5), round(latitude, 5)
    return Hit(name, *place, doubt, forms=index.town_forms.get(town, {}))
