"""What is in another language than the page says so, so that it is read and drawn as what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from server.texts import to_html, translator

KANA = re.compile("[ぁ-ゖァ-ヺ]")
SPOKEN = ("aria-label", "alt", "title", "placeholder")
VOID = {"meta", "link", "input", "br", "img", "hr"}
PAGES = [
    "/",
    "/layers",
    "/layers/flood",
    "/layers/evacuation_shelters",
    "/layers/evacuation_shelters/table",
    "/layers/emergency_sites/table",
    "/layers/hydrants/table",
    "/here?lat=35.797&lon=139.593&hazard=earthquake",
    "/light?hazard=earthquake",
    "/search?q=栄町",
    "/towns",
    "/print?layers=flood,emergency_sites",
    "/terms",
    "/contact",
]


class Texts(HTMLParser):
    """The texts of a page, each with the language that its nearest element says."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or (self.languages[-1][1] if self.languages else "")
        self.texts += [(language, text) for name in SPOKEN if (text := given.get(name))]
        if tag not in VOID:
            self.languages.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.languages and self.languages[-1][0] not in ("script", "style"):
            self.texts.append((self.languages[-1][1], data))


def texts_of(client: TestClient, address: str, lang: str) -> Iterator[tuple[str, str]]:
    joint = "&" if "?" in address else "?"
    answer = client.get(f"{address}{joint}lang={lang}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, address
    parser = Texts()
    parser.feed(answer.text)
    yield from parser.texts


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("lang", ["en", "zh", "ko", "vi"])
def test_japanese_on_a_page_of_another_language_says_so(
    asaka_client: TestClient, address: str, lang: str
) -> None:
    unmarked = [
        text.strip()
        for language, text in texts_of(asaka_client, address, lang)
        if KANA.search(text) and not language.startswith("ja")
    ]
    assert unmarked == []


def test_a_shelter_s_values_are_read_as_what_they_are(asaka_client: TestClient) -> None:
    texts = list(texts_of(asaka_client, "/layers/evacuation_shelters/table", "zh"))
    assert ("zh-Hans", "仅限市政府事先确定的人员") in texts
    assert any(language == "ja" and "小学校" in text for language, text in texts)


REPORTS = ("This report is in English only.", "This report is in Japanese only.")


@pytest.mark.parametrize(("lang", "announced"), [("zh", 0), ("ja-x-easy", 1), ("en", None)])
def test_a_report_in_another_language_is_announced(
    asaka_client: TestClient, lang: str, announced: int | None
) -> None:
    page = asaka_client.get(f"/layers/hydrants?lang={lang}", headers={"Accept": "text/html"}).text
    said = [to_html(translator(lang)(report)) in page for report in REPORTS]
    assert said == [index == announced for index in range(len(REPORTS))]


@pytest.mark.parametrize(("lang", "words"), [("vi", "tiếng Anh"), ("en", None), ("ja", None)])
def test_sheets_in_another_language_are_announced(
    asaka_client: TestClient, lang: str, words: str | None
) -> None:
    texts = "".join(text for _, text in texts_of(asaka_client, "/towns", lang))
    assert (words or "in English") in texts if words else "in English" not in texts
