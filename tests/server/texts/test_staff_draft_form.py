"""What a report on a draft says: in the words of the form, not in keys of a definition's file."""

from __future__ import annotations

import pytest

from layers.messages import MESSAGES
from layers.report import Problem
from server.texts import translator
from server.texts.staff_draft_form import field_of_key, in_words_of_the_form, key_words


@pytest.mark.parametrize(
    ("problem", "words", "key"),
    [
        (Problem("error", "key_missing", column="surveyed_extent"), "調査した範囲", "surveyed_"),
        (
            Problem("error", "key_missing", column="credit.licence_url"),
            "利用条件のページ",
            "_url",
        ),
        (Problem("error", "hazard_whole", column="hazard"), "「災害の種類」", "（想定）"),
        (Problem("note", "encoding_declared", value="CP932"), "CP932", "source."),
        (Problem("warning", "personal_published", column="氏名"), "「捨てる」", "suppress"),
        (Problem("warning", "personal_column", column="氏名"), "「捨てる」", "suppress"),
        (Problem("note", "grid", value="250"), "設定の「プライバシー」", "[privacy]"),
        (Problem("warning", "hidden_columns", value="備考"), "Excelで表示に戻して", "fields"),
    ],
)
def test_a_report_names_what_the_form_names(problem: Problem, words: str, key: str) -> None:
    text = " ".join(in_words_of_the_form(problem, None, "ja", translator("ja")))
    assert words in text
    assert key not in text
    english = " ".join(in_words_of_the_form(problem, None, "en", translator("en")))
    assert key not in english


def test_a_key_that_the_form_does_not_have_stays() -> None:
    assert key_words("tile_bytes", None, translator("ja")) == "tile_bytes"
    assert field_of_key("renewal.mail") == "renewal_mail"
    assert field_of_key("usage_note.text.ja") == "note_ja"


def test_every_other_message_is_said_as_elsewhere() -> None:
    problem = Problem("note", "encoding_utf8", value="UTF-8")
    text, action = in_words_of_the_form(problem, None, "ja", translator("ja"))
    assert text.endswith(problem.message("ja"))
    assert action == MESSAGES["encoding_utf8"].action["ja"]
