"""The map page of a catalogue, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layers.catalog.catalog import Catalog
from layers.query.search.index import Index
from server.texts import DEFAULT_LANGUAGE, LANGUAGES, Translate, wording
from server.texts.wording import localized
from server.viewer.base_layers import BundledBase, GsiBase
from server.viewer.city_map import CityMap, Notice
from server.viewer.figure import PageFigure
from server.viewer.keep import Keep
from server.viewer.panel import DEFAULT_BASE, Panel
from server.viewer.parts import Parts
from server.viewer.search import Search
from server.viewer.tile_layer import TileLayer


def map_page(
    catalog: Catalog, index: Index, lang: str, translate: Translate, static: Mapping[str, str]
) -> Parts:
    """Make the page. The same arguments give the same bytes.

    `index` is what can be searched. `static` names the bundled file of each of the viewer's entries
    (`map.js`, `map.css`).
    """
    city = catalog.city
    page = PageFigure(city=city, lang=lang, translate=translate, static=static)
    city_map = CityMap(city, lang, translate, tuple(_notices(catalog, lang, translate)))
    page.add_child(city_map)

    bases = {
        DEFAULT_BASE: BundledBase(catalog.base.content, localized(city.base_credit, lang)),
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


def _notices(catalog: Catalog, lang: str, translate: Translate) -> Iterator[Notice]:
    """What must be read with the layers that are shown, each sentence once."""
    definitions = [layer.definition for layer in catalog.layers.values()]
    samples = tuple(definition.id for definition in definitions if definition.sample)
    if samples:
        text = translate("Sample data is shown. It does not show real places or conditions.")
        yield Notice(text, samples, "sample")
    hazards = [definition for definition in definitions if definition.hazard is not None]
    hatched = translate("Hatched areas are not surveyed, or not known to be.")
    for text in dict.fromkeys(wording.beyond_zones(hazard, translate) for hazard in hazards):
        layers = [h.id for h in hazards if wording.beyond_zones(h, translate) == text]
        yield Notice(f"{text}{LANGUAGES[lang].gap}{hatched}", tuple(layers), "hazard")
    review = wording.review(lang, translate)
    if review and lang != DEFAULT_LANGUAGE:  # in Japanese the panel and the popups say so
        yield Notice(review, tuple(definition.id for definition in definitions), "review")
