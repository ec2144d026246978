"""The map's text-only form: its layers and evacuation sites as text, without map or script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request, Response

from layers.catalog.designations import is_designated
from layers.catalog.layer import Layer
from layers.query.listing import Listed, sites_for
from layers.schema.values import DISASTERS, Disaster
from server.desk.shelters.board import InForce
from server.edition.edition import Edition, Served
from server.http.language import language_of
from server.http.links import page_key, path_and_query
from server.http.query import Query
from server.http.responses import READ, REVALIDATE, answer
from server.http.turns import Turns
from server.pages.shelters import ShelterWords, designation_words, stated_places
from server.texts import translator, wording
from server.texts.cautions import cautions, sentences


@dataclass(frozen=True, slots=True)
class Sites:
    """A layer, and some of its places: of evacuation sites those for the disaster asked for.

    `cautions` are to be read with them.
    """

    layer: Layer
    places: Sequence[Listed]
    cautions: Sequence[str]


def light_router(served: Served, turns: Turns, shelters: Callable[[], InForce]) -> APIRouter:
    """The route of /light. Raises `InvalidQuery`."""
    router = APIRouter()

    @router.api_route("/light", methods=READ)
    @turns.taking
    def light(request: Request) -> Response:
        edition = served.now
        lang = language_of(request)
        disaster = Query.of_form(request).choice("hazard", DISASTERS)
        here = path_and_query(request)
        shown = shelters()
        body = edition.pages.kept(
            (page_key(request, lang), shown.key),
            lambda: _page(edition, lang, disaster, here, shown),
        )
        return answer(request, body, REVALIDATE)

    return router


def _page(edition: Edition, lang: str, disaster: Disaster | None, here: str, shown: InForce) -> str:
    layers = edition.catalog.layers.values()
    return edition.pages.render(
        "light.html",
        lang,
        here=here,
        catalog=edition.catalog,
        disasters=wording.disaster_names(translator(lang)),
        disaster=disaster,
        shelters=ShelterWords(shown, lang),
        designation=partial(designation_words, _=translator(lang)),
        # Of a disaster that was chosen, its sites alone: that another place is open offers nothing.
        opened=[] if disaster else [*_opened(layers, shown, lang)],
        sites=[
            _sites(layer, disaster, lang) for layer in layers if is_designated(layer.definition)
        ],
        cautions={
            layer.id: _cautions(layer, lang)
            for layer in layers
            if not is_designated(layer.definition)
        },
    )


def _sites(layer: Layer, disaster: Disaster | None, lang: str) -> Sites:
    places = sites_for(layer, disaster) if disaster else ()
    return Sites(layer, places, _cautions(layer, lang))


def _opened(layers: Iterable[Layer], shown: InForce, lang: str) -> Iterator[Sites]:
    """The places of which the city says whether they are open."""
    for layer in layers:
        places = stated_places(layer, shown)
        if places:
            yield Sites(layer, places, _cautions(layer, lang))


def _cautions(layer: Layer, lang: str) -> list[str]:
    due = cautions((layer,), (), lang, translator(lang))
    return sentences(due, "zones", "usage")
