"""Settings that are not taken as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from layers.process.limits import limits_of_machine
from server.settings import MailServer, OpenIdClient, Settings


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


MAIL = {"BOSAI_MAIL_FROM": "bosai@city.example.jp", "BOSAI_BASE_URL": "https://map.example.jp"}


def settings_with(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.jp", MailServer("mail.example.jp", 587, "starttls")),
        ("smtp://mail.example.jp:25/", MailServer("mail.example.jp", 25, "starttls")),
        (
            "smtps://u%40a:p%3A%2F@mail.example.jp",
            MailServer("mail.example.jp", 465, "always", "u@a", "p:/"),
        ),
        ("smtp://127.0.0.1:2525", MailServer("127.0.0.1", 2525, "none")),
        ("smtp://[::1]", MailServer("::1", 587, "none")),
        ("smtp://localhost", MailServer("localhost", 587, "none")),
        ("smtp://localhost.example.jp", MailServer("localhost.example.jp", 587, "starttls")),
        ("smtp://10.0.0.7", MailServer("10.0.0.7", 587, "starttls")),
    ],
)
def test_a_mail_server_elsewhere_is_spoken_to_in_tls(
    monkeypatch: pytest.MonkeyPatch, url: str, server: MailServer
) -> None:
    settings = settings_with(monkeypatch, **MAIL, BOSAI_SMTP_URL=url)
    assert settings.mail_server == server
    assert settings.sends_mail


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.jp",
        "http://mail.example.jp",
        "smtp://",
        "smtp://user:geheim@",
        "smtp://user:geheim@mail.example.jp:port",
        "smtp://user:geheim@mail.example.jp:99999",
        "smtp://user:geheim@mail.example.jp/path",
        "smtp://user:geheim@mail.example.jp?tls=no",
        "smtp://user:geheim@[mail",
    ],
)
def test_a_wrong_mail_server_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(ValidationError, match="wanted the URL of a mail server") as refused:
        settings_with(monkeypatch, **MAIL, BOSAI_SMTP_URL=url)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("missing", MAIL)
def test_mail_has_a_sender_and_links_that_lead_here(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    with pytest.raises(ValidationError, match="wanted a sender and a base URL too"):
        settings_with(monkeypatch, **{**MAIL, missing: ""}, BOSAI_SMTP_URL="smtp://localhost")


def test_without_a_mail_server_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not settings_with(monkeypatch, **MAIL).sends_mail
    assert settings_with(monkeypatch, BOSAI_SMTP_URL="").mail_server is None


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("bosai@city.example.jp", "", "bosai@city.example.jp"),
        ("防災マップ <bosai@city.example.jp>", "防災マップ", "bosai@city.example.jp"),
    ],
)
def test_mails_are_from_a_name_and_an_address(
    monkeypatch: pytest.MonkeyPatch, written: str, name: str, address: str
) -> None:
    sender = settings_with(monkeypatch, BOSAI_MAIL_FROM=written).mail_sender
    assert (sender.display_name, sender.addr_spec) == (name, address)


@pytest.mark.parametrize(
    "written", ["city", "a@b", "a@example.jp\nBcc: b@example.jp", "<>", "a b@", "防災@例え.jp"]
)
def test_a_sender_that_is_no_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    with pytest.raises(ValidationError, match="wanted an e-mail address"):
        settings_with(monkeypatch, BOSAI_MAIL_FROM=written)


@pytest.fixture
def oidc(tmp_path: Path) -> dict[str, str]:
    """All that signing in with the city's own accounts needs."""
    secret = tmp_path / "client-secret"
    secret.write_text("geheim-und-lang\n")
    return {
        "BOSAI_BASE_URL": "https://map.example.jp",
        "BOSAI_OIDC_ISSUER": "https://id.example.jp/realms/city",
        "BOSAI_OIDC_CLIENT_ID": "bosai",
        "BOSAI_OIDC_CLIENT_SECRET_FILE": str(secret),
    }


def test_the_citys_own_accounts_take_all_their_settings_together(
    monkeypatch: pytest.MonkeyPatch, oidc: dict[str, str]
) -> None:
    client = settings_with(monkeypatch, **oidc).openid
    issuer = "https://id.example.jp/realms/city"
    assert client == OpenIdClient(issuer, "bosai", "geheim-und-lang")
    assert "geheim" not in repr(client)
    none = dict.fromkeys(oidc, "")
    assert settings_with(monkeypatch, **none).openid is None


@pytest.mark.parametrize("missing", ["BASE_URL", "ISSUER", "CLIENT_ID", "CLIENT_SECRET_FILE"])
def test_some_of_them_alone_are_refused(
    monkeypatch: pytest.MonkeyPatch, oidc: dict[str, str], missing: str
) -> None:
    values = {name: "" if name.endswith(missing) else value for name, value in oidc.items()}
    with pytest.raises(ValidationError, match="wanted all of OpenID Connect's settings"):
        settings_with(monkeypatch, **values)


@pytest.mark.parametrize(
    "issuer",
    [
        "id.example.jp",
        "http://id.example.jp",
        "http://10.0.0.7",
        "ftp://id.example.jp",
        "https://",
        "https://id.example.jp?tenant=1",
        "https://id.example.jp#a",
        "https://user:word@id.example.jp",
        "https://id.example.jp:port",
        "https://id.example.jp/ /",
        "https://[id",
    ],
)
def test_an_issuer_is_spoken_to_in_tls(
    monkeypatch: pytest.MonkeyPatch, oidc: dict[str, str], issuer: str
) -> None:
    with pytest.raises(ValidationError, match="wanted an issuer's address, by https"):
        settings_with(monkeypatch, **{**oidc, "BOSAI_OIDC_ISSUER": issuer})


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost/", "http://[::1]:1"])
def test_but_for_one_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, oidc: dict[str, str], issuer: str
) -> None:
    client = settings_with(monkeypatch, **{**oidc, "BOSAI_OIDC_ISSUER": issuer}).openid
    assert client is not None
    assert client.issuer == issuer


@pytest.mark.parametrize(
    "content", [None, b"", b"\n", b"a\nb\n", b"a\x00", b"\xe3\x81\x82", b"x" * 5000]
)
def test_the_secret_is_one_line_of_a_file(
    monkeypatch: pytest.MonkeyPatch, oidc: dict[str, str], tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "other"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValidationError, match="wanted a file with one line"):
        settings_with(monkeypatch, **{**oidc, "BOSAI_OIDC_CLIENT_SECRET_FILE": str(file)})


def test_alerts_are_sent_on_by_https_and_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings().webhooks == ()
    secret = tmp_path / "webhook.key"
    secret.write_text("合言葉".encode("unicode_escape").decode(), encoding="ascii")
    monkeypatch.setenv("BOSAI_WEBHOOK_URLS", "https://a.example/x?key=s3cret http://127.0.0.1:9/y")
    with pytest.raises(ValidationError) as error:
        Settings()
    assert error.value.errors()[0]["type"] == "webhook_secret"
    monkeypatch.setenv("BOSAI_WEBHOOK_SECRET_FILE", str(secret))
    assert Settings().webhooks == ("https://a.example/x?key=s3cret", "http://127.0.0.1:9/y")
    assert Settings().webhook_secret
    assert "s3cret" not in repr(Settings())


@pytest.mark.parametrize(
    "url", ["http://a.example/s3cret", "ftp://a.example", "a.example", "https://"]
)
def test_a_wrong_address_for_alerts_is_refused_without_what_it_holds(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOSAI_WEBHOOK_URLS", url)
    with pytest.raises(ValidationError) as error:
        Settings()
    assert error.value.errors()[0]["type"] == "webhook_urls"
    assert "s3cret" not in str(error.value)
