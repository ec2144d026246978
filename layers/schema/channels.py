"""Where a city itself tells people what happens: its pages, its accounts, its telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import model_validator

from layers.schema.links import MailAddress, Telephone, WebAddress
from layers.schema.validation import rule
from layers.schema.values import Strict, Text

# `radio_telephone` is the number at which what the loudspeakers said (防災行政無線) is heard again.
ChannelKind = Literal["web", "line", "x", "facebook", "mail", "radio_telephone"]
# The keys of which each kind has exactly one.
REACHED_BY: Mapping[ChannelKind, tuple[str, ...]] = {
    "web": ("url",),
    "line": ("url",),
    "x": ("url",),
    "facebook": ("url",),
    "mail": ("url", "mail"),
    "radio_telephone": ("telephone",),
}
MOST_CHANNELS = 8  # each has a QR code on a printed sheet


class Channel(Strict):
    """One way in which the city reaches people: a page, an address, or a number to call.

    Mails are subscribed to on a page, or by an empty mail to an address.
    """

    kind: ChannelKind
    title: Text
    url: WebAddress | None = None
    mail: MailAddress | None = None
    telephone: Telephone | None = None

    @model_validator(mode="after")
    def _is_reached_in_one_way(self) -> Self:
        ways = REACHED_BY[self.kind]
        declared = [key for key in ("url", "mail", "telephone") if getattr(self, key) is not None]
        if len(declared) != 1 or declared[0] not in ways:
            raise rule("channel_way", "kind", self.kind, ", ".join(ways))
        return self

    @property
    def link(self) -> str:
        """What a link of it leads to, which its QR code holds."""
        if self.telephone is not None:
            return f"tel:{self.telephone.replace(' ', '')}"
        return self.url or f"mailto:{self.mail}"

    @property
    def shown(self) -> str:
        """The address or number as it is read."""
        return self.telephone or self.url or self.mail or ""
