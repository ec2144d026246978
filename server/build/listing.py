"""Which addresses of the service a static copy holds."""

from __future__ import annotations

from collections.abc import Iterator

from layers.catalog.catalog import Catalog
from layers.exports.answers import has_answers
from layers.exports.formats import Format, formats_of
from layers.schema.values import DISASTERS
from server.build.spelling import NOTICES_BAR, Address
from server.edition.edition import Edition
from server.opendata import changes_feed, dcat_ap, dcat_us, layers_txt, sitemap
from server.pages.alert_feed import PATH as ALERTS
from server.pages.downloads import export_path
from server.texts import LANGUAGES
from server.viewer.bundle import StaticFiles

# Of the bundle, what only the service's own pages load: the form of requests and the staff's.
OF_SERVICE = frozenset(
    {
        "alert_area.js", "draft.js", "draft_map.js", "here.js", "place_area.js", "place_map.css",
        "place_map.js", "print-landscape.css", "print.css", "print.js", "request.js",
        "request_layer.js", "staff.css",
    }
)  # fmt: skip
PAGES = ("/", "/layers", "/light", "/terms", "/privacy", "/accessibility", "/contact", "/withdrawn")
OF_A_LAYER = ("/layers/{id}", "/layers/{id}/table")
ONCE_A_LANGUAGE = ("/manifest.webmanifest", "/og.png", "/offline/answers.json")
KEPT_HERE = "/offline/here"
KEPT_PAGES = ("/offline", "/offline/map", KEPT_HERE)
CATALOGUES = (
    dcat_us.PATH, dcat_ap.PATH_JSON, dcat_ap.PATH_TURTLE, layers_txt.PATH, changes_feed.PATH,
    sitemap.PATH, "/robots.txt",
)  # fmt: skip
HERE, REQUEST_FORM = Address("/here"), Address("/requests/new")  # pages of the copy's own
SHELTERS = "/shelters.json"
OFFLINE_LIST, WORKER = "/offline.json", "/sw.js"


def pages() -> Iterator[Address]:
    """Pages of the city, in each language."""
    for lang in LANGUAGES:
        for path in (*PAGES, *KEPT_PAGES):
            yield Address(path, lang)
        for disaster in DISASTERS:
            yield Address("/light", lang, rest=(("hazard", disaster),))


def layer_pages(catalog: Catalog) -> Iterator[Address]:
    """Pages of each layer, also of those that are not served now; in each language."""
    for lang in LANGUAGES:
        for layer_id in (*catalog.layers, *catalog.unserved):
            yield Address(f"/layers/{layer_id}", lang)
        for layer_id in catalog.layers:
            yield Address(f"/layers/{layer_id}/table", lang)


def lasting(edition: Edition, static: StaticFiles) -> Iterator[Address]:
    """What never changes at its address."""
    for entry, name in static.items():
        if entry not in OF_SERVICE:
            yield Address(f"/static/{name}")
    yield Address("/base.geojson", revision=edition.base_revision)
    if len(edition.base_near):
        yield Address("/base/near.geojson", revision=edition.base_near_revision)
    yield Address("/search/index.json", revision=edition.search_index.revision)
    for layer in edition.catalog.layers.values():
        yield Address(f"/offline/{layer.id}.pack", revision=layer.revision.id)
        if has_answers(layer.definition):
            yield Address(f"/offline/{layer.id}.answers", revision=layer.revision.id)
        if layer.definition.hazard is not None and layer.coverage() is not None:
            yield Address(f"/layers/{layer.id}/coverage.geojson", revision=layer.revision.id)


def exports(catalog: Catalog) -> Iterator[tuple[str, Format]]:
    """Each layer by its id, in each format."""
    for layer in catalog.layers.values():
        for file_format in formats_of(layer.revision):
            yield layer.id, file_format


def export(layer_id: str, file_format: Format) -> Address:
    """The address of a layer in a format."""
    return Address(export_path(layer_id, file_format))


def documents(catalog: Catalog) -> Iterator[Address]:
    """What programs read, and what a page names besides."""
    yield from map(Address, CATALOGUES)
    for layer in catalog.layers.values():
        yield Address(f"/tiles/{layer.id}.json")
        yield Address(f"/layers/{layer.id}", rest=(("f", "json"),))
    yield Address("/layers", rest=(("f", "json"),))
    for lang in LANGUAGES:
        for path in ONCE_A_LANGUAGE:
            yield Address(path, lang)


def momentary() -> Iterator[Address]:
    """What is said of the moment, each in a small file."""
    yield Address(SHELTERS)
    yield Address("/shelters.atom")
    yield Address(ALERTS)
    for lang in LANGUAGES:
        yield Address("/notices", lang)
        yield Address("/notices", lang, rest=(("f", "json"),))
        yield Address(NOTICES_BAR, lang)
