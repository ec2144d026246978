"""The city's own channels in words: the same on pages, on the map and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layers.schema.channels import ChannelKind
from layers.schema.city import CityDefinition
from server.texts import Translate
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class ChannelWords:
    """A channel as it is shown.

    `kind` is what it is ("LINE"), `link` where it leads, `shown` the address or number as read.
    """

    kind: str
    title: str
    link: str
    shown: str


def kind_labels(_: Translate) -> Mapping[ChannelKind, str]:
    """What each kind is called; names of services are the same everywhere."""
    return {
        "web": _("Web page"),
        "line": "LINE",
        "x": "X",
        "facebook": "Facebook",
        "mail": _("E-mail"),
        "radio_telephone": _("Telephone (what the disaster loudspeakers said)"),
    }


def channels(city: CityDefinition, lang: str, _: Translate) -> Sequence[ChannelWords]:
    """The city's channels, in its order; none of a city that names none."""
    labels = kind_labels(_)
    return [
        ChannelWords(
            labels[channel.kind], localized(channel.title, lang), channel.link, channel.shown
        )
        for channel in city.channels
    ]
