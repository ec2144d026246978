"""Words about requests that staff alone read: in Japanese and English (`staff_requests.po`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.texts import Translate


def state_names(_: Translate, *, corrects: bool = False) -> dict[str, str]:
    """The short name of each state of a request among staff, by its code (`server.desk.labels`)."""
    names = {"received": _("new"), "checking": _("checking"), "considering": _("considering")}
    if corrects:
        return {
            **names,
            "adopted": _("to correct"),
            "declined": _("left as it is"),
            "available": _("corrected"),
        }
    return {
        **names,
        "adopted": _("adopted"),
        "declined": _("declined"),
        "available": _("on the map"),
    }


def channel_labels(_: Translate) -> dict[str, str]:
    """What each way is called on which a request came other than by the form, by its code."""
    return {
        "telephone": _("By telephone"),
        "letter": _("By letter"),
        "counter": _("At the counter"),
        "email": _("By e-mail"),
    }


def came_by(channel: str | None, _: Translate) -> str:
    """How a request came: None is by the form."""
    return channel_labels(_)[channel] if channel else _("By the form")


def kind_labels(_: Translate) -> Mapping[bool, str]:
    """What a request is called, by whether it is a correction."""
    return {True: _("Correction"), False: _("Request for a layer")}


def headings(_: Translate) -> Sequence[str]:
    """The columns of the table that staff take away (`server.desk.triage.request_export`)."""
    return (
        _("Request number"),
        _("Received"),
        _("How it came"),
        _("Kind"),
        _("Category"),
        _("Status"),
        _("Title as sent"),
        _("Text as sent"),
        _("Latitude"),
        _("Longitude"),
        _("Layer it is about"),
        _("Id of the place it is about"),
        _("Public title"),
        _("Public text"),
        _("Duplicate of"),
        _("Department in charge"),
        _("Person in charge"),
        _("Last decision"),
        _("Reason"),
        _("Layer that answers it"),
    )
