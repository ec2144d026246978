"""A text with a count has the form of its count, on the server and in the script."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from server.pages.render import Pages
from server.pages.views import LayerGroup, LayerSummary
from server.texts import EASY, LANGUAGES, catalogue, plural_catalogue, translator
from server.viewer.search import search_words
from server.viewer.words_script import script_words
from tests.conftest import ROOT
from tests.server.cities import TEST_CITY
from tests.server.pages.test_pages import FLOOD

COUNTS = (0, 1, 2)
PLACES = ("{count} place", "{count} places")
# A word that English counts by has two forms; these words have one.
COUNTED = re.compile(r"\{count\} (?!m\b|km\b|more\.|more$|shown|in all|from)[a-z]")


def on_screen(lang: str, text: object) -> list[str]:
    """What the map's script writes for each of the counts."""
    done = subprocess.run(
        ["tools/with-node.sh", "node", "tests/server/texts/plurals.mjs"],
        input=json.dumps({"lang": LANGUAGES[lang].tag, "text": text, "counts": COUNTS}).encode(),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return [str(words) for words in json.loads(done.stdout)]


def test_english_has_one_and_others() -> None:
    _ = translator("en")
    words = [_.ngettext(*PLACES, count).format(count=count) for count in COUNTS]
    assert words == ["0 places", "1 place", "2 places"]


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_the_other_languages_have_one_form(lang: str) -> None:
    _ = translator(lang)
    assert len({_.ngettext(*PLACES, count) for count in COUNTS}) == 1
    assert set(_.forms(*PLACES)) == {"other"}
    assert {len(forms) for forms in plural_catalogue(lang).values()} == {1}


def test_a_message_without_a_translation_is_english_in_its_form_and_says_so() -> None:
    _ = translator("zh")
    words = [_.ngettext("{count} thing", "{count} things", count) for count in COUNTS]
    assert words == [f"\ufdd0en\ufdd1{{count}} thing{s}\ufdd2" for s in ("s", "", "s")]


def test_no_english_text_counts_things_in_one_form() -> None:
    assert [message for message in catalogue("ja") if COUNTED.search(message)] == []


@pytest.mark.parametrize("lang", ["en", "ja", EASY])
def test_the_script_chooses_as_the_server_does(lang: str) -> None:
    _ = translator(lang)
    words = script_words(lang, _)
    written = [_.ngettext(*PLACES, count).format(count=count) for count in COUNTS]
    assert on_screen(lang, words["places"]) == written


def test_a_preset_of_one_layer_is_not_plural() -> None:
    words = {**script_words("en", translator("en")), **search_words(translator("en"))}
    assert on_screen("en", words["presetShown"]) == [
        "Preset “T”: 0 layers are shown.",
        "Preset “T”: 1 layer is shown.",
        "Preset “T”: 2 layers are shown.",
    ]
    assert on_screen("en", words["searchCount"])[1] == (
        "1 place found. Choose it with the arrow keys."
    )


@pytest.mark.parametrize(
    ("features", "words"), [(0, "0 features"), (1, "1 feature"), (2, "2 features")]
)
def test_the_list_of_layers_counts(features: int, words: str) -> None:
    layers = [LayerSummary(id="flood", definition=FLOOD, features=features)]
    page = Pages(TEST_CITY, {"page.css": "page.css"}).render(
        "layer_list.html", "en", groups=[LayerGroup(None, layers)]
    )
    assert f"{words} ·" in page
