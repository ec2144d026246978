"""Keeping the map on the reader's device: a dialog, what it says, and what says that it is old."""

from __future__ import annotations

from branca.element import Element
from markupsafe import Markup

from layers.catalog.catalog import Catalog
from server.texts import LANGUAGES, Translate
from server.viewer.rendering import TEMPLATES, Macros, javascript


class Keep(Macros, Element):
    """The dialog "Save this map on this device", which `page.html` has a button for."""

    _template = TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        bosai.keep({{ this.config }});
        {% endmacro %}
        {% macro html(this, kwargs) %}{% include "keep.html" %}{% endmacro %}
        """
    )

    def __init__(self, catalog: Catalog, lang: str, translate: Translate) -> None:
        super().__init__()
        self._name = "Keep"
        self._id = "main"
        self.translate = translate
        self.config: Markup = javascript(
            {
                "revisions": {layer.id: layer.revision.id for layer in catalog.layers.values()},
                "lang": LANGUAGES[lang].tag,
                "words": _words(translate),
            }
        )


def _words(_: Translate) -> dict[str, str]:
    """Words by the name the script knows them by; `{…}` is filled in by the script."""
    return {
        "save": _("Save"),
        "update": _("Update"),
        "size": _("About {sent} MB are loaded; the saved map takes about {bytes} MB."),
        "kept": _("The map was saved on {date}."),
        "saved": _("The map is saved. It opens at this address without a connection, too."),
        "cancelled": _("Saving was cancelled. Nothing that was saved before has changed."),
        "deleted": _("The saved map was deleted from this device."),
        "busy": _("The map is being saved already. Please wait a little."),
        "full": _(
            "This device has no room for the map, so it was not saved. "
            "Make room on the device, or leave the private window, and try again."
        ),
        "refused": _(
            "The browser does not allow the map to be saved. "
            "Check its settings for site data, or use another browser."
        ),
        "failed": _(
            "The map could not be saved. Nothing that was saved before has changed. "
            "Try again where the connection is good."
        ),
        "offline": _("No connection."),
        "offlineCopy": _("No connection. This is the map saved on {date}."),
        "notices": _(
            "The city's notices are not known without a connection. "
            "See the city's latest announcements."
        ),
        "missing": _(
            "Layers whose saved data was withdrawn or replaced, and which are not on this device "
            "now: {count}. That they are not shown does not mean that there is nothing there."
        ),
        "lost": _("The browser has deleted the saved map from this device. Please save it again."),
        "outdated": _("The map's data has changed."),
        "reload": _("Load the newest"),
    }
