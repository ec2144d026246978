"""The alerts of the last weeks as Atom (RFC 4287), each with its CAP message."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from server.desk.alerts.alert import Alert, AlertMessage
from server.desk.alerts.words import as_text, in_words
from server.pages.alert_cap import CAP_TYPE, cap_path
from server.pages.atom import ATOM, XML_LANG, entry_id, link, put_atom
from server.pages.xml import document
from server.texts import LANGUAGES, Translate

PATH = "/alerts.atom"
DRILL, REAL = "drill", "real"  # terms of the category of an entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFeed:
    """What the feed is called, in which language; `at` is where the service is, `author` what the
    site is called, `city` the city's code.
    """

    title: str
    author: str
    city: str
    at: str
    lang: str


def alert_feed(
    told: Sequence[tuple[Alert, Sequence[AlertMessage]]], of: AlertFeed, _: Translate
) -> bytes:
    """The feed with these alerts. An alert stays one entry, which changes as it is told again."""
    root = Element(f"{{{ATOM}}}feed", {XML_LANG: LANGUAGES[of.lang].tag})
    put_atom(root, "id", entry_id(f"alerts {of.city}"))
    put_atom(root, "title", of.title)
    latest = max((_told_at(alert, messages) for alert, messages in told), default=None)
    put_atom(root, "updated", latest.isoformat() if latest else "1970-01-01T00:00:00+00:00")
    query = urlencode({"lang": of.lang})
    link(root, "self", f"{of.at}{PATH}?{query}", "application/atom+xml")
    link(root, "alternate", f"{of.at}/notices?{query}", "text/html")
    put_atom(put_atom(root, "author"), "name", of.author)
    for alert, messages in told:
        words = in_words(alert, of.lang, _)
        entry = put_atom(root, "entry")
        put_atom(entry, "id", entry_id(f"alert {alert.number} {alert.issued_at.isoformat()}"))
        put_atom(entry, "title", words.title)
        put_atom(entry, "published", alert.issued_at.isoformat())
        put_atom(entry, "updated", _told_at(alert, messages).isoformat())
        link(entry, "alternate", f"{of.at}/notices?{query}", "text/html")
        link(entry, "alternate", f"{of.at}{cap_path(alert)}", CAP_TYPE)
        category = put_atom(entry, "category")
        category.set("term", DRILL if alert.drill else REAL)
        put_atom(entry, "content", as_text(words, _, of.lang))
    return document(root)


def _told_at(alert: Alert, messages: Sequence[AlertMessage]) -> datetime.datetime:
    return messages[-1].sent_at if messages else alert.ended_at or alert.issued_at
