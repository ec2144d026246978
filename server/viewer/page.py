"""The map page of a catalogue, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from layers.catalog.catalog import Catalog
from layers.query.search.index import Index
from layers.schema.city import CityDefinition
from server.texts import DEFAULT_LANGUAGE, LANGUAGES, Translate
from server.texts.cautions import Caution, cautions
from server.texts.wording import base_credits
from server.viewer.base_layers import BundledBase, GsiBase
from server.viewer.city_map import CityMap
from server.viewer.figure import PageFigure
from server.viewer.keep import Keep
from server.viewer.panel import DEFAULT_BASE, Panel
from server.viewer.parts import Parts
from server.viewer.search import Search
from server.viewer.tile_layer import TileLayer
from server.viewer.views import ViewButton, view_buttons


def map_page(
    catalog: Catalog, index: Index, lang: str, translate: Translate, static: Mapping[str, str]
) -> Parts:
    """Make the page. The same arguments give the same bytes.

    `index` is what can be searched. `static` names the bundled file of each of the viewer's entries
    (`map.js`, `map.css`).
    """
    city = catalog.city
    page = PageFigure(city=city, lang=lang, translate=translate, static=static)
    city_map = CityMap(city, lang, translate, tuple(_on_map(catalog, lang, translate)))
    page.add_child(city_map)

    bases = {
        DEFAULT_BASE: BundledBase(catalog.base, _credit(city, lang, translate)),
        "pale": GsiBase("pale", translate("GSI Tiles")),
        "std": GsiBase("std", translate("GSI Tiles")),
    }
    layers = [TileLayer(layer, lang, translate) for layer in catalog.layers.values()]
    for element in (*bases.values(), *layers):
        city_map.add_child(element)
    city_map.add_child(
        Panel(
            catalog,
            lang,
            translate,
            layer_names=tuple(layer.get_name() for layer in layers),
            bases={name: base.get_name() for name, base in bases.items()},
        )
    )
    city_map.add_child(Search(index, lang, translate))
    city_map.add_child(Keep(catalog, lang, translate))
    return page.render_parts()


def _credit(city: CityDefinition, lang: str, translate: Translate) -> dict[str, object]:
    """Whose the bundled base map is, as the map says it."""
    marks = dict.fromkeys(entry.credit.mark for entry in city.base if entry.credit.mark)
    return {
        "title": translate("Sources"),
        "marks": [*marks],
        "sources": base_credits(city, lang),
    }


def _on_map(catalog: Catalog, lang: str, translate: Translate) -> Iterator[Caution]:
    """The cautions that stand beside the map: those of usage stand in the panel and the card.

    Where places are not all designated, they say which ready-made view shows only those that are.
    """
    for caution in cautions([*catalog.layers.values()], (), lang, translate):
        if caution.kind == "usage" or (caution.kind == "review" and lang == DEFAULT_LANGUAGE):
            continue  # in Japanese the panel and the card say that no person has reviewed them
        view = _view_for(caution, catalog, lang)
        if view is not None:
            choose = translate("Choose “{view}” to see only designated places.")
            text = LANGUAGES[lang].gap.join([caution.text, choose.format(view=view.title)])
            caution = replace(caution, text=text)
        yield caution


def _view_for(caution: Caution, catalog: Catalog, lang: str) -> ViewButton | None:
    """The ready-made view that shows only places designated for the caution's disaster."""
    views = view_buttons(catalog, lang)
    return next(
        (
            view
            for view in views
            if caution.disaster in view.disasters and {*caution.layers} & {*view.layers}
        ),
        None,
    )
