"""The catalogue, each layer's page and what can be taken from it."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from layers import exports
from layers.catalog import Catalog
from layers.layer import Layer
from server.pages.render import Pages
from server.pages.views import Download, LayerGroup, LayerPage, LayerSummary
from server.responses import REVALIDATE, Body, answer, freshness
from server.routes.wanted import wants_page
from server.texts import language_of

READ = ["GET", "HEAD"]
FORMAT_NAMES = {"geojson": "GeoJSON"}


def layers_router(catalog: Catalog, pages: Pages) -> APIRouter:
    """The routes under /layers."""
    router = APIRouter(prefix="/layers")

    @router.api_route("", methods=READ)
    def catalogue(request: Request) -> Response:
        if not wants_page(request):
            return _json(request, [_described(layer) for layer in catalog.layers.values()])
        return _page(pages, request, "layer_list.html", groups=_groups(catalog))

    @router.api_route("/{layer_id}", methods=READ)
    def layer(layer_id: str, request: Request) -> Response:
        if not wants_page(request):
            return _json(request, _described(catalog.layer(layer_id)))
        return _page(pages, request, "layer.html", layer=_view(catalog, layer_id))

    @router.api_route("/{layer_id}/coverage.geojson", methods=READ)
    def coverage(layer_id: str, request: Request) -> Response:
        layer = catalog.layer(layer_id)
        body = Body(layer.coverage() or b"", exports.MEDIA_TYPES["geojson"])
        return answer(request, body, freshness(request, layer.revision.id))

    @router.api_route("/{layer_id}/export.{file_format}", methods=READ)
    def export(layer_id: str, file_format: str, request: Request) -> Response:
        revision = catalog.layer(layer_id).revision
        content = exports.export(revision, file_format)
        return answer(
            request,
            Body(content, exports.MEDIA_TYPES[file_format]),
            freshness(request, revision.id),
            Content_Disposition=f'attachment; filename="{layer_id}.{file_format}"',
        )

    return router


def _page(pages: Pages, request: Request, template: str, **context: object) -> Response:
    lang = language_of(request.query_params.get("lang"))
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    page = pages.render(template, lang, here=here, **context)
    return HTMLResponse(page, headers={"Cache-Control": REVALIDATE, "Vary": "Accept"})


def _json(request: Request, document: object) -> Response:
    response = answer(request, Body(orjson.dumps(document), "application/json"), REVALIDATE)
    response.headers["Vary"] = "Accept, Accept-Encoding"
    return response


def _described(layer: Layer) -> dict[str, object]:
    """A layer for programs."""
    definition = layer.definition
    return {
        **exports.provenance(layer.revision),
        "id": layer.id,
        "description": definition.description,
        "group": definition.group,
        "geometry": layer.geometry,
        "features": layer.feature_count,
        "bounds": list(layer.bounds) if layer.bounds else None,
        "accuracy_m": layer.revision.report.accuracy_m,
        "hazard": definition.hazard,
        "scenario": definition.scenario,
        "coverage": definition.coverage,
        "fields": {
            name: field.model_dump(mode="json", include={"title", "type", "unit", "codes"})
            for name, field in definition.public_fields.items()
        },
        "tilejson": f"/tiles/{layer.id}.json",
        "exports": {name: f"/layers/{layer.id}/export.{name}" for name in exports.FORMATS},
        "fetched_at": None if layer.fetched_at is None else layer.fetched_at.isoformat(),
        "problem": layer.problem or None,
        "report": layer.revision.report.to_json(),
    }


def _groups(catalog: Catalog) -> Sequence[LayerGroup]:
    """The layers under their headings; those whose definition cannot be read come last."""
    groups = []
    for group in catalog.city.groups:
        members = [
            LayerSummary(
                id=layer.id,
                definition=layer.definition,
                broken=None,
                features=layer.feature_count,
            )
            for layer in catalog.layers.values()
            if layer.definition.group == group.id
        ]
        if members:
            groups.append(LayerGroup(group.title, members))
    broken = [
        LayerSummary(id=layer_id, definition=None, broken=why)
        for layer_id, why in catalog.broken.items()
    ]
    return [*groups, LayerGroup(None, broken)] if broken else groups


def _view(catalog: Catalog, layer_id: str) -> LayerPage:
    if layer_id in catalog.broken:
        return LayerPage(id=layer_id, definition=None, broken=catalog.broken[layer_id])
    layer = catalog.layer(layer_id)
    return LayerPage(
        id=layer.id,
        definition=layer.definition,
        geometry=layer.geometry,
        legend=layer.legend(),
        revision=layer.revision.id,
        report=layer.revision.report,
        downloads=[
            Download(FORMAT_NAMES[name], f"/layers/{layer.id}/export.{name}")
            for name in exports.FORMATS
        ],
        map_href=f"/?layers={layer.id}",
    )
