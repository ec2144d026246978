"""What mails about a request say: nothing that its sender typed, and nobody's key of its page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from server.desk.labels import state_labels
from server.texts import translator
from server.texts.marks import in_brackets


@dataclass(frozen=True, slots=True)
class Original:
    """The request that one is, or `is_separated`: was until now, considered together with."""

    number: int
    is_public: bool
    is_separated: bool = False


@dataclass(frozen=True, slots=True)
class NewsItem:
    """How a request stands after a change: its state, and whether everybody can read it.

    `is_withdrawn` says that until now everybody could. `reason` and `layer` are those of the
    decision that changed it, `original` that of a merge that was made or undone.
    """

    state: str
    is_public: bool
    is_withdrawn: bool = False
    reason: str = ""
    layer: str | None = None
    original: Original | None = None


def confirmation_words(number: int, lang: str, base_url: str, link: str) -> tuple[str, str]:
    """Subject and text of the mail that asks an address whether it wants news."""
    _ = translator(lang)
    parts = [
        _("This address was entered for news about request No. {number} on this map:").format(
            number=number
        )
        + f"\n{base_url}",
        _("If it was you, open this address within 7 days and press the button there:")
        + f"\n{link}",
        _("If it was not you, do nothing. Nothing more will be sent to you about this request."),
    ]
    subject = _("Please confirm your e-mail address (request No. {number})").format(number=number)
    return in_brackets(subject), in_brackets("\n\n".join(parts))


def news_words(
    number: int,
    lang: str,
    base_url: str,
    item: NewsItem,
    stop: str,
    *,
    corrects: bool,
    duplicate: int | None = None,
) -> tuple[str, str]:
    """Subject and text of the mail about a change; `corrects` says that it is about an error.

    `duplicate` is the request of who is told, when that one is considered together with this.
    """
    _ = translator(lang)
    label = state_labels(_, corrects=corrects)[item.state]
    parts = [
        _("There is news about request No. {number}.").format(number=number),
        _("Status: {state}").format(state=label),
    ]
    if duplicate is not None:
        together = _("Your request No. {number} is considered together with it.")
        parts.insert(1, together.format(number=duplicate))
    if item.original is not None:
        parts.append(_together(item.original, lang, base_url))
    if item.reason:
        parts.append(_("Reason:") + f"\n{item.reason}")
    if item.layer:
        query = urlencode({"layers": item.layer, "lang": lang})
        parts.append(_("See it on the map:") + f"\n{base_url}/?{query}")
    if item.is_public:
        parts.append(
            _("Everybody can read the request here:")
            + f"\n{base_url}/requests/{number}?lang={lang}"
        )
    else:
        if item.is_withdrawn:
            parts.append(_("The request has been taken off the public list."))
        parts.append(
            _("The request is not public. You can read more on the page whose address you kept.")
        )
    parts.append(
        "-- \n"
        + _("This mail was sent automatically by this map:")
        + f"\n{base_url}\n"
        + _("To stop mails about this request:")
        + f"\n{stop}"
    )
    subject = _("Request No. {number}: {state}").format(number=number, state=label)
    return in_brackets(subject), in_brackets("\n\n".join(parts))


def _together(original: Original, lang: str, base_url: str) -> str:
    _ = translator(lang)
    if original.is_separated:
        text = _("This request is no longer considered together with request No. {number}.")
        return text.format(number=original.number)
    text = _("This request is considered together with request No. {number}.").format(
        number=original.number
    )
    if original.is_public:
        page = f"{base_url}/requests/{original.number}?lang={lang}"
        text += "\n" + _("Everybody can read that request here:") + f"\n{page}"
    return text
