"""The map page of a catalogue, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from layers.catalog.catalog import Catalog
from layers.query.search.index import Index
from server.texts import DEFAULT_LANGUAGE, LANGUAGES, Translate
from server.texts.cautions import Caution, cautions
from server.viewer.base_config import base_config
from server.viewer.base_layers import BundledBase, GsiBase
from server.viewer.city_map import CityMap
from server.viewer.figure import PageFigure
from server.viewer.keep import Keep
from server.viewer.panel import BUNDLED, Panel
from server.viewer.parts import Parts
from server.viewer.presets import PresetButton, preset_buttons
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
    presets = tuple(preset_buttons(catalog, lang))
    city_map = CityMap(city, lang, translate, tuple(_on_map(catalog, lang, translate)), presets)
    page.add_child(city_map)

    bases = {
        BUNDLED: BundledBase(base_config(catalog.base, city, lang, translate)),
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
            presets,
            layer_names=tuple(layer.get_name() for layer in layers),
            bases={name: base.get_name() for name, base in bases.items()},
            static=static,
        )
    )
    city_map.add_child(Search(index, city, lang, translate))
    city_map.add_child(Keep(catalog, lang, translate))
    return page.render_parts()


def _on_map(catalog: Catalog, lang: str, translate: Translate) -> Iterator[Caution]:
    """The cautions that stand beside the map: those of usage stand in the panel and the card.

    Where places are not all designated, they say which preset shows only those that are.
    """
    for caution in cautions([*catalog.layers.values()], (), lang, translate):
        if caution.kind == "usage" or (caution.kind == "review" and lang == DEFAULT_LANGUAGE):
            continue  # in Japanese the panel and the card say that no person has reviewed them
        preset = _preset_for(caution, catalog, lang)
        if preset is not None:
            choose = translate("Choose “{view}” to see only designated places.")
            text = LANGUAGES[lang].gap.join([caution.text, choose.format(view=preset.title)])
            caution = replace(caution, text=text)
        yield caution


def _preset_for(caution: Caution, catalog: Catalog, lang: str) -> PresetButton | None:
    """The preset that shows only places designated for the caution's disaster."""
    return next(
        (
            preset
            for preset in preset_buttons(catalog, lang)
            if caution.disaster in preset.disasters and {*caution.layers} & {*preset.layers}
        ),
        None,
    )
