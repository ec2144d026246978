"""The search in the map's bar, and the button that shows where the device is."""

from __future__ import annotations

from collections.abc import Iterable

from branca.element import Element
from markupsafe import Markup

from layers.query.search.index import Index, LayerNames
from layers.query.search.places import PARTS
from layers.schema.city import CityDefinition
from server.texts import Forms, Translate, name_patterns
from server.texts.found import group_titles
from server.texts.wording import localized
from server.viewer.rendering import TEMPLATES, Macros, javascript
from server.viewer.words_device import MOST_RADIUS, device_words


class Search(Macros, Element):
    """The script of the search; its form stands in the page's own template."""

    _template = TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        bosai.search({{ this._parent.get_name() }}, {{ this.config }});
        {% endmacro %}
        """
    )

    def __init__(self, index: Index, city: CityDefinition, lang: str, translate: Translate) -> None:
        super().__init__()
        self._name = "Search"
        self._id = "main"
        layers = [*index.layers, *index.left_out]

        def titles(named: Iterable[LayerNames]) -> dict[str, str]:
            return {layer.id: localized(layer.title, lang) for layer in named}

        self.config: Markup = javascript(
            {
                "index": f"/search/index.json?v={index.revision}",
                "mostRadius": MOST_RADIUS,
                "city": localized(city.name, lang),
                "titles": titles(layers),
                "leftOut": [*titles(index.left_out).values()],
                "samples": titles(index.samples),
                "parts": PARTS,
                "nameForms": name_patterns(lang),
                "words": {**device_words(translate), **search_words(translate)},
            }
        )


def search_words(_: Translate) -> dict[str, str | Forms]:
    """Words by the name the script knows them by; `{…}` is filled in by the script."""
    return {
        **{f"search_{kind}": title for kind, title in group_titles(_).items()},
        "search_layers": _("Layers"),
        "search_home": _("Saved on this device"),
        "home": _("Home"),
        "searchAbout": _("centre of the neighbourhood"),
        "searchPart": _("one point of it"),
        "searchShow": _("show on the map"),
        "searchShown": _("“{title}” is shown on the map."),
        "searchOutside": _("outside the map"),
        "searchCount": _.forms(
            "{count} place found. Choose it with the arrow keys.",
            "{count} places found. Choose with the arrow keys.",
        ),
        "searchMore": _("{count} more. Add a word to narrow it down."),
        "searchNothing": _("Nothing found. Try fewer or other words, or tap the place on the map."),
        "searchLeftOut": _("“{title}” has too many names and is not searched."),
        "searchUnloaded": _(
            "The list of names could not be loaded. Press the search button to search on "
            "the server."
        ),
        "searchElsewhere": _(
            "“{place}” is not in the area of this map ({city}). For disaster information there, "
            "see the website of its municipality or the national hazard map portal."
        ),
        "searchNoPostcodes": _(
            "This map has no list of postcodes. Search for a neighbourhood or an address."
        ),
        "searchSample": _("“{title}” is sample data and is not searched."),
        "doubt": _(
            "Not the exact place: it may be off by about {count} m. The most severe "
            "assumption within that distance is given below. For an exact answer, tap the "
            "place on the map."
        ),
    }
