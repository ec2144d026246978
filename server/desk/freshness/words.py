"""What a department is written about a layer that is overdue."""

from __future__ import annotations

from layers.catalog.layer import Layer
from layers.catalog.renewals import RenewalState
from layers.schema.city import CityDefinition
from server.desk.freshness.notices import OverdueMail
from server.texts import plain, translator
from server.texts.marks import in_brackets
from server.texts.renewal import rhythm_words
from server.texts.wording import localized, long_date

LANGUAGE = "ja"  # of the departments
LONGEST_TITLE = 100  # characters of a title within a subject


def recipient_of(state: RenewalState, city: CityDefinition) -> str | None:
    """Who is written to: the layer's department, else the city's office; None without either."""
    return state.renewal.mail or (city.office.mail if city.office else None)


def overdue_mail(layer: Layer, state: RenewalState, recipient: str, base_url: str) -> OverdueMail:
    """The mail, in Japanese."""
    _ = translator(LANGUAGE)
    title = plain(localized(layer.definition.title, LANGUAGE))
    parts = [
        _("The layer “{title}” ({layer}) is meant to be renewed {every}.").format(
            title=title, layer=layer.id, every=rhythm_words(state.renewal.rhythm, _)
        )
        + "\n"
        + _("The map has the data of {date}. It was to be renewed by {due}.").format(
            date=long_date(state.newest, LANGUAGE), due=long_date(state.due, LANGUAGE)
        ),
        _(
            "If there is newer data, please publish it. If there is not, and the data was checked, "
            "please set its date to the day on which it was."
        ),
        _("All layers and when they are due:") + f"\n{base_url}/staff/freshness",
        "-- \n"
        + _("This mail was sent automatically by this map, once for each time that is due."),
    ]
    subject = _("Overdue: {title}").format(title=title[:LONGEST_TITLE])
    text = "\n\n".join(parts)
    return OverdueMail(layer.id, state.due, recipient, in_brackets(subject), in_brackets(text))
