"""An alert as a message of the Common Alerting Protocol (OASIS CAP 1.2), in every language.

How an evacuation level is expressed in CAP's urgency, severity and certainty is a choice of this
service: no Japanese profile of CAP could be found. 解除 is a Cancel without `AllClear`, and with
`Unknown` in their place: `Past` and `AllClear` would say that nothing needs to be done any more.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, register_namespace

from layers.japanese.time_zone import JAPAN_TIME
from server.desk.alerts.alert import Alert, AlertMessage
from server.desk.alerts.words import AlertWords, as_text, in_words
from server.pages.xml import document, put
from server.texts import LANGUAGES, plain, translator

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
CAP_TYPE = "application/cap+xml"
register_namespace("cap", CAP)
MUNICIPALITY = "JIS_X0402"  # of codes of municipalities

MESSAGE_TYPES = {"issue": "Alert", "extend": "Update", "end": "Cancel"}
UNKNOWN = ("Unknown", "Unknown", "Unknown")
# Urgency, severity, certainty; and what CAP calls that which is to be done.
EVACUATION = {
    3: ("Expected", "Severe", "Possible", "Evacuate"),
    4: ("Immediate", "Extreme", "Likely", "Evacuate"),
    5: ("Immediate", "Extreme", "Likely", "Execute"),
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a message is from: the city's code, and where the service is."""

    city: str
    at: str


def cap_path(alert: Alert) -> str:
    """The path of an alert's message."""
    return f"/alerts/{alert.number}.cap.xml"


def cap_message(alert: Alert, told: Sequence[AlertMessage], sender: Sender) -> bytes:
    """The latest message about an alert: as it was issued, extended, or ended.

    It refers to all before it. An alert of before messages were written down has one.
    """
    told = told or [AlertMessage(1, "issue", alert.issued_at)]
    latest, earlier = told[-1], told[:-1]
    root = Element(f"{{{CAP}}}alert")
    _put(root, "identifier", _identifier(alert, latest, sender))
    _put(root, "sender", _host(sender))
    _put(root, "sent", _instant(latest.sent_at))
    _put(root, "status", "Exercise" if alert.drill else "Actual")
    _put(root, "msgType", MESSAGE_TYPES[latest.act])
    _put(root, "scope", "Public")
    if alert.drill:
        _put(root, "note", in_words(alert, "ja", translator("ja")).marks[0])
    if earlier:
        references = (
            f"{_host(sender)},{_identifier(alert, each, sender)},{_instant(each.sent_at)}"
            for each in earlier
        )
        _put(root, "references", " ".join(references))
    for lang in LANGUAGES:
        _put_info(root, alert, latest, sender, lang)
    return document(root)


def _put_info(
    root: Element, alert: Alert, message: AlertMessage, sender: Sender, lang: str
) -> None:
    _ = translator(lang)
    words = in_words(alert, lang, _, message.sent_at)  # as it was told, also later
    info = _put(root, "info")
    _put(info, "language", LANGUAGES[lang].tag)
    _put(info, "category", "Met" if alert.kind == "weather" else "Safety")
    _put(info, "event", words.title)
    urgency, severity, certainty, *response = _grade(alert)
    for each in response:
        _put(info, "responseType", each)
    _put(info, "urgency", urgency)
    _put(info, "severity", severity)
    _put(info, "certainty", certainty)
    _put(info, "effective", _instant(message.sent_at))
    _put(info, "expires", _instant(max(alert.expires_at, message.sent_at)))
    _put(info, "senderName", words.issuer)
    _put(info, "headline", words.title)
    _put(info, "description", as_text(words, _, lang))
    instruction = _instruction(words, lang)
    if instruction:
        _put(info, "instruction", instruction)
    _put(info, "web", f"{sender.at}/notices?lang={lang}")
    if alert.level is not None:
        parameter = _put(info, "parameter")
        _put(parameter, "valueName", "警戒レベル")
        _put(parameter, "value", str(alert.level))
    area = _put(info, "area")
    _put(area, "areaDesc", words.area)
    if alert.reach == "city":
        # Of a neighbourhood only a point is known: what is more than its name would leave out
        # somebody in it, or frighten somebody outside.
        geocode = _put(area, "geocode")
        _put(geocode, "valueName", MUNICIPALITY)
        _put(geocode, "value", sender.city)


def _grade(alert: Alert) -> Sequence[str]:
    if alert.ended_at is not None:
        return UNKNOWN
    return EVACUATION[alert.level or 0] if alert.kind == "evacuation" else UNKNOWN


def _instruction(words: AlertWords, lang: str) -> str:
    """What is to be done; of a drill it says so too."""
    if not words.call:
        return ""
    drill = [words.marks[0]] if words.drill else []
    return plain(LANGUAGES[lang].gap.join([*drill, words.call]))


def _identifier(alert: Alert, message: AlertMessage, sender: Sender) -> str:
    """Unique for this sender: no two alerts of any database are of one number and one moment."""
    moment = f"{alert.issued_at.astimezone(datetime.UTC):%Y%m%dT%H%M%S%f}"
    kind = "drill" if alert.drill else "alert"
    return f"bosai-layers.{sender.city}.{kind}.{alert.number}.{moment}.{message.sequence}"


def _host(sender: Sender) -> str:
    return urlsplit(sender.at).netloc or f"bosai-layers.{sender.city}"


def _instant(instant: datetime.datetime) -> str:
    """In Japan's time: CAP has no `Z`."""
    return instant.astimezone(JAPAN_TIME).isoformat(timespec="seconds")


def _put(parent: Element, name: str, text: str | None = None) -> Element:
    return put(parent, f"{{{CAP}}}{name}", text)
