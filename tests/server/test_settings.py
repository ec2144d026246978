"""Settings that are not taken as they are written."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from layers.process.limits import limits_of_machine
from server.settings import Settings


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://map.example.jp", "https://map.example.jp"),
        ("https://map.example.jp/", "https://map.example.jp"),
        ("http://10.0.0.7:8000//", "http://10.0.0.7:8000"),
        ("", None),
    ],
)
def test_the_address_of_the_service_ends_without_a_slash(
    monkeypatch: pytest.MonkeyPatch, written: str, address: str | None
) -> None:
    monkeypatch.setenv("BOSAI_BASE_URL", written)
    assert Settings().base_url == address


@pytest.mark.parametrize("written", ["map.example.jp", "ftp://map.example.jp", "https:map", "/"])
def test_an_address_without_its_scheme_and_host_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("BOSAI_BASE_URL", written)
    with pytest.raises(ValidationError, match="wanted an address with its scheme"):
        Settings()


def test_what_a_reader_may_use_is_set_or_follows_from_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings().reader_limits == limits_of_machine()
    monkeypatch.setenv("BOSAI_READER_MEMORY_MB", "512")
    monkeypatch.setenv("BOSAI_READER_SECONDS", "100")
    limits = Settings().reader_limits
    assert (limits.memory, limits.wall_time, limits.processor_time) == (512 << 20, 100, 75)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("BOSAI_READER_MEMORY_MB", "0"),
        ("BOSAI_READER_MEMORY_MB", "255"),
        ("BOSAI_READER_MEMORY_MB", "-1"),
        ("BOSAI_READER_MEMORY_MB", "much"),
        ("BOSAI_READER_SECONDS", "0"),
        ("BOSAI_READER_SECONDS", "1.5"),
    ],
)
def test_limits_with_which_nothing_could_be_read_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str
) -> None:
    monkeypatch.setenv(name, written)
    with pytest.raises(ValidationError):
        Settings()
