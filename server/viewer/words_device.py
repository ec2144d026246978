"""What the device itself does: its position, its home place, its clipboard, in words."""

from __future__ import annotations

from server.texts import Translate

MOST_RADIUS = 5000.0  # metres: a position less certain than that says nothing of a place


def device_words(_: Translate) -> dict[str, str]:
    """Words by the name the scripts know them by; `{…}` is filled in by the script."""
    return {
        "locate": _("Show where I am"),
        "locateTitle": _("Where you are"),
        "locating": _("Asking the device where it is."),
        "locateDenied": _(
            "This page may not use the device's position. Allow it in the browser's settings, "
            "search an address, or tap the place on the map."
        ),
        "locateUnavailable": _(
            "The device does not know its position. Search an address, or tap the place on the map."
        ),
        "locateTimeout": _(
            "The position did not come in time. Try again under the open sky, search an address, "
            "or tap the place on the map."
        ),
        "locateInexact": _(
            "The position may be off by about {count} km: too much to tell anything of the place. "
            "Search an address, or tap the place on the map."
        ),
        "locateOutside": _("You are outside this map."),
    }


def here_words(_: Translate) -> dict[str, str]:
    """Words of the script of `/here`."""
    return {
        **device_words(_),
        "copied": _("Copied."),
        "selected": _("The text is selected below: copy it with the device's own command."),
        "homeStored": _("Kept on this device. It is sent nowhere but when you open this page."),
        "homeForgotten": _("The home place is forgotten."),
        "homeRefused": _(
            "It could not be kept: the device's storage is full, or the browser does not allow it."
        ),
    }
