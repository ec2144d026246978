"""What the form says before a request is sent: layers that fit, and public requests like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.query.search.index import Index
from server.desk.intake.form import RequestForm
from server.desk.public.similar import Similar
from server.desk.public.similar_layers import NamedLayers
from server.pages.request_list import state_of
from server.texts import Translate
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class FittingLayer:
    """A layer on the map; a sample shows no real places."""

    id: str
    title: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class LikeRequest:
    """A public request; `metres` is how far its place is, None if it is like by its title."""

    number: int
    title: str
    state: str
    metres: int | None
    supports: int


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """What there is; `supported` is the number of the request that has just been supported."""

    layers: Sequence[FittingLayer]
    requests: Sequence[LikeRequest]
    supported: int | None = None


class Precedents:
    """What there is already, of what a form wishes for."""

    def __init__(self, similar: Similar, searched: Callable[[], tuple[Catalog, Index]]) -> None:
        self._similar, self._searched = similar, searched
        self._named: tuple[Index, NamedLayers] | None = None

    def of(
        self, form: RequestForm, lang: str, _: Translate, supported: int | None = None
    ) -> AlreadyThere | None:
        """What is there; None where nothing is. Raises `DeskUnavailable`."""
        layers = [] if form.subject else self._layers(form.title, lang)
        requests = [
            LikeRequest(
                like.request.number,
                like.request.title,
                state_of(like.request, _),
                like.metres,
                like.request.supports,
            )
            for like in self._similar.like(form)
        ]
        if not layers and not requests and supported is None:
            return None
        return AlreadyThere(layers, requests, supported)

    def _layers(self, title: str, lang: str) -> list[FittingLayer]:
        catalog, index = self._searched()
        if self._named is None or self._named[0] is not index:
            self._named = index, NamedLayers(catalog, index)
        definitions = [
            (layer_id, catalog.layers[layer_id].definition)
            for layer_id in self._named[1].fitting(title)
        ]
        return [
            FittingLayer(layer_id, localized(definition.title, lang), definition.sample)
            for layer_id, definition in definitions
        ]
