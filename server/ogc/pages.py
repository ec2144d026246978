"""What a person sees at the addresses under /ogc."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from layers.catalog.layer import Layer
from layers.geometry.parts import Integers
from layers.query.listing import listed
from server.edition.edition import Edition
from server.ogc.addresses import ADDRESSES, PREFIX, TILE_MATRIX_SET
from server.ogc.conformance import CLASSES
from server.ogc.items import Page
from server.ogc.links import Place
from server.pages.table import Table, TablePage, table_page
from server.texts import translator
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class Entry:
    """A link with what it leads to; without a title the address stands for itself."""

    href: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class OgcPage:
    """What `ogc.html` shows: links to what is above, a heading, lists of links, a table.

    `layer` is the one it is about. `entries` lead within the service; `addresses` are for programs,
    which copy them.
    """

    title: str
    above: Sequence[Entry] = ()
    lead: str = ""
    entries: Sequence[Entry] = ()
    addresses: Sequence[str] = ()
    lines: Sequence[str] = ()
    layer: Layer | None = None
    table: Table | None = None
    matched: int | None = None
    previous: str | None = None
    next: str | None = None
    json: str = ""


class OgcPages:
    """The pages in one language, for one request."""

    def __init__(self, edition: Edition, at: Place, lang: str) -> None:
        self._edition, self._at, self._lang = edition, at, lang
        self._translate = translator(lang)

    def landing(self) -> OgcPage:
        """What there is."""
        _ = self._translate
        return OgcPage(
            title=self._root_title(),
            lead=_("QGIS, ArcGIS and other programs read the layers from this address."),
            addresses=[self._at.root],
            entries=[
                Entry(f"{PREFIX}/collections", _("List of layers")),
                Entry(f"{PREFIX}/styles", _("Styles for GIS programs")),
                Entry(f"{PREFIX}/conformance", _("Standards that are kept to")),
                Entry(f"{PREFIX}/api", _("Addresses and their parameters")),
            ],
        )

    def conformance(self) -> OgcPage:
        """The conformance classes."""
        _ = self._translate
        return OgcPage(_("Standards that are kept to"), self._above(), lines=CLASSES)

    def api(self) -> OgcPage:
        """Every address."""
        _ = self._translate
        lines = [f"GET {PREFIX}{address.path}" for address in ADDRESSES]
        return OgcPage(_("Addresses and their parameters"), self._above(), lines=lines)

    def collections(self) -> OgcPage:
        """Every layer."""
        _ = self._translate
        layers = self._edition.catalog.layers.values()
        entries = [Entry(f"{PREFIX}/collections/{layer.id}", self._name(layer)) for layer in layers]
        return OgcPage(_("List of layers"), self._above(), entries=entries)

    def collection(self, layer: Layer) -> OgcPage:
        """A layer."""
        _ = self._translate
        here = f"{PREFIX}/collections/{layer.id}"
        return OgcPage(
            title=self._name(layer),
            above=self._above(layer=None, within=True),
            lead=localized(layer.definition.description, self._lang),
            addresses=[f"{self._at.root}/collections/{layer.id}"],
            entries=[
                Entry(f"{here}/items", _("Features")),
                Entry(f"{here}/queryables", _("Fields that can be filtered by")),
                Entry(f"{here}/tiles", _("Map tiles")),
                Entry(f"{here}/styles", _("Styles for GIS programs")),
                Entry(f"/layers/{layer.id}", _("About the data")),
            ],
            layer=layer,
        )

    def queryables(self, layer: Layer) -> OgcPage:
        """What a filter may ask about."""
        _ = self._translate
        fields = layer.definition.public_fields.items()
        lines = [f"{name}: {localized(field.title, self._lang)}" for name, field in fields]
        title = _("Fields that can be filtered by")
        return OgcPage(title, self._above(layer), lines=lines, layer=layer)

    def grids(self) -> OgcPage:
        """The grid of tiles."""
        address = f"{self._at.root}/tileMatrixSets/{TILE_MATRIX_SET}"
        return OgcPage(TILE_MATRIX_SET, self._above(), addresses=[address])

    def tiles(self, layer: Layer) -> OgcPage:
        """The tiles of a layer."""
        _ = self._translate
        here = f"{self._at.root}/collections/{layer.id}/tiles/{TILE_MATRIX_SET}"
        template = f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f=mvt"
        addresses = [here, template]
        title = _("Map tiles")
        return OgcPage(title, self._above(layer), addresses=addresses, layer=layer)

    def styles(self) -> OgcPage:
        """How the layers look."""
        _ = self._translate
        layers = self._edition.catalog.layers.values()
        entries = [
            Entry(f"{PREFIX}/collections/{layer.id}/styles", self._name(layer)) for layer in layers
        ]
        return OgcPage(_("Styles for GIS programs"), self._above(), entries=entries)

    def styles_of(self, layer: Layer) -> OgcPage:
        """How a layer looks."""
        _ = self._translate
        here = f"{self._at.root}/collections/{layer.id}/styles/default"
        addresses = [f"{here}?f=mbs", f"{here}?f=sld10"]
        title = _("Styles for GIS programs")
        return OgcPage(title, self._above(layer), addresses=addresses, layer=layer)

    def items(self, page: Page) -> OgcPage:
        """Features of a layer."""
        _ = self._translate
        layer = page.layer

        def beside(offset: int | None) -> str | None:
            if offset is None:
                return None
            v = layer.revision.id
            return self._at.within(offset=offset, limit=page.limit, v=v, lang=None)

        return OgcPage(
            title=_("Features"),
            above=self._above(layer),
            layer=layer,
            table=self._table(layer, page.index),
            matched=page.matched,
            previous=beside(page.previous_offset),
            next=beside(page.next_offset),
        )

    def item(self, layer: Layer, index: Integers) -> OgcPage:
        """A feature."""
        return OgcPage(
            title=str(layer.revision.table.ids[index[0]]),
            above=self._above(layer),
            layer=layer,
            table=self._table(layer, index),
            matched=1,
        )

    def _table(self, layer: Layer, index: Integers) -> Table:
        """The features; none of a sample, which says nothing of any place."""
        features = [] if layer.definition.sample else [*listed(layer, index)]
        whole = TablePage(1, 1, None, descending=False)
        return table_page(layer, whole, features, self._lang, self._translate)

    def _root_title(self) -> str:
        _ = self._translate
        return _("Data for GIS programs (OGC API)")

    def _name(self, layer: Layer) -> str:
        return localized(layer.definition.title, self._lang)

    def _above(self, layer: Layer | None = None, *, within: bool = False) -> list[Entry]:
        return [*self._way_to(layer, within=within or layer is not None)]

    def _way_to(self, layer: Layer | None, *, within: bool) -> Iterator[Entry]:
        _ = self._translate
        yield Entry(PREFIX, self._root_title())
        if within:
            yield Entry(f"{PREFIX}/collections", _("List of layers"))
        if layer is not None:
            yield Entry(f"{PREFIX}/collections/{layer.id}", self._name(layer))


def rendered(edition: Edition, page: OgcPage, lang: str, here: str) -> str:
    """The page in this language; `here` is its path and query."""
    context: dict[str, Any] = {"page": page}
    return edition.pages.render("ogc.html", lang, here=here, **context)
