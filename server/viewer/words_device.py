"""What the device itself does: its position, its home place, its clipboard, in words."""

from __future__ import annotations

from typing import Any

import orjson

from server.http.links import with_language
from server.texts import Translate, plain, translator

MOST_RADIUS = 5000.0  # metres: a position less certain than that says nothing of a place


def device_words(_: Translate) -> dict[str, str]:
    """Words by the name the scripts know them by; `{…}` is filled in by the script."""
    return {
        "locate": _("Show my location"),
        "locateTitle": _("Your location"),
        "locating": _("Finding your location …"),
        "locateDenied": _(
            "This page is not allowed to use your location. Allow it in the browser's "
            "settings, search for an address, or tap the place on the map."
        ),
        "locateUnavailable": _(
            "Your location could not be found. Search for an address, or tap the place on the map."
        ),
        "locateTimeout": _(
            "Your location could not be found in time. Try again outdoors with an open "
            "view of the sky, search for an address, or tap the place on the map."
        ),
        "locateInexact": _(
            "Your location may be off by about {count} km, too much to say anything "
            "about the place. Search for an address, or tap the place on the map."
        ),
        "locateOutside": _("You are outside this map."),
    }


def here_words(_: Translate) -> dict[str, str]:
    """Words of the script of `/here`."""
    return {
        **device_words(_),
        "copied": _("Copied."),
        "selected": _("The text below is selected. Copy it with your device's copy command."),
        "homeStored": _("Saved on this device only. It is sent only when you open “Home”."),
        "homeForgotten": _("Saved home removed."),
        "homeRefused": _(
            "It could not be saved: the device's storage is full, or the browser does not allow it."
        ),
    }


def here_config(lang: str, place: dict[str, float] | None = None, hazard: str | None = None) -> str:
    """What the script of `/here` is told, as JSON; `place` has latitude, longitude and radius."""
    config: dict[str, Any] = {
        "words": here_words(translator(lang)),
        "mostRadius": MOST_RADIUS,
        "here": with_language("/here", lang),
        "lang": lang,
        "hazard": hazard,
        "place": place,
    }
    return plain(orjson.dumps(config).decode())
