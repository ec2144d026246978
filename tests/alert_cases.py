"""Alerts for tests, and every way in which one is told."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from markupsafe import escape

from server.desk.alerts.alert import Alert, AlertMessage, AlertPlace
from server.desk.alerts.ready import ready_texts
from server.desk.alerts.webhooks import body_of
from server.desk.alerts.words import AlertWords, in_words
from server.pages.alert_cap import Sender, cap_message
from server.pages.alert_feed import AlertFeed, alert_feed
from server.texts import LANGUAGES, plain, translator

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
HOUR = datetime.timedelta(hours=1)
OKA = AlertPlace("岡一丁目", {"ja-Hrkt": "オカ１チョウメ", "ja-Latn": "Oka 1-chome"})
UNREAD = AlertPlace("字〇〇")  # nobody knows how it is read
ORDER = Alert(
    kind="evacuation",
    level=4,
    reach="places",
    places=(OKA, UNREAD),
    text="新河岸川の水位が上がっています。",
    issuer="朝霞市",
    issued_at=NOW - HOUR,
    expires_at=NOW + 6 * HOUR,
    layers=("flood", "emergency_sites"),
    number=7,
)
DRILL = replace(ORDER, drill=True)
SENDER = Sender("11227", "https://map.city.example.jp")
# What says in each language that it is a drill.
MARKS = {
    "ja": "訓練",
    "ja-x-easy": "訓練",
    "en": "DRILL",
    "zh": "演习",
    "ko": "훈련",
    "vi": "Diễn tập",
}


def ways_out(alert: Alert) -> Iterator[tuple[str, str, str]]:
    """Each way in each language: what it is called, the language, and all that it says."""
    ended = alert.ended_at is not None
    message = AlertMessage(2 if ended else 1, "end" if ended else "issue", NOW)
    for lang in LANGUAGES:
        _ = translator(lang)
        words = in_words(alert, lang, _)
        yield "title", lang, plain(words.title)
        yield "page", lang, plain(_page(words))
        for text in ready_texts(alert, lang, "https://map.city.example.jp/notices"):
            for index, part in enumerate(text.parts):
                yield f"{text.way} {index}", lang, part
            if text.subject:
                yield f"{text.way} subject", lang, text.subject
        feed = alert_feed([(alert, [message])], _feed(lang), _).decode()
        yield "Atom", lang, feed
    yield "CAP", "ja", cap_message(alert, [message], SENDER).decode()
    body = body_of(alert, message)
    yield "webhook", "ja", body if alert.drill else body.replace('"drill": false', "")


def _page(words: AlertWords) -> str:
    return "\n".join([words.title, *words.marks, words.call, words.area, words.text, words.issuer])


def _feed(lang: str) -> AlertFeed:
    return AlertFeed(
        title=str(escape("避難情報")), author="市", city="11227", at=SENDER.at, lang=lang
    )
