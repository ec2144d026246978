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
        ("HTTPS://[2001:db8::7]:8443/", "HTTPS://[2001:db8::7]:8443"),
        ("", None),
    ],
)
def test_the_address_of_the_service_ends_without_a_slash(
    monkeypatch: pytest.MonkeyPatch, written: str, address: str | None
) -> None:
    monkeypatch.setenv("BOSAI_BASE_URL", written)
    assert Settings().base_url == address


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("map.example.jp", "with its scheme"),
        ("ftp://map.example.jp", "with its scheme"),
        ("https:map", "with its scheme"),
        ("/", "with its scheme"),
        ("https://", "with its scheme"),
        ("https://map example.jp", "nothing behind the host"),
        ("https://防災.example.jp", "with its scheme"),
        ("https://user@map.example.jp", "nothing behind the host"),
        ("https://user:secret@map.example.jp", "nothing behind the host"),
        ("https://map.example.jp/bosai", "nothing behind the host"),
        ("https://map.example.jp/bosai/", "nothing behind the host"),
        ("https://map.example.jp?x=1", "nothing behind the host"),
        ("https://map.example.jp/?x=1", "nothing behind the host"),
        ("https://map.example.jp#top", "nothing behind the host"),
        ("https://map.example.jp:port", "nothing behind the host"),
        ("https://map.example.jp\n", "nothing behind the host"),
    ],
)
def test_an_address_that_is_no_host_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str, reason: str
) -> None:
    monkeypatch.setenv("BOSAI_BASE_URL", written)
    with pytest.raises(ValidationError, match=reason):
        Settings()


@pytest.mark.parametrize(
    ("written", "networks"),
    [
        ("", []),
        ("127.0.0.1", ["127.0.0.1/32"]),
        ("10.0.0.0/8  ::1 ", ["10.0.0.0/8", "::1/128"]),
    ],
)
def test_trusted_proxies_are_addresses_and_networks(
    monkeypatch: pytest.MonkeyPatch, written: str, networks: list[str]
) -> None:
    monkeypatch.setenv("BOSAI_TRUSTED_PROXIES", written)
    assert [str(network) for network in Settings().trusted_proxies] == networks


@pytest.mark.parametrize("written", ["proxy", "*", "10.0.0.1/8", "127.0.0.1,::1"])
def test_a_trusted_proxy_that_is_no_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("BOSAI_TRUSTED_PROXIES", written)
    with pytest.raises(ValidationError, match="not a valid IPv4 or IPv6 network"):
        Settings()
