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
