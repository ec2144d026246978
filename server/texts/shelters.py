"""Whether a shelter is open, in words: the same on pages, in answers, in print and on the map."""

from __future__ import annotations

from server.texts import Translate


def shelter_labels(_: Translate) -> dict[str, str]:
    """What each state is called, by its code (`server.desk.shelters.states`)."""
    return {
        "open": _("Open"),
        "crowded": _("Crowded"),
        "full": _("Full"),
        "closed": _("Closed"),
    }


def shelter_phrases(_: Translate) -> dict[str, str]:
    """Phrases with `{…}` to be filled in.

    `stated` is a place's state, `before` what stands before its name where it is offered, `noted`
    the same with a note, `unstated` of a place without a state among others that have one.
    Where all that are offered are full or closed, `further` stands before another one, `unknown`
    says that the city does not say whether that is open, and `noneFurther` that there is none.
    `unchecked` says of all states that they may be old, `neverChecked` that none is known.
    """
    return {
        "stated": _("{state} (as of {instant})"),
        "before": _("[{state}] {said}"),
        "noted": _("{said} Note: {note}"),
        "unstated": _("Check the city's announcements for whether it is open."),
        "further": _(
            "The places above are full or closed. Nearest other place not said to be: {said}"
        ),
        "unknown": _("{said}. It may not be open. Check the city's announcements."),
        "noneFurther": _(
            "The places above are full or closed, and so is every other place whose position "
            "this data has. Check the city's announcements."
        ),
        "unchecked": _(
            "Whether shelters are open was last checked at {instant} and may have changed since. "
            "Check the city's announcements."
        ),
        "neverChecked": _(
            "It cannot be told now which shelters are open. Check the city's announcements."
        ),
    }
