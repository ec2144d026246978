"""The search in the map's bar, and the button that shows where the device is."""

from __future__ import annotations

from branca.element import Element
from markupsafe import Markup

from layers.query.search.index import Index
from server.texts import Forms, Translate
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

    def __init__(self, index: Index, lang: str, translate: Translate) -> None:
        super().__init__()
        self._name = "Search"
        self._id = "main"
        self.config: Markup = javascript(
            {
                "index": f"/search/index.json?v={index.revision}",
                "mostRadius": MOST_RADIUS,
                "titles": {layer.id: localized(layer.title, lang) for layer in index.layers},
                "leftOut": [localized(title, lang) for title in index.left_out],
                "samples": [localized(title, lang) for title in index.samples],
                "words": {**device_words(translate), **search_words(translate)},
            }
        )


def search_words(_: Translate) -> dict[str, str | Forms]:
    """Words by the name the script knows them by; `{…}` is filled in by the script."""
    return {
        "search_coordinates": _("Coordinates"),
        "search_town": _("Neighbourhoods and addresses"),
        "search_home": _("Saved on this device"),
        "home": _("Home"),
        "searchAbout": _("centre of the neighbourhood"),
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
        "searchSample": _("“{title}” is sample data and is not searched."),
        "doubt": _(
            "Not the exact place: it may be off by about {count} m. The most severe "
            "assumption within that distance is given below. For an exact answer, tap the "
            "place on the map."
        ),
    }
