"""What the kinds of places are called that a search may find: on its page and on the map."""

from __future__ import annotations

from server.texts import Translate


def group_titles(_: Translate) -> dict[str, str]:
    """What a group of each kind is called, but for those of layers."""
    return {
        "coordinates": _("Coordinates"),
        "town": _("Neighbourhoods and addresses"),
        "station": _("Stations"),
        "landmark": _("Facilities on the map"),
        "park": _("Parks"),
        "office": _("Offices with a postcode of their own"),
        "area": _("Districts"),
        "water": _("Rivers and ponds"),
        "road": _("Roads"),
    }
