"""Alerts on the staff's pages: as they will be seen in every language and every way out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from server.desk.alerts.alert import Alert
from server.desk.alerts.form import WHAT
from server.desk.alerts.ready import ready_texts
from server.desk.alerts.words import in_words, state_of
from server.pages.render import Pages
from server.texts import LANGUAGES, Translate, plain, translator


@dataclass(frozen=True, slots=True)
class WayText:
    """A text for one channel: what it is called, and its parts, each with its length in words."""

    name: str
    subject: str
    parts: Sequence[tuple[str, str]]
    is_too_long: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """An alert in one language: as pages show it, and as text for other channels."""

    lang: str
    tag: str
    name: str
    banner: Markup
    ways: Sequence[WayText]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the staff's list."""

    number: int
    title: str
    area: str
    state: str
    is_drill: bool
    issued_at: datetime.datetime
    expires_at: datetime.datetime
    ended_at: datetime.datetime | None


def previews(pages: Pages, alert: Alert, address: str, staff: Translate) -> list[Preview]:
    """The alert in each language of the site, Japanese first; `staff` names the ways."""
    return [
        Preview(
            lang,
            language.tag,
            language.name,
            Markup(  # noqa: S704 - of a template, which escapes
                pages.render("notice_alone.html", lang, one=in_words(alert, lang, translator(lang)))
            ),
            [
                WayText(
                    way_labels(staff)[text.way],
                    text.subject,
                    [
                        (part, _length(length, text.longest, staff))
                        for part, length in zip(text.parts, text.lengths, strict=True)
                    ],
                    any(length > (text.longest or length) for length in text.lengths),
                )
                for text in ready_texts(alert, lang, address)
            ],
        )
        for lang, language in LANGUAGES.items()
    ]


def listed(alert: Alert, lang: str) -> Listed:
    """The alert in the staff's list."""
    words = in_words(alert, lang, translator(lang))
    return Listed(
        alert.number or 0,
        plain(words.title),
        plain(words.area),
        state_of(alert),
        alert.drill,
        alert.issued_at,
        alert.expires_at,
        alert.ended_at,
    )


def what_labels(_: Translate) -> Mapping[str, str]:
    """What an alert can be, by its code in the form, the gravest first."""
    labels = {
        "evacuation-5": _("Alert level 5: emergency safety measures"),
        "evacuation-4": _("Alert level 4: evacuation instruction"),
        "evacuation-3": _("Alert level 3: evacuation of the elderly and others"),
        "weather-2": _("Quote of the Japan Meteorological Agency, alert level 2"),
        "weather-1": _("Quote of the Japan Meteorological Agency, alert level 1"),
        "weather": _("Quote of the Japan Meteorological Agency, without a level of ours"),
        "information": _("Information of the city, without a level"),
    }
    return {code: labels[code] for code in WHAT}


def way_labels(_: Translate) -> dict[str, str]:
    """What each channel is called."""
    return {
        "line": "LINE",
        "x": "X",
        "mail": _("E-mail"),
        "radio": _("Read out over loudspeakers (防災行政無線)"),
    }


def delivery_labels(_: Translate) -> dict[str, str]:
    """What each state of what is sent to other programs is called."""
    return {
        "waiting": _("waiting to be taken"),
        "sent": _("taken"),
        "given_up": _("given up"),
    }


def _length(length: int, longest: int | None, _: Translate) -> str:
    if longest is None:
        return _("{length} characters").format(length=f"{length:,}")
    return _("{length} of {longest}").format(length=f"{length:,}", longest=f"{longest:,}")
