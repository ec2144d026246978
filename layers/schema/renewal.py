"""How often a layer's data is renewed, and who sees to it."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field as Option

from layers.schema.links import MailAddress
from layers.schema.validation import rule, shown
from layers.schema.values import Strict

Unit = Literal["D", "W", "M", "Y"]
# A duration of ISO 8601 in days, weeks, months or years.
DURATION = re.compile(r"P([1-9]\d{0,2})([DWMY])")
# The words of DCAT's frequencies that have such a duration.
WORDS: Mapping[str, str] = {
    "daily": "P1D",
    "weekly": "P1W",
    "monthly": "P1M",
    "quarterly": "P3M",
    "half-yearly": "P6M",
    "yearly": "P1Y",
}


class Rhythm(NamedTuple):
    """Every so many days ("D"), weeks ("W"), months ("M") or years ("Y")."""

    number: int
    unit: Unit

    def after(self, date: datetime.date) -> datetime.date:
        """The day on which data of `date` is due to be renewed; the last one there is at most."""
        if self.unit in "DW":
            days = self.number * (7 if self.unit == "W" else 1)
            return date + datetime.timedelta(days=min(days, (datetime.date.max - date).days))
        months = date.month - 1 + self.number * (12 if self.unit == "Y" else 1)
        year, month = date.year + months // 12, months % 12 + 1
        if year > datetime.MAXYEAR:
            return datetime.date.max
        return date.replace(year, month, min(date.day, calendar.monthrange(year, month)[1]))


def _known(every: str) -> str:
    if every not in WORDS and not DURATION.fullmatch(every):
        raise rule("rhythm", "", shown(every), ", ".join(WORDS))
    return every


class Renewal(Strict):
    """How often the data is renewed: a word of `WORDS`, or a duration such as "P5Y".

    `department` is whose it is, `mail` where it is told when the time has passed; without it the
    city's office is.
    """

    every: Annotated[str, AfterValidator(_known)]
    department: Annotated[str, Option(min_length=1, max_length=100)] | None = None
    mail: MailAddress | None = None

    @property
    def rhythm(self) -> Rhythm:
        """The same as number and unit."""
        duration = WORDS.get(self.every, self.every)
        unit: Unit = duration[-1]  # type: ignore[assignment]
        return Rhythm(int(duration[1:-1]), unit)
