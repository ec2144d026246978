"""Whether shelters are open, on paper: as of when it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layers.catalog.designations import (
    disasters_in_view,
    flags_chosen,
    flags_in_view,
    has_all,
    is_chosen,
)
from layers.catalog.layer import Layer
from layers.geometry.tile import Bounds
from layers.pictures.symbols import badge_svg
from layers.query.listing import Listed
from server.desk.shelters.board import InForce
from server.pages.shelters import ShelterWords, StateWords, stated_places
from server.texts import Translate
from server.texts.wording import feature_name, localized
from server.viewer.permalink import ShownMap

BADGE = 9  # CSS pixels: half the width of a badge in a list


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """A place with its state; `badge` is that of the map, as an SVG's content around 0, 0."""

    name: str
    state: StateWords
    badge: str


@dataclass(frozen=True, slots=True)
class PrintedOpenings:
    """The places of a layer that have a state."""

    title: str
    places: Sequence[PrintedPlace]


def badges_of(openings: InForce) -> dict[str, dict[int, str]]:
    """The state of each feature by its code, by the layer's id."""
    badges: dict[str, dict[int, str]] = {}
    for (layer, feature), state in openings.states.items():
        badges.setdefault(layer, {})[feature] = str(state.state)
    return badges


def printed_openings(
    shown: ShownMap, openings: InForce, bounds: Bounds, lang: str
) -> list[PrintedOpenings]:
    """The places with a state that a map within `bounds` shows as what they may be used for.

    One that is not designated for a disaster that the map is about is not among them.
    """
    words = ShelterWords(openings, lang)
    in_view = disasters_in_view(shown.layers, shown.disasters)
    return [
        PrintedOpenings(
            localized(layer.definition.title, lang),
            [_printed(layer, place, words, lang) for place in places],
        )
        for layer in shown.layers
        if (
            places := [
                place
                for place in stated_places(layer, openings)
                if is_chosen(flags_chosen(layer, shown.disasters), place.properties)
                and has_all(flags_in_view(layer, in_view), place.properties)
                and _is_in(bounds, place)
            ]
        )
    ]


def remarks(layers: Sequence[Layer], openings: InForce, lang: str, _: Translate) -> list[str]:
    """What is to be read with printed states: that they were so then, or are not known."""
    ids = {layer.id for layer in layers}
    stated = any(layer in ids for layer, _feature in openings.states)
    remark = _("Whether shelters are open is as of when this was printed and may have changed.")
    caution = ShelterWords(openings, lang).caution() if stated else ""
    return [each for each in (remark if stated else "", caution) if each]


def _printed(layer: Layer, place: Listed, words: ShelterWords, lang: str) -> PrintedPlace:
    state = words.of(layer.id, place.id)
    assert state is not None
    name = feature_name(layer.definition, place.properties, lang)
    return PrintedPlace(name, state, badge_svg(state.code, BADGE))


def _is_in(bounds: Bounds, place: Listed) -> bool:
    west, south, east, north = bounds
    return west <= place.longitude <= east and south <= place.latitude <= north
