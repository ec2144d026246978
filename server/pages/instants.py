"""Instants as people read them, in Japan's time."""

from __future__ import annotations

import datetime

from babel.dates import format_datetime

# Japan has one time zone and no summer time: no time zone database is needed.
JAPAN = datetime.timezone(datetime.timedelta(hours=9))
INSTANT = {"ja": "y年M月d日 H時mm分", "en": "d MMMM y, H:mm 'Japan time'"}


def long_instant(instant: datetime.datetime, lang: str) -> str:
    """An aware instant with its date and minute."""
    return format_datetime(instant.astimezone(JAPAN), INSTANT[lang], tzinfo=JAPAN, locale=lang)
