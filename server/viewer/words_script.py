"""The words that the page's script writes; it holds none of its own."""

from __future__ import annotations

from server.texts import Translate, wording


def script_words(lang: str, _: Translate) -> dict[str, str]:
    """Words by the name the script knows them by; `{…}` is filled in by the script."""
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "close": _("Close"),
        "details": _("What is here"),
        "shown": _("{title} is shown."),
        "hidden": _("{title} is hidden."),
        "count": _("{count} shown"),
        "tilesFailed": _(
            "Part of the map could not be loaded. The grey areas do not mean that nothing is there."
        ),
        "tileFailed": _("Could not be loaded"),
        "retry": _("Load again"),
        "baseFailed": _(
            "GSI's map could not be reached. The simple map is shown instead; "
            "the layers can be used as before."
        ),
        "bundledFailed": _("The city's boundary and town names could not be loaded."),
        "unknownLayers": _("Layers of the link that are not there now: {layers}"),
        "nothingHere": _("None of the layers shown has anything here."),
        "noLayers": _("No layer is shown. Choose one from the list."),
        "notLoadedHere": _("This place could not be loaded, so nothing is known of it."),
        "loadingHere": _("This place is still being loaded."),
        "notAtThisZoom": _("Zoom in to see what this layer says of the place."),
        "more": _("{count} more are close together here. Zoom in to tell them apart."),
        "places": _("{count} places"),
        "ofClass": _("{label}: {count}"),
        "enlarge": _("Show closer"),
        "zoomed": _("{title}: zoomed in on {count} places."),
        "zoomedSample": _("Zoomed in on “{title}”, which is sample data."),
        "zoomedClasses": _("{title}: zoomed in on {count} places ({classes})."),
        "knownHere": _("What is known of this place"),
        "askHere": _("Ask for a layer about this place"),
        "sample": _("Sample"),
        "sampleMeaning": _("This is sample data. It does not show real places or conditions."),
        "sampleUnlisted": _("This is sample data: what is in view is not listed."),
        "sampleSilent": _("This is sample data: nothing is stated about this place."),
        "unranked": _("Depth class not stated"),
        "notStated": _("not stated"),
        "source": _("Source: {attribution}"),
        "review": wording.review(lang, _),
        "share": _("Share"),
        "shareMap": _("Share this map"),
        "shareHelp": _("The link keeps the layers, the place and what is open."),
        "shareLink": _("Link to this map"),
        "copyLink": _("Copy the link"),
        "linkCopied": _("The link was copied."),
        "copyByHand": _("The link could not be copied. Please select it and copy it."),
        "sendLink": _("Send with another app"),
        "qrCode": _("QR code of the link"),
        "print": _("Print"),
        "openGone": _("What the link had opened is not on the map now."),
        "sampleMark": _("SAMPLE"),
        "moveUp": _("Move “{title}” up"),
        "moveDown": _("Move “{title}” down"),
        "moved": _("“{title}” is now number {place} of {count} from the top."),
        "strength": _("Strength of “{title}”"),
        "percent": _("{percent} %"),
        "designatedOnly": _("“{title}” shows only places designated for: {disasters}."),
        "ofName": _("{name}: {said}"),
        "noneDesignated": _("{disasters}: no place in this data is designated for it."),
        "zoomToSee": _("Zoom in to see this layer."),
        "noneInView": _("Nothing of this layer is in view."),
        "notAllInView": _("Not all of the view is loaded, so the list may not be complete."),
        "moreInView": _("{count} more are in view. Zoom in to list them."),
        "viewShown": _("View “{title}”: {count} layers are shown."),
    }
