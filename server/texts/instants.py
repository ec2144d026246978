"""Instants as people read them, in Japan's time."""

from __future__ import annotations

import datetime
import re
from typing import Any

from babel.dates import format_datetime, get_month_names

from layers.japanese.time_zone import JAPAN_TIME
from server.texts import LANGUAGES

INSTANT = {
    "ja": "y年M月d日 H時mm分",
    "en": "d MMMM y, H:mm 'Japan time'",
    "zh": "y年M月d日 H:mm'（日本时间）'",
    "ko": "y년 M월 d일 H:mm '(일본 시간)'",
    "vi": "H:mm, 'ngày' d 'tháng' M 'năm' y '(giờ Nhật Bản)'",
}

PARTS = re.compile(r"'([^']*)'|(MMMM|mm|y|M|d|H)")


def long_instant(instant: datetime.datetime, lang: str) -> str:
    """An aware instant with its date and minute."""
    locale = LANGUAGES[lang].locale
    return format_datetime(
        instant.astimezone(JAPAN_TIME), INSTANT[locale[:2]], tzinfo=JAPAN_TIME, locale=locale
    )


def instant_rule(lang: str) -> dict[str, Any]:
    """How a script writes what `long_instant` does: `pattern`, with `{…}` to be filled in.

    That are `y`, `M`, `d`, `H`, `mm` and `MMMM`, a name of `months`.
    """
    locale = LANGUAGES[lang].locale
    pattern = PARTS.sub(lambda part: part[1] or f"{{{part[2]}}}", INSTANT[locale[:2]])
    months = get_month_names(locale=locale)
    return {"pattern": pattern, "months": [months[month] for month in range(1, 13)]}
