"""Alerts in words: the same for pages, for programs and for the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.desk.alerts import Alert
from server.texts import Translate
from server.texts.instants import long_instant


@dataclass(frozen=True, slots=True)
class AlertWords:
    """What is shown of a alert. `title`, `area`, `text` and `issuer` are the city's own words, in
    Japanese, unless `title` is one that is fixed (`fixed`)."""

    number: int
    state: str
    kind: str
    level: int | None
    drill: bool
    title: str
    fixed: bool
    call: str
    area: str
    text: str
    issuer: str
    facts: Sequence[str]
    marks: Sequence[str]
    layers: Sequence[str]


def in_words(alert: Alert, lang: str, _: Translate) -> AlertWords:
    """The alert in the language."""
    has_ended = alert.ended_at is not None
    title, call = _evacuation(alert.level, _) if alert.level else (alert.title, "")
    facts = [_("Issued: {instant}").format(instant=long_instant(alert.issued_at, lang))]
    marks = []
    if alert.drill:
        marks.append(_("Drill: this is a drill, not a real disaster."))
    if alert.ended_at is not None:
        marks.append(_("Lifted: this alert is no longer in force."))
        facts.append(_("Lifted: {instant}").format(instant=long_instant(alert.ended_at, lang)))
    else:
        until = long_instant(alert.expires_at, lang)
        facts.append(_("Shown here until: {instant}").format(instant=until))
    return AlertWords(
        number=alert.number or 0,
        state="ended" if has_ended else "in_force",
        kind=alert.kind,
        level=alert.level,
        drill=alert.drill,
        title=title,
        fixed=alert.level is not None,
        call="" if has_ended else call,
        area=alert.area,
        text=alert.text,
        issuer=alert.issuer,
        facts=facts,
        marks=marks,
        layers=() if has_ended else alert.layers,
    )


def _evacuation(level: int, _: Translate) -> tuple[str, str]:
    """An evacuation alert's title and what is to be done.

    The wording is that of 内閣府「避難情報に関するガイドライン」 (May 2021).
    """
    return {
        3: (
            _("Alert level 3: evacuation of the elderly and others"),
            _("Elderly people and others who need time: leave dangerous places now."),
        ),
        4: (
            _("Alert level 4: evacuation instruction"),
            _("Everybody: leave dangerous places now."),
        ),
        5: (
            _("Alert level 5: emergency safety measures"),
            _(
                "Your life is in danger. Take the best action you can to protect your life "
                "right now."
            ),
        ),
    }[level]
