"""Keeping the map on the reader's device: a dialog, what it says, and what says that it is old."""

from __future__ import annotations

from branca.element import Element
from markupsafe import Markup

from layers.catalog.catalog import Catalog
from server.texts import LANGUAGES, Forms, Translate
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


def _words(_: Translate) -> dict[str, str | Forms]:
    """Words by the name the script knows them by; `{…}` is filled in by the script."""
    return {
        "save": _("Save"),
        "update": _("Update"),
        "size": _("Download: about {sent} MB. Saved map: about {bytes} MB."),
        "kept": _("The map was saved on {date}."),
        "saved": _("The map is saved. It opens at this address offline, too."),
        "cancelled": _("Saving was cancelled. A map saved earlier is unchanged."),
        "deleted": _("The saved map was deleted from this device."),
        "busy": _("The map is already being saved. Please wait."),
        "full": _(
            "There is not enough storage on this device, so the map was not saved. Free "
            "some storage, or leave the private window, and try again."
        ),
        "refused": _(
            "The browser does not allow the map to be saved. "
            "Check its settings for site data, or use another browser."
        ),
        "failed": _(
            "The map could not be saved. A map saved earlier is unchanged. Try again "
            "where the connection is good."
        ),
        "offline": _("You are offline."),
        "offlineCopy": _("You are offline. This is the map saved on {date}."),
        "notices": _(
            "The city's alerts cannot be received offline. See the city's latest announcements."
        ),
        "missing": _.forms(
            "{count} layer cannot be shown on this device because its saved data was withdrawn or "
            "replaced. That it is not shown does not mean that there is nothing there.",
            "{count} layers cannot be shown on this device because their saved data was withdrawn "
            "or replaced. That they are not shown does not mean that there is nothing there.",
        ),
        "lost": _("The browser has deleted the saved map from this device. Please save it again."),
        "outdated": _("New map data is available."),
        "reload": _("Load the latest data"),
    }
