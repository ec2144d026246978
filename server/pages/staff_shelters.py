"""The shelters as staff see them: what is said of each, and what to say is chosen for."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.japanese.spelling import nfkc
from layers.query.listing import Listed, shelters_of
from server.desk.shelters.board import Board
from server.desk.shelters.states import FeatureKey, ShelterState
from server.pages.shelters import ShelterWords, StateWords
from server.texts.wording import feature_name, localized

MOST = 500  # places in one form: more are narrowed down by name
FIELD = "at:"  # what the name of a place's field begins with


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place to choose: the field of the form, its name, and what is said of it.

    `ran_out_at` is when what was said of it last was no longer shown; None where nothing ran out.
    """

    field: str
    name: str
    state: StateWords | None
    ran_out_at: datetime.datetime | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """The places of a layer, by name."""

    title: str
    rows: Sequence[PlaceRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheltersPage:
    """What the page shows: of `total` places that match, the first `MOST`.

    `lost` is what was said of places that the map has no longer: nobody is shown it.
    """

    groups: Sequence[PlaceGroup]
    count: int
    total: int
    query: str
    all_address: str
    none_address: str
    lost: Sequence[ShelterState]
    caution: str
    valid_hours: int


def shelters_page(
    catalog: Catalog,
    board: Board,
    lang: str,
    *,
    query: str = "",
    chosen: Collection[FeatureKey] = (),
    has_all: bool = False,
) -> SheltersPage:
    """The places whose name or reading has `query` in it, all of them chosen where `has_all`."""
    hours = catalog.city.shelter_states.valid_hours
    shown = board.in_force(hours)
    words = ShelterWords(shown, lang)
    groups, count, total = [], 0, 0
    known: set[FeatureKey] = set()
    for layer in catalog.layers.values():
        places = shelters_of(layer)
        known |= {(layer.id, place.id) for place in places}
        matching = [place for place in places if _matches(layer, place, query)]
        total += len(matching)
        rows = [
            PlaceRow(
                field=f"{FIELD}{layer.id}/{place.id}",
                name=feature_name(layer.definition, place.properties, lang),
                state=words.of(layer.id, place.id),
                ran_out_at=_ran_out(board, (layer.id, place.id), hours),
                is_chosen=has_all or (layer.id, place.id) in chosen,
            )
            for place in matching[: MOST - count]
        ]
        count += len(rows)
        if rows:
            groups.append(PlaceGroup(localized(layer.definition.title, lang), rows))
    named = {"q": query} if query else {}
    return SheltersPage(
        groups=groups,
        count=count,
        total=total,
        query=query,
        all_address="/staff/shelters?" + urlencode({**named, "all": 1}),
        none_address="/staff/shelters" + (f"?{urlencode(named)}" if named else ""),
        lost=[state for key, state in sorted(shown.states.items()) if key not in known],
        caution=words.caution(),
        valid_hours=hours,
    )


def chosen_in(form: Mapping[str, str]) -> list[FeatureKey]:
    """The places whose fields a form has."""
    return [*_keys(form)]


def names_of(catalog: Catalog, keys: Collection[FeatureKey]) -> dict[FeatureKey, str]:
    """What these places are called in the data; those that the map does not have are left out."""
    names = {}
    for layer in catalog.layers.values():
        for place in shelters_of(layer):
            if (layer.id, place.id) in keys:
                names[layer.id, place.id] = _name(layer, place)
    return names


def _keys(form: Mapping[str, str]) -> Iterator[FeatureKey]:
    for field in form:
        layer, _slash, number = field.removeprefix(FIELD).partition("/")
        is_number = number.isascii() and number.isdecimal() and len(number) <= 16
        if field.startswith(FIELD) and is_number:
            yield layer, int(number)


def _ran_out(board: Board, key: FeatureKey, hours: int) -> datetime.datetime | None:
    state = board.states.get(key)
    if state is None or state.state is None:
        return None
    end = state.set_at + datetime.timedelta(hours=hours)
    return end if end <= datetime.datetime.now(datetime.UTC) else None


def _name(layer: Layer, place: Listed) -> str:
    value = place.properties.get(layer.definition.label or "")
    return str(localized(layer.definition.title, "ja") if value is None else value)


def _matches(layer: Layer, place: Listed, query: str) -> bool:
    """Whether each word of the query is in the place's name, a form of it or its address."""
    fields = [layer.definition.label or "", "address", *layer.definition.name_forms.values()]
    text = _folded(" ".join(str(place.properties.get(field) or "") for field in fields))
    return all(word in text for word in _folded(query).split())


def _folded(text: str) -> str:
    """Without what writers vary: width, case, and katakana for hiragana."""
    return "".join(
        chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter
        for letter in nfkc(text).casefold()
    )
