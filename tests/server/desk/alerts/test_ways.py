"""What is told of an alert in every way out: drill or real, where, and how long it is."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from server.desk.alerts.alert import Alert, AlertMessage, AlertPlace, check
from server.desk.alerts.drills import DRILL as DRILL_WORDS, claims_drill, claims_earnest
from server.desk.alerts.ready import X_LONGEST, broadcast, ready_texts, x_length
from server.desk.alerts.webhooks import body_of
from server.desk.alerts.words import in_words
from server.desk.errors import InvalidAlert
from server.texts import LANGUAGES, plain, translator
from tests.alert_cases import DRILL, HOUR, MARKS, NOW, OKA, ORDER, UNREAD, ways_out

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60
)
PLACES = st.lists(st.builds(AlertPlace, TEXTS.filter(str.strip)), min_size=1, max_size=40)
ALERTS = st.builds(
    lambda kind, level, title, places, text, issuer, ended: Alert(
        kind=kind,
        level=level if kind == "evacuation" else None,
        title="" if kind == "evacuation" else title,
        reach="places",
        places=places,
        text=text,
        issuer=issuer,
        issued_at=NOW - HOUR,
        expires_at=NOW + HOUR,
        ended_at=NOW if ended else None,
        number=1,
    ),
    st.sampled_from(["evacuation", "information", "weather"]),
    st.sampled_from([3, 4, 5]),
    TEXTS.filter(str.strip),
    PLACES,
    TEXTS,
    TEXTS.filter(str.strip),
    st.booleans(),
)


def valid(alert: Alert) -> bool:
    try:
        check(alert)
    except InvalidAlert:
        return False
    return True


@settings(max_examples=10, deadline=None)
@given(ALERTS)
def test_a_drill_says_so_in_every_way_and_language_and_a_real_alert_in_none(alert: Alert) -> None:
    own = "".join([alert.title, alert.text, alert.issuer, *(p.name for p in alert.places)])
    drill = replace(alert, drill=True)
    if not (valid(alert) and valid(drill)):
        return
    for way, lang, said in ways_out(drill):
        assert MARKS[lang].casefold() in said.casefold(), (way, lang, said)
    for way, lang, said in ways_out(alert):
        for mark in MARKS.values():
            if mark.casefold() not in own.casefold():
                assert mark.casefold() not in said.casefold(), (way, lang, said)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("ended", [False, True])
def test_the_mark_of_a_drill_stands_first_in_every_title_and_part(
    lang: str, *, ended: bool
) -> None:
    drill = replace(DRILL, ended_at=NOW if ended else None, places=(OKA, UNREAD) * 40)
    for way, said_in, said in ways_out(drill):
        if said_in == lang and way not in ("Atom", "CAP", "webhook", "page"):
            assert MARKS[lang].casefold() in said[:12].casefold(), (way, said)


@settings(max_examples=10, deadline=None)
@given(ALERTS)
def test_no_place_is_lost_in_any_way_or_language(alert: Alert) -> None:
    names = {place.name for place in alert.places}
    for lang in LANGUAGES:
        texts = {text.way: "".join(text.parts) for text in ready_texts(alert, lang)}
        texts["page"] = plain(in_words(alert, lang, translator(lang)).area)
        for way, said in texts.items():
            folded = "".join(said.split())
            for name in names:
                if way in ("line", "x") and len(name) > 20:
                    continue  # may be cut between two parts
                assert "".join(name.split()) in folded, (way, lang, name, said)


@pytest.mark.parametrize("name", ["大字 岡 一丁目", "A, B、C;D"])
def test_a_name_with_a_space_or_a_comma_is_not_parted(name: str) -> None:
    alert = replace(ORDER, places=tuple(AlertPlace(f"{name}{number}") for number in range(60)))
    for lang in LANGUAGES:
        for text in ready_texts(alert, lang):
            assert text.way not in ("line", "x") or len(text.parts) > 1
            lines = "\n".join(text.parts)
            assert all(place.name in lines for place in alert.places), (text.way, lang)


def test_a_name_that_nobody_can_read_stays_as_it_is_beside_those_that_are_read() -> None:
    said = {lang: plain(in_words(ORDER, lang, translator(lang)).area) for lang in LANGUAGES}
    assert said == {
        "ja": "岡一丁目、字〇〇",
        "ja-x-easy": "岡一丁目、字〇〇",
        "en": "Oka 1-chome (岡一丁目), 字〇〇",
        "zh": "岡一丁目（Oka 1-chome）, 字〇〇",
        "ko": "岡一丁目 (Oka 1-chome), 字〇〇",
        "vi": "Oka 1-chome (岡一丁目), 字〇〇",
    }


@settings(max_examples=15, deadline=None)
@given(ALERTS, st.booleans())
def test_no_part_is_longer_than_its_channel_takes(alert: Alert, drill: bool) -> None:
    for lang in LANGUAGES:
        for text in ready_texts(
            replace(alert, drill=drill), lang, "https://map.example.jp/notices"
        ):
            assert len(text.parts) == len(text.lengths)
            for length in text.lengths:
                assert text.longest is None or length <= text.longest, (lang, text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("abc", 3),
        ("あ", 2),
        ("警戒レベル4", 11),
        ("ễ", 2),  # 7877: not among those that count as one
        ("한", 2),
        ("“x”", 3),
        ("https://map.city.example.jp/notices?lang=ja", 23),
        ("見る https://a.jp/x", 28),
        ("あ" * 140, 280),
    ],
)
def test_x_counts_full_width_characters_twice(text: str, length: int) -> None:
    assert x_length(text) == length
    assert x_length("あ" * 140) == X_LONGEST


@pytest.mark.parametrize(
    ("words", "is_order", "is_drill"),
    [
        ("【訓練】岡一丁目", False, True),
        ("[ 訓 練 ]".replace(" ", ""), False, True),
        ("訓\u200b練です", False, True),
        ("これは訓練です", False, True),
        ("This is a DRILL.", False, True),
        ("［演习］", False, True),
        ("明日、防災訓練をします", False, False),
        ("訓練校前の道路", False, False),
        ("訓練校前の道路", True, True),
        ("新河岸川の水位が上がっています", True, False),
    ],
)
def test_words_that_sound_like_a_drill_are_known(
    words: str, *, is_order: bool, is_drill: bool
) -> None:
    assert claims_drill(words, is_order=is_order) == is_drill


@pytest.mark.parametrize("field", ["text", "issuer", "area"])
def test_words_that_hide_which_it_is_are_refused(field: str) -> None:
    with pytest.raises(InvalidAlert, match="words of a drill"):
        check(replace(ORDER, **{field: "【訓練】これは訓練です"}))  # type: ignore[arg-type]
    with pytest.raises(InvalidAlert, match="say that it is none"):
        check(replace(DRILL, **{field: "これは訓練ではありません"}))  # type: ignore[arg-type]
    check(replace(DRILL, **{field: "【訓練】これは訓練です"}))  # type: ignore[arg-type]


def test_every_mark_of_ours_would_be_known_in_a_real_alert() -> None:
    for lang, mark in MARKS.items():
        title = plain(in_words(DRILL, lang, translator(lang)).title)
        assert claims_drill(title, is_order=False), (lang, mark)
        assert claims_drill(
            plain(in_words(DRILL, lang, translator(lang)).marks[0]), is_order=True
        ), lang
    assert "訓練" in DRILL_WORDS
    assert claims_earnest("This is not a drill")


def test_what_has_run_out_is_not_said_to_be_safe_or_lifted() -> None:
    over = replace(ORDER, issued_at=NOW - 9 * HOUR, expires_at=NOW - HOUR)
    for lang in LANGUAGES:
        words = in_words(over, lang, translator(lang))
        assert words.state == "expired"
        assert words.call
        assert words.layers == ()
    assert "解除された、または安全になったという意味ではありません" in "".join(
        in_words(over, "ja", translator("ja")).marks
    )
    lifted = in_words(replace(over, ended_at=NOW), "ja", translator("ja"))
    assert lifted.title == "【解除】警戒レベル4 避難指示"
    assert "安全になったという意味ではありません" in "".join(lifted.marks)
    assert lifted.call == ""


def test_what_is_quoted_is_never_said_to_be_the_citys() -> None:
    quote = replace(ORDER, kind="weather", level=2, title="大雨注意報", reach="city", places=())
    quote = replace(quote, region={"ja": "朝霞市", "en": "Asaka City"})
    check(quote)
    words = in_words(quote, "ja", translator("ja"))
    assert words.title == "大雨注意報（気象庁発表・警戒レベル2）"
    assert not words.fixed
    assert words.area == "朝霞市の全域"
    assert "市が発令した避難情報ではありません" in words.marks[0]
    with pytest.raises(InvalidAlert, match="level is 3"):
        check(replace(quote, level=3))


def test_a_zone_is_told_with_the_neighbourhoods_that_it_touches() -> None:
    zone = replace(ORDER, reach="zone", region={"ja": "洪水", "en": "Flood"}, area="低い所")
    said = {lang: plain(in_words(zone, lang, translator(lang)).area) for lang in ("ja", "en")}
    assert said["ja"] == "「洪水」の区域の中：岡一丁目、字〇〇（低い所）"
    assert said["en"] == "Inside the zones of “Flood”: Oka 1-chome (岡一丁目), 字〇〇 (低い所)"


def test_what_is_read_out_tells_level_place_and_action() -> None:
    assert broadcast(ORDER).splitlines() == [
        "緊急放送、緊急放送。警戒レベル4、避難指示。",
        "緊急放送、緊急放送。警戒レベル4、避難指示。",
        "こちらは、朝霞市です。",
        "岡一丁目、字〇〇に、警戒レベル4、避難指示を発令しました。",
        "新河岸川の水位が上がっています。",
        "危険な場所にいる方は、速やかに全員避難を開始してください。",
    ]
    drill = broadcast(DRILL).splitlines()
    assert drill[0] == "訓練放送、訓練放送。これは、訓練です。警戒レベル4、避難指示。"
    assert drill[-1] == "これは、訓練です。"
    assert "緊急放送" not in broadcast(DRILL)


def test_a_webhook_of_a_drill_is_of_another_type() -> None:
    message = AlertMessage(1, "issue", datetime.datetime.now(datetime.UTC))
    real, drill = (json.loads(body_of(alert, message)) for alert in (ORDER, DRILL))
    assert (real["type"], real["data"]["status"], real["data"]["drill"]) == (
        "alert.issued",
        "Actual",
        False,
    )
    assert (drill["type"], drill["data"]["status"], drill["data"]["drill"]) == (
        "drill.issued",
        "Exercise",
        True,
    )
