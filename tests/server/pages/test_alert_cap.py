"""Alerts as CAP 1.2, against its schema, and as Atom, as a reader of feeds reads it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import feedparser
import pytest
import xmlschema

from server.desk.alerts.alert import Act, Alert, AlertMessage
from server.pages.alert_cap import CAP, Sender, cap_message
from server.pages.alert_feed import AlertFeed, alert_feed
from server.texts import LANGUAGES, translator
from tests.alert_cases import DRILL, HOUR, MARKS, NOW, ORDER, SENDER
from tests.server.test_hostile import HOSTILE

SCHEMA = Path(__file__).parents[2] / "fixtures" / "cap" / "CAP-v1.2.xsd"
ISSUED = AlertMessage(1, "issue", NOW - HOUR)
EXTENDED = AlertMessage(2, "extend", NOW - HOUR / 2)
ENDED = AlertMessage(3, "end", NOW)
ACTS: Mapping[str, tuple[list[AlertMessage], datetime.datetime | None]] = {
    "issue": ([ISSUED], None),
    "extend": ([ISSUED, EXTENDED], None),
    "end": ([ISSUED, EXTENDED, ENDED], NOW),
    "before": ([], None),
}


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMA)


def element(message: bytes, path: str) -> str | None:
    steps = "/".join(f"{{{CAP}}}{step}" for step in path.split("/"))
    return Xml.fromstring(message).findtext(steps)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("drill", [False, True])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"level": 5},
        {"level": 3},
        {"kind": "weather", "level": 2, "title": "大雨注意報"},
        {"kind": "information", "level": None, "title": "給水所"},
        {"reach": "city", "places": (), "region": {"ja": "朝霞市", "en": "Asaka City"}},
        {"reach": "own", "places": (), "area": "川の近く"},
    ],
)
def test_every_message_is_valid(
    schema: xmlschema.XMLSchema, act: Act, changed: dict[str, Any], *, drill: bool
) -> None:
    told, ended_at = ACTS[act]
    alert = replace(ORDER, **changed, drill=drill, ended_at=ended_at)
    message = cap_message(alert, told, SENDER)
    schema.validate(message.decode().partition("?>")[2])
    root = Xml.fromstring(message)
    languages = [info.findtext(f"{{{CAP}}}language") for info in root.iter(f"{{{CAP}}}info")]
    assert languages == [language.tag for language in LANGUAGES.values()]
    assert element(message, "status") == ("Exercise" if drill else "Actual")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_leave_it_valid(schema: xmlschema.XMLSchema, text: str) -> None:
    alert = replace(ORDER, text=text, issuer=text, reach="own", places=(), area=text)
    schema.validate(cap_message(alert, [ISSUED], SENDER).decode().partition("?>")[2])


def test_an_end_cancels_what_was_told_and_says_nothing_of_safety() -> None:
    told, ended_at = ACTS["end"]
    message = cap_message(replace(ORDER, ended_at=ended_at), told, SENDER)
    assert element(message, "msgType") == "Cancel"
    references = (element(message, "references") or "").split()
    assert len(references) == 2
    first = cap_message(ORDER, [ISSUED], SENDER)
    named = ",".join(element(first, name) or "" for name in ("sender", "identifier", "sent"))
    assert references[0] == named
    for name in ("urgency", "severity", "certainty"):
        assert element(message, f"info/{name}") == "Unknown"
    assert b"AllClear" not in message
    assert b"Past" not in message


def test_what_is_told_of_a_place_is_its_name_and_never_a_guessed_shape() -> None:
    message = cap_message(ORDER, [ISSUED], SENDER)
    assert element(message, "info/area/areaDesc") == "岡一丁目、字〇〇"
    assert element(message, "info/area/geocode/value") is None
    city = replace(ORDER, reach="city", places=(), region={"ja": "朝霞市", "en": "Asaka City"})
    assert element(cap_message(city, [ISSUED], SENDER), "info/area/geocode/value") == "11227"


def test_a_message_is_the_same_after_it_has_run_out() -> None:
    sent_at = NOW - 9 * HOUR
    over = replace(ORDER, issued_at=sent_at, expires_at=NOW - HOUR)
    message = cap_message(over, [AlertMessage(1, "issue", sent_at)], SENDER)
    assert "期限切れ" not in message.decode()


def test_a_sender_without_a_host_is_named_by_its_city() -> None:
    assert element(cap_message(ORDER, [ISSUED], Sender("11227", "")), "sender") == (
        "bosai-layers.11227"
    )


def read_feed(alert: Alert, told: list[AlertMessage], lang: str = "ja") -> Any:
    of = AlertFeed(title="題", author="市", city="11227", at=SENDER.at, lang=lang)
    return feedparser.parse(alert_feed([(alert, told)], of, translator(lang)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_feed_of_a_drill_says_so_in_title_and_text(lang: str) -> None:
    feed = read_feed(DRILL, [ISSUED], lang)
    assert not feed.bozo
    (entry,) = feed.entries
    assert MARKS[lang] in entry.title
    assert MARKS[lang].casefold() in entry.content[0].value.casefold()
    assert entry.tags[0].term == "drill"
    (cap,) = [link for link in entry.links if link.type == "application/cap+xml"]
    assert cap.href == "https://map.city.example.jp/alerts/7.cap.xml"


def test_an_alert_stays_one_entry_that_changes_when_it_ends() -> None:
    first = read_feed(ORDER, [ISSUED]).entries[0]
    last = read_feed(replace(ORDER, ended_at=NOW), [ISSUED, ENDED]).entries[0]
    assert first.id == last.id
    assert first.updated != last.updated
    assert last.title == "【解除】警戒レベル4 避難指示"
    assert first.tags[0].term == "real"
