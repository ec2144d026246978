"""The words that the page's script writes; it holds none of its own."""

from __future__ import annotations

from typing import Any

from server.texts import Translate, wording
from server.texts.instants import instant_rule
from server.texts.shelters import shelter_labels, shelter_phrases


def script_words(lang: str, _: Translate) -> dict[str, Any]:
    """Words by the name the script knows them by; `{…}` is filled in by the script.

    Where `{count}` decides the form, the script is handed all forms and chooses.
    """
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "close": _("Close"),
        "details": _("At this place"),
        "shown": _("{title} is shown."),
        "hidden": _("{title} is hidden."),
        "count": _("{count} shown"),
        "tilesFailed": _(
            "Part of the map could not be loaded. Grey areas do not mean that there is "
            "nothing there."
        ),
        "tileFailed": _("Could not be loaded"),
        "retry": _("Load again"),
        "baseFailed": _(
            "GSI's map could not be loaded. The basic map is shown instead; the layers "
            "can be used as before."
        ),
        "basePartly": _(
            "Part of GSI's map could not be loaded. There the basic map is seen; the layers can "
            "be used as before."
        ),
        "offerOnline": _("Show GSI's map (loaded from GSI's server)"),
        "leaveOnline": _("Back to the basic map"),
        "bundledFailed": _("The city's boundary and neighbourhood names could not be loaded."),
        "unknownLayers": _("Layers in the link that no longer exist: {layers}"),
        "notLoadedHere": _(
            "The data for this place could not be loaded. That does not mean that there "
            "is no danger."
        ),
        "loadingHere": _("This place is still being loaded."),
        "notAtThisZoom": _("Zoom in to see what this layer says about the place."),
        "more": _.forms(
            "{count} more is close by. Zoom in to tell them apart.",
            "{count} more are close by. Zoom in to tell them apart.",
        ),
        "places": _.forms("{count} place", "{count} places"),
        "ofClass": _("{label}: {count}"),
        "enlarge": _("Zoom in here"),
        "zoomed": _.forms(
            "{title}: zoomed in on {count} place.",
            "{title}: zoomed in on {count} places.",
        ),
        "zoomedSample": _("Zoomed in on “{title}”, which is sample data."),
        "zoomedClasses": _.forms(
            "{title}: zoomed in on {count} place ({classes}).",
            "{title}: zoomed in on {count} places ({classes}).",
        ),
        "near": _("Near: {places}"),
        "moreDetails": _("More details"),
        "nearby": _("Nearby"),
        "noHazards": _("This map has no hazard layers. That does not mean that the place is safe."),
        "otherDisasters": _(
            "{disasters}: see “Disaster information for this place” below, where a type of "
            "disaster can be chosen."
        ),
        "asOf": _("as of {date}"),
        "openNamed": _("Open {name} in a map app"),
        "openPlace": _("Open this place in a map app"),
        "call": _("Call {name}: {number}"),
        "knownHere": _("Disaster information for this place"),
        "reportError": _("Report an error on the map"),
        "askHere": _("Request a layer for this place"),
        "sample": _("Sample"),
        "sampleMeaning": _("This is sample data. It does not show real places or conditions."),
        "sampleUnlisted": _("This is sample data: what is in view is not listed."),
        "sampleSilent": _("This is sample data: it says nothing about this place."),
        "unranked": _("Depth class not stated"),
        "notStated": _("not stated"),
        "source": _("Source: {attribution}"),
        "review": wording.review(lang, _),
        "share": _("Share"),
        "shareMap": _("Share this map"),
        "shareHelp": _("The link opens the same layers and place, and what is open now."),
        "shareLink": _("Link to this map"),
        "copyLink": _("Copy the link"),
        "linkCopied": _("The link was copied."),
        "copyByHand": _("The link could not be copied. Please select it and copy it."),
        "sendLink": _("Send with another app"),
        "qrCode": _("QR code of the link"),
        "print": _("Print"),
        "openGone": _("The item in the link is no longer on the map."),
        "sampleMark": _("SAMPLE"),
        "moveUp": _("Move “{title}” up"),
        "moveDown": _("Move “{title}” down"),
        "moved": _("“{title}” is now number {place} of {count} from the top."),
        "strength": _("Opacity of “{title}”"),
        "percent": _("{percent} %"),
        "designatedOnly": _("“{title}” shows only places designated for: {disasters}."),
        "ofName": _("{name}: {said}"),
        "noneDesignated": _("{disasters}: this data lists no designated site."),
        "zoomToSee": _("Zoom in to see this layer."),
        "noneInView": _("This layer has nothing in the current view."),
        "notAllInView": _("Not all of the view has been loaded, so the list may be incomplete."),
        "moreInView": _.forms(
            "{count} more is in view. Zoom in to list it.",
            "{count} more are in view. Zoom in to list them.",
        ),
        "wholeCity": _("Show the whole city"),
        "linkElsewhere": _("The place in the link is outside this map. The whole city is shown."),
        "presetShown": _.forms(
            "Preset “{title}”: {count} layer is shown.",
            "Preset “{title}”: {count} layers are shown.",
        ),
        **{f"shelter_{code}": label for code, label in shelter_labels(_).items()},
        **{f"shelter_{name}": text for name, text in shelter_phrases(_).items()},
        "shelter_instant": instant_rule(lang),
    }
