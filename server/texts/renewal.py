"""How often a layer is renewed, in words."""

from __future__ import annotations

import datetime

from layers.catalog.renewals import RenewalState
from layers.schema.renewal import Rhythm
from server.texts import Translate
from server.texts.wording import long_date


def rhythm_words(rhythm: Rhythm, _: Translate) -> str:
    """Such as "every 3 months", to stand within a sentence."""
    single = {
        "D": _("every day"),
        "W": _("every week"),
        "M": _("every month"),
        "Y": _("every year"),
    }
    several = {
        "D": _("every {number} days"),
        "W": _("every {number} weeks"),
        "M": _("every {number} months"),
        "Y": _("every {number} years"),
    }
    words = single if rhythm.number == 1 else several
    return words[rhythm.unit].format(number=rhythm.number)


def renewal_words(state: RenewalState, today: datetime.date, lang: str, _: Translate) -> str:
    """What residents are told: a rhythm, and when the next is expected or what is here so far."""
    if state.is_overdue(today):
        text = _(
            "Meant to be renewed {every}. This map has the data of {date}; newer data is not here "
            "yet."
        )
        date = state.newest
    else:
        text = _("Meant to be renewed {every}. The next renewal is expected around {date}.")
        date = state.due
    return text.format(every=rhythm_words(state.renewal.rhythm, _), date=long_date(date, lang))
