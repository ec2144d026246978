"""A form's texts are checked at a cost that their length bounds."""

from __future__ import annotations

import unicodedata

import pytest

from layers.catalog.catalog import Catalog
from server.desk.errors import InvalidForm
from server.desk.intake import form
from server.desk.intake.form import PURPOSE_LENGTH, read_form
from server.texts import translator

MARKS = "か" + "\u0301\u0327" * 10_000  # to sort them takes the square of their number


@pytest.mark.parametrize("name", ["title", "purpose", "contact", "lat", "lon"])
def test_what_is_far_too_long_is_told_so_unread(
    asaka: Catalog, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    lengths = []

    class Watched:
        category = staticmethod(unicodedata.category)

        @staticmethod
        def normalize(shape: str, text: str) -> str:
            lengths.append(len(text))
            return unicodedata.normalize(shape, text)  # type: ignore[arg-type]

    monkeypatch.setattr(form, "unicodedata", Watched)
    typed = {
        "title": "井戸",
        "purpose": "断水時",
        "category": "other",
        "lat": "35.8",
        "lon": "139.6",
    }
    with pytest.raises(InvalidForm) as invalid:
        read_form({**typed, name: MARKS}, asaka, translator("ja"))
    assert list(invalid.value.errors) == [name]
    assert max(lengths) <= 4 * PURPOSE_LENGTH


def test_what_turns_text_round_is_left_out(asaka: Catalog) -> None:
    typed = {
        "title": "\u202egpj.exe\u2069 \u2066",
        "purpose": "\u05d0\u200f 断水時\u202c",
        "category": "other",
    }
    form = read_form(typed, asaka, translator("ja"))
    assert (form.title, form.purpose) == ("gpj.exe", "\u05d0\u200f 断水時")  # a mark is no override
