"""Codes of a request and the words they are shown in."""

from __future__ import annotations

from server.texts import Translate

CATEGORIES = (
    "disaster",
    "evacuation",
    "fire",
    "crime_prevention",
    "welfare",
    "transport",
    "living",
    "other",
)
RECEIVED = "received"


def category_labels(_: Translate) -> dict[str, str]:
    """What each of `CATEGORIES` is called, in the order of the form."""
    return {
        "disaster": _("Disasters (floods, earthquakes and others)"),
        "evacuation": _("Evacuation and shelters"),
        "fire": _("Fire-fighting"),
        "crime_prevention": _("Crime prevention"),
        "welfare": _("Welfare and child-raising"),
        "transport": _("Roads and transport"),
        "living": _("Daily life and environment"),
        "other": _("Other"),
    }


def state_label(_: Translate, state: str) -> str:
    """What a request's state is called."""
    return {RECEIVED: _("Received (to be checked)")}[state]


def state_meaning(_: Translate, state: str) -> str:
    """What a request's state means for its sender."""
    return {
        RECEIVED: _(
            "Your request has been received. We cannot promise when it will be read. It "
            "is not public."
        )
    }[state]
