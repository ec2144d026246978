"""Words about drafts of layers, for staff: in Japanese and English (`staff_drafts.po`)."""

from __future__ import annotations

from collections.abc import Mapping

from layers.schema.renewal import DURATION, WORDS, Renewal
from server.texts import Translate
from server.texts.renewal import rhythm_words

MORE_RHYTHMS = ("P2Y", "P3Y", "P5Y")  # of plans and surveys that are renewed in several years


def draft_states(_: Translate) -> Mapping[str, str]:
    """What a draft is at the moment, by its state."""
    return {
        "arriving": _("files are still coming"),
        "waiting": _("is being read"),
        "ready": _("draft"),
        "asked": _("waits for a second person"),
        "published": _("published"),
        "discarded": _("discarded"),
    }


def upload_faults(_: Translate) -> Mapping[str, str]:
    """Why what was sent is not taken; `{value}` is a name or a number."""
    return {
        "none": _("Choose a file."),
        "empty": _("“{value}” is empty."),
        "large": _("The files have too many bytes together. At most {value} MB can be sent."),
        "many": _("There are too many files. At most {value} can be sent at once."),
        "name": _("The name of the file cannot be used: {value}"),
        "twice": _("Two files have the same name. Rename one of them."),
        "gap": _("The file is not whole. Send it again."),
        "crowded": _("There are {value} open drafts already. Discard some that nobody needs."),
        "full": _("There is no room for the file on the disk at the moment. Tell the operator."),
        "address": _("Enter an address that begins with https:// or http://."),
    }


def publication_faults(_: Translate) -> Mapping[str, str]:
    """Why a draft is not published."""
    return {
        "unread": _("The draft is being read. Open it again in a while."),
        "failed": _("The data could not be read. See what is wrong on the page of the draft."),
        "unwritten": _("Some words are still to be written. See the page of the draft."),
        "outdated": _(
            "Meanwhile another state of this layer was published. The draft is compared with it "
            "first: choose “Read it again” on its page."
        ),
        "own": _("You asked for this yourself. Somebody else has to publish it."),
        "reason": _("Enter the reason. It is kept in the audit."),
        "time": _("Enter a time in the future, within a year."),
        "accept": _("It is far less than what is published. Confirm that this is right."),
        "waiting": _(
            "Another state of this layer waits for its time. Cancel that on the layer's page first."
        ),
    }


def version_fault(field: str, value: object, _: Translate) -> str:
    """Why a state of a layer cannot be published: what `InvalidVersion` says of a field."""
    words = {
        "layer": _("The layer cannot have this short name: {value}"),
        "definition": _("The settings of the layer are too long. Leave columns out."),
        "files": _(
            "This file cannot be kept with the layer: {value}. Give it a shorter, plain name."
        ),
        "reason": _("The reason is too long."),
        "number": _("State {value} cannot be chosen any more. Look at the list again."),
        "at": _("Enter a time in the future, within a year."),
    }
    missing = _("The settings name a file that was not sent: {value}. Send all files together.")
    return words.get(field, missing).format(value=value)


def uses(_: Translate) -> Mapping[str, str]:
    """What can be done with a column."""
    return {
        "public": _("show"),
        "table": _("show in tables only"),
        "staff": _("staff only"),
        "drop": _("drop"),
    }


def rhythms(declared: str, _: Translate) -> Mapping[str, str]:
    """How often a layer may be renewed, by the word of its definition; `declared` is among them."""
    words = [*WORDS, *MORE_RHYTHMS]
    if declared not in ("", *words) and DURATION.fullmatch(declared):
        words.append(declared)
    return {word: rhythm_words(Renewal(every=word).rhythm, _) for word in words}


def shapes(_: Translate) -> Mapping[str, str]:
    """What the shapes of symbols are called."""
    return {
        "circle": _("circle"),
        "square": _("square"),
        "diamond": _("diamond"),
        "triangle": _("triangle"),
        "hexagon": _("hexagon"),
        "house": _("house"),
        "shield": _("shield"),
        "heart": _("heart"),
    }


def pictograms(_: Translate) -> Mapping[str, str]:
    """What the pictograms of symbols are called."""
    return {
        "emergency_site": _("emergency evacuation site"),
        "evacuation_shelter": _("evacuation shelter"),
        "aed": _("AED"),
        "extinguisher": _("fire extinguisher"),
        "hydrant": _("hydrant"),
        "water_tank": _("fire cistern"),
        "open_water": _("open water"),
        "pool": _("pool"),
        "water_drop": _("water"),
        "well": _("well"),
        "police": _("police station"),
        "police_box": _("police box"),
        "guard": _("crime prevention"),
        "child": _("child"),
        "alarm": _("alarm"),
        "camera": _("camera"),
        "lamp": _("lamp"),
    }


def version_kinds(_: Translate) -> Mapping[str, str]:
    """How a version of a layer came about."""
    return {
        "taken_over": _("taken over from the operator's folder"),
        "published": _("published"),
        "rolled_back": _("rolled back"),
        "given_back": _("left to the operator's folder"),
        "imported": _("imported"),
    }


def version_states(_: Translate) -> Mapping[str, str]:
    """What a version of a layer is now."""
    return {
        "waiting": _("waits for its time"),
        "cancelled": _("cancelled"),
        "in_force": _("in force"),
        "former": _("former"),
    }
