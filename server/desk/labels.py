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
# How soon a request would be of use, as its sender says it. Nothing is promised for any of them.
URGENCIES = ("later", "season", "lives")
RECEIVED = "received"
CHECKING, CONSIDERING = "checking", "considering"
ADOPTED, DECLINED, AVAILABLE = "adopted", "declined", "available"
# In the order in which a request usually has them; after each of them any other may come.
STATES = (RECEIVED, CHECKING, CONSIDERING, ADOPTED, DECLINED, AVAILABLE)
# What is decided is decided for a reason, which everybody can read.
REASONED = (ADOPTED, DECLINED, AVAILABLE)


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


def urgency_labels(_: Translate) -> dict[str, str]:
    """What each of `URGENCIES` is called, in the order of the form."""
    return {
        "later": _("It is not urgent"),
        "season": _("Within this season"),
        "lives": _("Lives or injuries may depend on it"),
    }


def state_labels(_: Translate, *, corrects: bool = False) -> dict[str, str]:
    """What each of `STATES` is called; of a correction, what is done about the error."""
    labels = {
        RECEIVED: _("Received (to be checked)"),
        CHECKING: _("Being checked"),
        CONSIDERING: _("Under consideration"),
    }
    if corrects:
        return {
            **labels,
            ADOPTED: _("To be corrected"),
            DECLINED: _("Left as it is"),
            AVAILABLE: _("Corrected on the map"),
        }
    return {
        **labels,
        ADOPTED: _("Adopted"),
        DECLINED: _("Not adopted"),
        AVAILABLE: _("On the map"),
    }


def state_meaning(_: Translate, state: str, *, is_public: bool) -> list[str]:
    """What a request's state means for its sender, in sentences.

    A wish is heard, not promised.
    """
    meanings = {
        RECEIVED: _("Your request has been received. We cannot promise when it will be read."),
        CHECKING: _("Somebody is reading your request."),
        CONSIDERING: _("Whether and how it can be done is being considered. That is no promise."),
        ADOPTED: _("It is to be done. When it is done, you will read it here."),
        DECLINED: _("It will not be done for now. The reason is below."),
        AVAILABLE: _("It is done and can be seen on the map."),
    }
    public = _("It is on the public list.") if is_public else _("It is not public.")
    return [meanings[state], public]
