"""Settings that are not taken as they are written."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

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
