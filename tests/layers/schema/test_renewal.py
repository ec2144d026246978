"""How often a layer is renewed: words and durations, and the day on which it is due."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from layers.errors import DefinitionError
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.layer import LayerDefinition
from layers.schema.load import load_layer
from layers.schema.presentation import data_of, digest
from layers.schema.renewal import WORDS, Rhythm
from layers.schema.write import text_of

SITES = (BUNDLED_DEFINITIONS / "emergency_sites.toml").read_text(encoding="utf-8")


def layer(folder: Path, renewal: str) -> LayerDefinition:
    path = folder / "sites.toml"
    text = SITES.replace("\n[credit]\n", f"\n[renewal]\n{renewal}\n[credit]\n", 1)
    path.write_text(text, "utf-8")
    return load_layer(path)


@pytest.mark.parametrize(
    ("every", "of", "due"),
    [
        ("daily", "2026-02-28", "2026-03-01"),
        ("weekly", "2026-12-28", "2027-01-04"),
        ("monthly", "2026-01-31", "2026-02-28"),
        ("quarterly", "2026-11-30", "2027-02-28"),
        ("half-yearly", "2026-08-31", "2027-02-28"),
        ("yearly", "2024-02-29", "2025-02-28"),
        ("P10D", "2026-01-01", "2026-01-11"),
        ("P2W", "2026-01-01", "2026-01-15"),
        ("P18M", "2026-01-15", "2027-07-15"),
        ("P5Y", "2023-04-01", "2028-04-01"),
        ("P999Y", "9500-01-01", "9999-12-31"),
        ("P999W", "9999-12-01", "9999-12-31"),
    ],
)
def test_data_is_due_after_its_rhythm(tmp_path: Path, every: str, of: str, due: str) -> None:
    renewal = layer(tmp_path, f'every = "{every}"').renewal
    assert renewal is not None
    date = datetime.date.fromisoformat
    assert renewal.rhythm.after(date(of)) == date(due)


def test_words_are_durations() -> None:
    assert {*WORDS.values()} == {"P1D", "P1W", "P1M", "P3M", "P6M", "P1Y"}
    assert Rhythm(3, "M").after(datetime.date(2026, 1, 1)) == datetime.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("renewal", "key", "kind"),
    [
        ('every = "毎年"', "renewal.every", "rhythm"),
        ('every = "P1Y6M"', "renewal.every", "rhythm"),
        ('every = "PT1H"', "renewal.every", "rhythm"),
        ('every = "P0D"', "renewal.every", "rhythm"),
        ('every = "P-1D"', "renewal.every", "rhythm"),
        ('every = ""', "renewal.every", "rhythm"),
        ("every = 12", "renewal.every", "no_text"),
        ('department = "課"', "renewal.every", "key_missing"),
        ('every = "yearly"\nmail = "a@b"', "renewal.mail", "mail_form"),
        ('every = "yearly"\ndepartment = ""', "renewal.department", "too_short"),
        ('every = "yearly"\noffice = "課"', "renewal.office", "key_unknown"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, renewal: str, key: str, kind: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        layer(tmp_path, renewal)
    assert (caught.value.key, caught.value.kind) == (key, kind)
    assert key in caught.value.message("ja")
    assert key in caught.value.message("en")


def test_a_rhythm_prepares_nothing_anew_and_can_be_written(tmp_path: Path) -> None:
    plain = load_layer(BUNDLED_DEFINITIONS / "emergency_sites.toml")
    renewed = layer(tmp_path, 'every = "P5Y"\ndepartment = "危機管理室"\nmail = "a@city.example"')
    same = plain.model_copy(update={"id": renewed.id})
    assert digest(data_of(renewed)) == digest(data_of(same))
    path = tmp_path / "written" / "sites.toml"
    path.parent.mkdir()
    path.write_text(text_of(renewed, {}), "utf-8")
    assert load_layer(path).renewal == renewed.renewal
