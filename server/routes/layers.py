"""The catalogue, each layer's page and what can be taken from it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.exports.formats import FORMATS, GEOJSON, Format, format_with
from layers.exports.provenance import provenance
from layers.schema.values import REQUIRED_LANGUAGES
from layers.store.failure import Trouble
from layers.store.pointer import Pointer
from server.edition.edition import Edition, Served
from server.http.download import download
from server.http.language import language_of
from server.http.links import page_key, path_and_query
from server.http.page_or_json import wants_page
from server.http.query import requested_revision
from server.http.responses import READ, REVALIDATE, Body, answer, freshness
from server.http.turns import Turns
from server.pages.render import Pages
from server.pages.views import Download, LayerGroup, LayerPage, LayerSummary
from server.texts import translator
from server.texts.cautions import cautions


def layers_router(served: Served, turns: Turns, exports: Turns) -> APIRouter:
    """The routes under /layers; what takes seconds takes its turn in `exports`."""
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

    @router.api_route("/{layer_id}", methods=READ)
    @turns.taking
    def layer(layer_id: str, request: Request) -> Response:
        edition = served.now
        if not wants_page(request):
            return _json(request, _described(edition.catalog.layer(layer_id)))
        return _page(
            edition.pages,
            request,
            "layer.html",
            lambda lang: {"layer": _view(edition.catalog, layer_id, lang)},
        )

    async def requested_layer(layer_id: str, request: Request) -> Layer:
        def revision(edition: Edition) -> str:
            return edition.catalog.layer(layer_id).revision.id

        edition = await served.asked_for(requested_revision(request), revision)
        return edition.catalog.layer(layer_id)

    @router.api_route("/{layer_id}/coverage.geojson", methods=READ)
    async def coverage(layer_id: str, request: Request) -> Response:
        layer = await requested_layer(layer_id, request)
        return await turns.take(lambda: _coverage(layer, request))

    @router.api_route("/{layer_id}/export.{suffix}", methods=READ)
    async def export(layer_id: str, suffix: str, request: Request) -> Response:
        layer = await requested_layer(layer_id, request)
        file_format = format_with(suffix)
        return await exports.take(lambda: _export(layer, file_format, request))

    return router


def _coverage(layer: Layer, request: Request) -> Response:
    body = Body(layer.coverage() or b"", GEOJSON.media_type)
    return answer(request, body, freshness(request, layer.revision.id))


def _export(layer: Layer, file_format: Format, request: Request) -> Response:
    return download(
        request,
        partial(file_format.write, layer.revision),
        file_format.media_type,
        freshness(request, layer.revision.id),
        Content_Disposition=f'attachment; filename="{layer.id}.{file_format.suffix}"',
    )


def _export_path(layer: Layer, file_format: Format) -> str:
    return f"/layers/{layer.id}/export.{file_format.suffix}"


def _page(
    pages: Pages, request: Request, template: str, context: Callable[[str], dict[str, Any]]
) -> Response:
    """The page of this template, whose context is by the language."""
    lang = language_of(request)
    here = path_and_query(request)
    body = pages.kept(
        page_key(request, lang), lambda: pages.render(template, lang, here=here, **context(lang))
    )
    return answer(request, body, REVALIDATE, Vary="Accept, Accept-Encoding")


def _json(request: Request, document: object) -> Response:
    body = Body(orjson.dumps(document), "application/json")
    return answer(request, body, REVALIDATE, Vary="Accept, Accept-Encoding")


def _described(layer: Layer) -> dict[str, object]:
    """A layer for programs."""
    definition = layer.definition
    return {
        **provenance(layer.revision),
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
        "exports": {file_format.name: _export_path(layer, file_format) for file_format in FORMATS},
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
        downloads=[
            Download(file_format.label, _export_path(layer, file_format)) for file_format in FORMATS
        ],
        cautions=cautions((layer,), (), lang, translator(lang)),
        map_href=f"/?layers={layer.id}",
    )
