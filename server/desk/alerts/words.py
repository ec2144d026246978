"""Alerts in words: from here every way out takes them, so that the mark of a drill is on each.

The wording of 避難情報 is that of 内閣府「避難情報に関するガイドライン」, as revised in May
2021: the names of the levels, and what is to be done at each. Others who cite its revision of March
2026 (令和8年3月改定) give levels 3 to 5 the same names (高齢者等避難, 避難指示, 緊急安全確保) and
the same calls; the revision itself could not be read. Not verified by it: whether it drops 「警戒」
from 「警戒レベル4 避難指示」, as some of these do and as the names of the Japan Meteorological
Agency do since 29 May 2026 (「レベル4大雨危険警報」); and its examples of what is broadcast.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from server.desk.alerts.alert import Alert
from server.texts import EASY, LANGUAGES, Translate, in_words_of, name_beside, plain
from server.texts.instants import long_instant
from server.texts.wording import localized

SEPARATORS = {"ja": "、", EASY: "、"}


@dataclass(frozen=True, slots=True)
class AlertWords:
    """What is shown of an alert, in one language; `area`, `text` and `issuer`, and a `title` that
    is not `fixed`, hold the city's own words, marked as Japanese. `title` and `marks` tell a drill,
    and what has ended. `state` is `in_force`, `ended` or `expired`.
    """

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


def in_words(
    alert: Alert, lang: str, _: Translate, at: datetime.datetime | None = None
) -> AlertWords:
    """The alert in the language, as it stands now, or stood `at` a moment."""
    state = state_of(alert, at)
    title, call = _title(alert, lang, _)
    return AlertWords(
        number=alert.number or 0,
        state=state,
        kind=alert.kind,
        level=alert.level,
        drill=alert.drill,
        title=_marked(title, alert, state, _),
        fixed=alert.kind == "evacuation",
        call="" if state == "ended" else call,
        area=area_words(alert, lang, _),
        text=_own(alert.text, lang),
        issuer=_own(alert.issuer, lang),
        facts=_facts(alert, lang, _),
        marks=_marks(alert, state, _),
        layers=alert.layers if state == "in_force" else (),
    )


def state_of(alert: Alert, at: datetime.datetime | None = None) -> str:
    """What has ended stays so; what has run out was not ended."""
    if alert.ended_at is not None:
        return "ended"
    is_over = alert.expires_at <= (at or datetime.datetime.now(datetime.UTC))
    return "expired" if is_over else "in_force"


def area_words(alert: Alert, lang: str, _: Translate) -> str:
    """For where it is."""
    places = SEPARATORS.get(lang, ", ").join(place_names(alert, lang))
    own = _own(alert.area, lang)
    if alert.reach == "own":
        return own
    if alert.reach == "city":
        area = _("All of {city}").format(city=localized(alert.region, lang))
    elif alert.reach == "zone":
        layer = localized(alert.region, lang)
        area = _("Inside the zones of “{layer}”").format(layer=layer)
        area = _("{area}: {places}").format(area=area, places=places) if places else area
    else:
        area = places
    return _("{name} ({form})").format(name=area, form=own) if own else area


def place_names(alert: Alert, lang: str) -> list[str]:
    """Each place as published, with the form that readers of the language know."""
    return [name_beside(place.name, lang, place.names) for place in alert.places]


def _own(words: str, lang: str) -> str:
    return in_words_of(words, "ja", lang) if words else ""


def _marked(title: str, alert: Alert, state: str, _: Translate) -> str:
    """The title behind its marks: that of a drill first, so that no cut takes it away."""
    if state == "ended":
        title = _("[LIFTED] {title}").format(title=title)
    elif state == "expired":
        title = _("[EXPIRED] {title}").format(title=title)
    return _("[DRILL] {title}").format(title=title) if alert.drill else title


def _marks(alert: Alert, state: str, _: Translate) -> list[str]:
    marks = []
    if alert.drill:
        marks.append(_("Drill: this is a drill, not a real disaster."))
    if alert.kind == "weather":
        marks.append(_("Quoted from the Japan Meteorological Agency: not an order of the city."))
    if state == "ended":
        marks.append(_("Lifted: this alert is no longer in force."))
        marks.append(
            _("That does not mean that every place is safe. See the city's announcements.")
        )
    elif state == "expired":
        marks.append(
            _(
                "The time until which this was shown has passed. That does not mean that it was "
                "lifted, or that it is safe. See the city's announcements."
            )
        )
    return marks


def _facts(alert: Alert, lang: str, _: Translate) -> list[str]:
    facts = [_("Issued: {instant}").format(instant=long_instant(alert.issued_at, lang))]
    if alert.ended_at is not None:
        facts.append(_("Lifted: {instant}").format(instant=long_instant(alert.ended_at, lang)))
    else:
        until = long_instant(alert.expires_at, lang)
        facts.append(_("Shown here until: {instant}").format(instant=until))
    return facts


def _title(alert: Alert, lang: str, _: Translate) -> tuple[str, str]:
    """The title without marks, and what is to be done."""
    if alert.kind == "evacuation":
        return _evacuation(alert.level or 0, _)
    title = _own(alert.title, lang)
    if alert.level is None:
        return title, ""
    # The weather agency's, quoted: the calls are those of the guideline for levels 1 and 2.
    called = _("{title} (alert level {level}, Japan Meteorological Agency)")
    calls = {
        1: _("Stay alert for a disaster, and follow the latest information."),
        2: _("Check your own evacuation: hazard map, where to go, and the way there."),
    }
    return called.format(title=title, level=alert.level), calls[alert.level]


def _evacuation(level: int, _: Translate) -> tuple[str, str]:
    """An evacuation alert's title and what is to be done."""
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


def as_text(words: AlertWords, _: Translate, lang: str) -> str:
    """All of it as plain text, each part in a line; a drill is told at its beginning and end."""
    gap = LANGUAGES[lang].gap
    drill = [words.marks[0]] if words.drill else []
    lines = [
        words.title,
        gap.join(words.marks),
        words.call,
        gap.join([_("Area:"), words.area]),
        words.text,
        gap.join([_("Issued by:"), words.issuer]),
        *words.facts,
        *drill,
    ]
    return plain("\n".join(filter(None, lines)))
