"""Which language an answer is in, and that no cache gives one for another."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Protocol

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from server.http.language import language_of
from server.routes.about import ABOUT
from server.texts import EASY, LANGUAGES, language_accepted, language_named
from server.texts.marks import in_language, plain, to_html, with_readings
from server.texts.wording import localized

PAGE = {"Accept": "text/html"}
PAGES = (
    "/",
    "/layers",
    "/layers/flood",
    "/requests",
    "/requests/new",
    "/nothing",
    "/here?lat=35.8&lon=139.6&hazard=flood",
    *(f"/{name}" for name in ABOUT),
)


@pytest.fixture
def client(asaka_client: TestClient) -> Iterator[TestClient]:
    """The service, as a browser that has chosen nothing yet."""
    asaka_client.cookies.clear()
    yield asaka_client
    asaka_client.cookies.clear()


def shown(page: str) -> str:
    return str(re.findall(r'<html lang="([^"]+)"', page)[0])


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, None),
        ("", None),
        ("ja", "ja"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-CH, fr;q=0.9, vi;q=0.8, en;q=0.7, *;q=0.5", "vi"),
        ("en;q=0.3, ko-KR;q=0.9", "ko"),
        ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh"),
        ("zh-Hant-HK", "zh"),
        ("zh-Hans-CN", "zh"),
        ("ZH-cn", "zh"),
        ("ja-x-easy, ja;q=0.9", EASY),
        ("ko;q=0, vi;q=0.1", "vi"),
        ("ko;q=zero, vi;q=0.1", "vi"),
        ("de, *", None),
        ("*", None),
        ("zhx, jaa", None),
        (";;,=,q=1;q", None),
    ],
)
def test_the_language_liked_best_is_taken(header: str | None, lang: str | None) -> None:
    assert language_accepted(header) == lang


@pytest.mark.parametrize("tag", [None, "", "xx", "english", "jax-easy", "../ja"])
def test_a_name_of_no_language_here_names_none(tag: str | None) -> None:
    assert language_named(tag) is None


class Look(Protocol):
    """What `sys.settrace` calls."""

    def __call__(self, frame: FrameType, event: str, value: Any, /) -> Look: ...


def lines_run(call: Callable[[], object]) -> int:
    """How many lines of Python a call runs."""
    count = 0

    def look(_frame: FrameType, event: str, _value: object) -> Look:
        nonlocal count
        count += event == "line"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("part", ["x-", "x,", "en,", ";", ",", "x;q=1,", "q=", "-_", " ", "9"])
def test_a_hostile_name_of_a_language_costs_no_more_than_another(part: str) -> None:
    hostile = part * (30_000 // len(part))
    assert lines_run(lambda: language_named(hostile)) < 100
    assert lines_run(lambda: language_accepted(hostile)) < 1000
    assert lines_run(lambda: language_accepted(f"en;q={hostile}")) < 1000
    cookies = [(b"cookie", f"lang={hostile}; {hostile}".encode())]
    request = Request({"type": "http", "query_string": b"", "headers": cookies})
    assert lines_run(lambda: language_of(request)) < 2000
    quoted = Request(
        {"type": "http", "query_string": b"", "headers": [(b"cookie", b'lang="' + b"\\" * 30_000)]}
    )
    assert lines_run(lambda: language_of(quoted)) < 2000


def test_what_a_browser_likes_best_is_found_among_what_it_likes() -> None:
    others = ",".join(f"x{number}" for number in range(30))
    assert language_accepted(f"{others},vi") == "vi"
    assert language_accepted("en-" + "x" * 33 + ",ko;q=0.1") == "ko"


@pytest.mark.parametrize(
    "cookies", ["lang=vi", "a=b; lang=vi; c=d", "lang = vi", "_ga=GA1.2.3; lang=vi", 'a="; lang=vi']
)
def test_the_choice_is_found_among_other_cookies(client: TestClient, cookies: str) -> None:
    assert shown(client.get("/terms", headers=PAGE | {"Cookie": cookies}).text) == "vi"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_in_every_language(client: TestClient, path: str, lang: str) -> None:
    joined = "&" if "?" in path else "?"
    answer = client.get(f"{path}{joined}lang={lang}", headers=PAGE | {"Accept-Language": "vi"})
    tag = LANGUAGES[lang].tag
    assert shown(answer.text) == tag
    assert answer.headers["content-language"] == tag
    assert not re.search("[\ufff9-\ufffb\ufdd0-\ufdd2]", answer.text)
    assert ("<ruby>" in answer.text) == (lang == EASY)
    for code, language in LANGUAGES.items():
        link = rf'<a href="/language\?lang={code}&amp;to=[^"]*" lang="{language.tag}"'
        assert re.search(link, answer.text)
        assert f">{language.name}</a>" in answer.text
    for address in re.findall(r'href="(/(?!static|language|map)[^"#]*)"', answer.text):
        alternate = f'href="{address}"' in "".join(re.findall("<link[^>]*>", answer.text))
        assert alternate or f"lang={lang}" in address or "export." in address, address


@pytest.mark.parametrize("path", ["/", "/layers/flood", "/terms"])
def test_the_address_comes_first_then_the_choice_then_the_browser(
    client: TestClient, path: str
) -> None:
    asked = PAGE | {"Accept-Language": "ko"}
    assert shown(client.get(path, headers=PAGE).text) == "ja"
    assert shown(client.get(path, headers=asked).text) == "ko"
    chosen = asked | {"Cookie": "lang=vi"}
    assert shown(client.get(path, headers=chosen).text) == "vi"
    assert shown(client.get(f"{path}?lang=zh", headers=chosen).text) == "zh-Hans"
    assert shown(client.get(f"{path}?lang=xx", headers=chosen).text) == "vi"
    assert shown(client.get(path, headers=asked | {"Cookie": "lang=xx"}).text) == "ko"


def test_choosing_a_language_keeps_it_and_the_place(client: TestClient) -> None:
    to = "/?layers=flood&at=15/35.8/139.6&lang=ja"
    answer = client.get("/language", params={"lang": "ko", "to": to}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?layers=flood&at=15%2F35.8%2F139.6&lang=ko"
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("lang=ko; ")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=31536000"} <= set(cookie.split("; "))
    assert shown(client.get("/layers", headers=PAGE).text) == "ko"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_but_the_choice_sets_a_cookie(client: TestClient, path: str) -> None:
    joined = "&" if "?" in path else "?"
    assert "set-cookie" not in client.get(f"{path}{joined}lang=vi", headers=PAGE).headers


@pytest.mark.parametrize(
    "query",
    [
        "lang=xx&to=/",
        "to=/",
        "lang=ko&to=//evil.example/",
        "lang=ko&to=https://evil.example/",
        "lang=ko&to=/%5Cevil.example",
        "lang=ko&to=/a%0d%0aSet-Cookie:x",
        "lang=ko&to=",
        "lang=ko&to=layers",
        "lang=ko&to=/%09/evil.example",
    ],
)
def test_a_choice_leads_nowhere_else(client: TestClient, query: str) -> None:
    answer = client.get(f"/language?{query}", follow_redirects=False)
    assert answer.status_code == 400
    assert "wanted" in answer.json()["detail"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
def test_a_cache_is_told_what_the_language_went_by(client: TestClient, path: str) -> None:
    vary = client.get(path, headers=PAGE).headers["vary"].lower().split(", ")
    assert {"accept-language", "cookie"} <= set(vary)


def test_one_languages_page_is_not_the_answer_to_one_who_has_anothers(client: TestClient) -> None:
    known = client.get("/", headers={"Accept-Language": "en"}).headers["etag"]
    again = {"If-None-Match": known}
    assert client.get("/", headers=again | {"Accept-Language": "en"}).status_code == 304
    other = client.get("/", headers=again | {"Accept-Language": "ko"})
    assert (other.status_code, shown(other.text)) == (200, "ko")
    assert "Cookie" in other.headers["vary"]


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/flood/13/7272/3222.geojson",
        "/layers/flood/export.geojson",
        "/base.geojson",
        "/tiles/flood.json",
        "/layers?f=json",
    ],
)
def test_what_has_no_language_does_not_vary_by_it(client: TestClient, path: str) -> None:
    answers = [
        client.get(path, headers={"Accept-Language": lang, "Cookie": f"lang={lang}"})
        for lang in ("ja", "vi")
    ]
    assert answers[0].content == answers[1].content
    assert answers[0].headers.get("etag") == answers[1].headers.get("etag")
    for answer in answers:
        assert answer.status_code in (200, 204)
        assert "cookie" not in answer.headers.get("vary", "").lower()
        assert "content-language" not in answer.headers


def test_each_language_has_a_script_of_its_own(client: TestClient) -> None:
    scripts = set()
    for lang in LANGUAGES:
        page = client.get(f"/?lang={lang}").text
        scripts.add(re.findall(r'src="(/map\.[0-9a-f]+\.js)"', page)[0])
        assert client.get(f"/?lang={lang}").status_code == 200
    assert len(scripts) == len(LANGUAGES)
    assert all(client.get(script).status_code == 200 for script in scripts)


def test_what_is_known_of_a_place_is_json_in_plain_words(client: TestClient) -> None:
    answer = client.get(f"/here?lat=35.8&lon=139.6&hazard=flood&lang={EASY}")
    assert not re.search("[\ufff9-\ufffb\ufdd0-\ufdd2《》]", answer.text)
    english = client.get("/here?lat=35.8&lon=139.6&hazard=flood", headers={"Accept-Language": "en"})
    assert english.json()["sites"][0]["title"] == "Designated emergency evacuation sites"
    assert english.headers["content-language"] == "en"


def test_names_of_the_data_stay_japanese_and_say_so(client: TestClient) -> None:
    query = "/here?lat=35.8&lon=139.6&hazard=flood"
    chinese = client.get(f"{query}&lang=zh", headers=PAGE).text
    names = re.findall(r'<li[^>]*><span lang="ja">([^<]+)</span>：向', chinese)
    assert names
    easy = client.get(f"{query}&lang={EASY}", headers=PAGE).text
    for name in names:
        # Without a reading: nobody has said how it is read.
        assert re.search(rf"<li[^>]*>{name}：", easy)


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "ja"])
def test_a_text_that_no_person_has_reviewed_says_so(client: TestClient, lang: str) -> None:
    for path in ("/", "/terms", "/layers/flood", "/here?lat=35.8&lon=139.6"):
        joined = "&" if "?" in path else "?"
        page = client.get(f"{path}{joined}lang={lang}", headers=PAGE).text
        said = {
            "en": "not yet reviewed by a person",
            "zh": "尚未经人工审核",
            "ko": "기계 번역",
            "vi": "Bản dịch máy",
            EASY: "まだ<ruby>人<rp>",
        }[lang]
        assert said in page


def test_dates_numbers_and_lists_are_those_of_the_language(client: TestClient) -> None:
    def text(path: str, lang: str) -> str:
        return client.get(f"{path}?lang={lang}", headers=PAGE).text

    dates = {
        "ja": "2025年10月27日",
        EASY: "2025年10月27日",
        "en": "October 27, 2025",
        "zh": "2025年10月27日",
        "ko": "2025년 10월 27일",
        "vi": "ngày 27 tháng 10 năm 2025",
    }
    for lang, date in dates.items():
        assert date in text("/layers/emergency_sites", lang)
    assert "2.000" in text("/requests/new", "vi")
    assert "2,000" in text("/requests/new", "ko")


def test_a_text_falls_back_to_what_its_reader_knows_best() -> None:
    text = {"ja": "名称", "en": "Name"}
    assert localized(text, EASY) == "名称"
    assert localized(text, "zh") == in_language("Name", "en")
    assert localized({**text, "zh": "名称"}, "zh") == "名称"
    assert localized({"ja": "消防署", "en": "消防署"}, "ko") == in_language("消防署", "ja")
    assert localized({"ja": "名称", "en": "Name", EASY: "名前《なまえ》"}, EASY) == with_readings(
        "名前《なまえ》"
    )


def test_readings_become_ruby_where_there_can_be_elements() -> None:
    read = with_readings("｜お知《し》らせ読《よ》み込《こ》む")
    assert plain(read) == "お知らせ読み込む"
    page = f'<title>{read}</title><p title="{read}">{read}</p><option>{read}</option>'
    ruby = "<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>".format
    words = f"{ruby('お知', 'し')}らせ{ruby('読', 'よ')}み{ruby('込', 'こ')}む"
    bare = "お知らせ読み込む"
    assert to_html(page) == (
        f'<title>{bare}</title><p title="{bare}">{words}</p><option>{bare}</option>'
    )


def test_a_mark_in_data_makes_no_markup() -> None:
    hostile = '\ufdd0x" onclick="a\ufdd1b\ufdd2\ufff9c\ufffa\ufdd0'
    assert to_html(f"<p>{plain(hostile)}</p>{hostile}").count("onclick") == 2
    assert "<span" not in to_html(hostile)
    assert "<ruby" not in to_html(hostile)
