"""The catalogue, each layer's page and what can be taken from it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from layers.catalog.catalog import Catalog
from layers.catalog.designations import has_states
from layers.catalog.layer import Layer
from layers.catalog.renewals import japan_today, renewal_state
from layers.exports import crs
from layers.exports.formats import (
    GEOJSON,
    NAMES,
    Format,
    format_named,
    format_with,
    formats_of,
)
from layers.exports.provenance import provenance
from layers.publish.exports import Exporter
from layers.schema.values import REQUIRED_LANGUAGES
from layers.store.failure import Trouble
from layers.store.pointer import Pointer
from server.desk.shelters.board import InForce
from server.edition.edition import Edition, Served
from server.http.download import Downloads, Handling
from server.http.language import language_of
from server.http.links import page_key, path_and_query
from server.http.page_or_json import wants_page
from server.http.query import Query, requested_revision
from server.http.responses import READ, REVALIDATE, Body, answer, freshness
from server.http.turns import Turns
from server.opendata.dataset import datasets
from server.opendata.schema_org import structured_data
from server.pages.downloads import downloads_of, export_path, size_of
from server.pages.render import Pages
from server.pages.shelters import ShelterWords, designation_words, stated_places
from server.pages.views import LayerGroup, LayerPage, LayerSummary
from server.texts import LANGUAGES, plain, translator
from server.texts.cautions import cautions
from server.texts.renewal import renewal_words

ZIP = "application/zip"


def layers_router(
    served: Served,
    turns: Turns,
    downloads: Downloads,
    exporter: Exporter,
    shelters: Callable[[], InForce],
    base_url: str | None,
) -> APIRouter:
    """The routes under /layers. `base_url` is where the service is, as far as its operator says."""
    router = APIRouter(prefix="/layers")

    @router.api_route("", methods=READ)
    @turns.taking
    def catalogue(request: Request) -> Response:
        edition = served.now
        if not wants_page(request):
            return _json(request, [_described(layer) for layer in edition.catalog.layers.values()])
        return _page(
            edition.pages,
            request,
            "layer_list.html",
            lambda _: {"groups": _groups(edition.catalog)},
        )

    @router.api_route("/export.zip", methods=READ)
    async def every_export(request: Request) -> Response:
        query = Query.of(request)
        query.refuse_others(("format", "crs"))
        file_format = format_named(query.choice("format", NAMES) or GEOJSON.name)
        code = _crs(query, file_format)
        catalog = served.now.catalog.without_samples()
        revisions = [layer.revision for layer in catalog.layers.values()]
        return await downloads.answer(
            request,
            (tuple(revision.id for revision in revisions), file_format.name, code),
            lambda sink: exporter.write_all(revisions, file_format, sink, code, catalog.city.code),
            ZIP,
            REVALIDATE,
            Handling(file_format.apart, packed=True),
            Content_Disposition=f'attachment; filename="layers-{file_format.name}.zip"',
        )

    @router.api_route("/{layer_id}", methods=READ)
    @turns.taking
    def layer(layer_id: str, request: Request) -> Response:
        edition = served.now
        if not wants_page(request):
            return _json(request, _described(edition.catalog.layer(layer_id)))
        shown = shelters()
        return _page(
            edition.pages,
            request,
            "layer.html",
            lambda lang: {
                "layer": _view(edition.catalog, layer_id, lang),
                "structured_data": _structured_data(edition.catalog, layer_id, base_url, lang),
                **_openings(edition.catalog, layer_id, shown, lang),
            },
            shown.key,
        )

    async def requested_layer(layer_id: str, request: Request) -> Layer:
        def revision(edition: Edition) -> str:
            return edition.catalog.layer(layer_id).revision.id

        v = requested_revision(request)
        catalog = (await served.asked_for(v, revision)).catalog
        catalog.refuse_withdrawn(layer_id, v)
        return catalog.layer(layer_id)

    @router.api_route("/{layer_id}/coverage.geojson", methods=READ)
    async def coverage(layer_id: str, request: Request) -> Response:
        layer = await requested_layer(layer_id, request)
        return await turns.take(lambda: _coverage(layer, request))

    @router.api_route("/{layer_id}/export.{suffix}", methods=READ)
    async def export(layer_id: str, suffix: str, request: Request) -> Response:
        layer = await requested_layer(layer_id, request)
        file_format = format_with(suffix)
        code = _crs(Query.of(request), file_format)
        city_code = served.now.catalog.city.code
        return await downloads.answer(
            request,
            (layer.id, layer.revision.id, file_format.name, code),
            lambda sink: exporter.write(layer.revision, file_format, sink, code, city_code),
            file_format.media_type,
            freshness(request, layer.revision.id),
            Handling(file_format.apart, file_format.packed),
            Content_Disposition=f'attachment; filename="{layer.id}.{file_format.suffix}"',
        )

    return router


def _coverage(layer: Layer, request: Request) -> Response:
    surveyed = layer.coverage()
    if surveyed is None:  # not known: an empty area would say that nothing was surveyed
        raise HTTPException(404)
    body = Body(surveyed, GEOJSON.media_type)
    return answer(request, body, freshness(request, layer.revision.id))


def _crs(query: Query, file_format: Format) -> int:
    """The EPSG code that `crs` asks for. Raises `UnfitCrs`."""
    text = query.text("crs")
    code = crs.DEGREES if text is None else crs.code_of(text)
    file_format.require(code)
    return code


def _page(
    pages: Pages,
    request: Request,
    template: str,
    context: Callable[[str], dict[str, Any]],
    day_state: str = "",
) -> Response:
    """The page of this template, whose context is by the language.

    `day_state` is a hash of what else changes it.
    """
    lang = language_of(request)
    here = path_and_query(request)
    body = pages.kept(
        (page_key(request, lang), day_state, japan_today()),
        lambda: pages.render(template, lang, here=here, **context(lang)),
    )
    return answer(request, body, REVALIDATE, Vary="Accept, Accept-Encoding")


def _openings(catalog: Catalog, layer_id: str, shown: InForce, lang: str) -> dict[str, Any]:
    """Which of the layer's places the city says are open, for a layer that has such places."""
    layer = catalog.layers.get(layer_id)
    if layer is None or not has_states(layer.definition):
        return {"shelters": None, "stated": (), "designation": None}
    return {
        "shelters": ShelterWords(shown, lang),
        "stated": stated_places(layer, shown),
        "designation": partial(designation_words, _=translator(lang)),
    }


def _structured_data(catalog: Catalog, layer_id: str, base_url: str | None, lang: str) -> str:
    """The layer for search engines; "" for one that no catalogue lists.

    The page is kept for all who ask: without a `base_url` its addresses are relative ones.
    """
    listed = datasets(catalog, base_url or "")
    return next((structured_data(d, lang) for d in listed if d.layer.id == layer_id), "")


def _json(request: Request, document: object) -> Response:
    body = Body(orjson.dumps(document), "application/json")
    return answer(request, body, REVALIDATE, Vary="Accept, Accept-Encoding")


def _described(layer: Layer) -> dict[str, object]:
    """A layer for programs."""
    definition, revision = layer.definition, layer.revision
    return {
        **provenance(revision),
        "id": layer.id,
        "description": definition.description,
        "group": definition.group,
        "geometry": layer.geometry,
        "features": layer.feature_count,
        "bounds": list(layer.bounds) if layer.bounds else None,
        "accuracy_m": layer.revision.report.accuracy_m,
        "hazard": definition.hazard,
        "scenario": definition.scenario,
        "coverage": definition.surveyed_extent,
        "fields": {
            name: field.model_dump(mode="json", include={"title", "type", "unit", "codes"})
            for name, field in definition.public_fields.items()
        },
        "tilejson": f"/tiles/{layer.id}.json",
        "exports": {each.name: export_path(layer.id, each) for each in formats_of(revision)},
        "renewal": _renewal(layer),
        "fetched_at": None if layer.fetched_at is None else layer.fetched_at.isoformat(),
        "problem": _problem(layer.trouble) if layer.trouble else None,
        "change": _change(layer.pointer) if layer.pointer else None,
        "report": layer.revision.report.to_json(),
    }


def _problem(trouble: Trouble) -> dict[str, object]:
    """Why a layer is not what its files say, in each language."""
    messages = {
        lang: " ".join(problem.message(lang) for problem in trouble.problems)
        for lang in REQUIRED_LANGUAGES
    }
    return {"since": trouble.since.isoformat(timespec="seconds"), "message": messages}


def _change(pointer: Pointer) -> dict[str, object] | None:
    """How the revision served differs from the one before it; None for the first."""
    if pointer.change is None:
        return None
    return {"published": _instant(pointer).isoformat(timespec="seconds"), **asdict(pointer.change)}


def _renewal(layer: Layer) -> dict[str, object] | None:
    """How often a layer is renewed and how it stands; None where nothing says so."""
    state = renewal_state(layer)
    if state is None:
        return None
    return {
        "every": state.renewal.every,
        "newest": state.newest.isoformat(),
        "due": state.due.isoformat(),
        "overdue": state.is_overdue(japan_today()),
        "text": {lang: plain(_renewal_words(layer, lang)) for lang in LANGUAGES},
    }


def _renewal_words(layer: Layer, lang: str) -> str:
    state = renewal_state(layer)
    return "" if state is None else renewal_words(state, japan_today(), lang, translator(lang))


def _instant(pointer: Pointer) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(pointer.since, datetime.UTC)


def _groups(catalog: Catalog) -> Sequence[LayerGroup]:
    """The layers under their headings; those whose definition cannot be read come last."""
    groups = []
    for group in catalog.city.groups:
        members = [
            LayerSummary(
                id=layer.id,
                definition=layer.definition,
                trouble=layer.trouble,
                features=layer.feature_count,
            )
            for layer in catalog.layers.values()
            if layer.definition.group == group.id
        ]
        if members:
            groups.append(LayerGroup(group.title, members))
    broken = [
        LayerSummary(id=layer_id, definition=None, trouble=trouble)
        for layer_id, trouble in catalog.unserved.items()
    ]
    return [*groups, LayerGroup(None, broken)] if broken else groups


def _view(catalog: Catalog, layer_id: str, lang: str) -> LayerPage:
    if layer_id in catalog.unserved:
        return LayerPage(id=layer_id, definition=None, trouble=catalog.unserved[layer_id])
    layer = catalog.layer(layer_id)
    return LayerPage(
        id=layer.id,
        definition=layer.definition,
        trouble=layer.trouble,
        geometry=layer.geometry,
        legend=layer.legend(),
        revision=layer.revision.id,
        since=_instant(layer.pointer) if layer.pointer else None,
        change=layer.pointer.change if layer.pointer else None,
        report=layer.revision.report,
        downloads=downloads_of(layer, translator(lang)),
        download_size=size_of(layer),
        renewal=_renewal_words(layer, lang),
        cautions=cautions((layer,), (), lang, translator(lang)),
        map_href=f"/?layers={layer.id}",
    )
