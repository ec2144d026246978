"""The service's settings: environment variables `BOSAI_*`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import (
    Field as Option,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from layers.process.limits import SECONDS, Limits, limits_of_machine
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS

# As a page's Content-Security-Policy takes it: https://www.city.example.lg.jp
Origin = Annotated[
    str, StringConstraints(pattern=r"^https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?$")
]

HOST = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
S3_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9._-]+)*)/?")
MOST_SECRET = 4096  # bytes
PORTS = {"smtp": 587, "smtps": 465}  # of submission (RFC 6409), with TLS from the start (RFC 8314)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `tls` is by STARTTLS, from the start, or none on this machine."""

    host: str
    port: int
    tls: Literal["starttls", "always", "none"]
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OpenIdClient:
    """What this service is to the city's OpenID Connect provider, the issuer."""

    issuer: str
    id: str
    secret: str = field(repr=False)


class Settings(BaseSettings):
    """Where the service listens, reads and writes."""

    model_config = SettingsConfigDict(env_prefix="BOSAI_", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = 8000
    definitions: Path = BUNDLED_DEFINITIONS
    data: Path = BUNDLED_DATA
    home: Path = Path(".bosai")
    database_url: str | None = None
    secret_file: Path | None = None
    moderation: Literal["on", "off"] = "on"
    contact_days: Annotated[int, Option(ge=1, le=3650)] = 180
    base_url: str | None = None
    mail_from: str | None = None
    smtp_url: SecretStr | None = None
    samples: Literal["on", "off"] = "on"
    tile_cache_mb: int = 64
    postgis_levels_mb: Annotated[int, Option(ge=0)] = 500
    upload_mb: Annotated[int, Option(ge=1, le=4096)] = 200
    publish_by_two: Literal["on", "off"] = "off"
    reader_memory_mb: Annotated[int, Option(ge=256)] | None = None
    reader_seconds: Annotated[int, Option(ge=10)] = SECONDS
    private_sources: Literal["refuse", "allow"] = "refuse"
    embed_origins: Annotated[tuple[Origin, ...], NoDecode] = ()
    staff_totp: Literal["optional", "required"] = "optional"
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = ()
    webhook_urls: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    webhook_secret_file: Annotated[Path | None, Option(validate_default=True)] = None
    private_webhooks: Literal["refuse", "allow"] = "refuse"
    ckan_token_file: Path | None = None
    metrics_token_file: Path | None = None
    static_copy: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret_file: Annotated[Path | None, Option(validate_default=True)] = None

    @field_validator("embed_origins", "trusted_proxies", "webhook_urls", mode="before")
    @classmethod
    def _separated_by_spaces(cls, values: object) -> object:
        return tuple(values.split()) if isinstance(values, str) else values

    @field_validator("base_url")
    @classmethod
    def _of_a_host(cls, address: str | None) -> str | None:
        """What paths, which begin with a slash, are put behind; an empty one is none.

        Pages, scripts and the worker of the saved map name each other from the host's root.
        """
        if not address:
            return None
        host = HOST.match(address)
        if host is None:
            raise PydanticCustomError("base_url", "wanted an address with its scheme and host")
        if address[host.end() :].strip("/"):
            raise PydanticCustomError("base_url_root", "wanted nothing behind the host")
        return host[0]

    @field_validator("mail_from")
    @classmethod
    def _of_a_sender(cls, sender: str | None) -> str | None:
        """An address, or a name and an address in angle brackets; an empty one is none."""
        if not sender:
            return None
        if not (sender.isprintable() and MAILBOX.fullmatch(parseaddr(sender)[1])):
            raise PydanticCustomError("mail_from", "wanted an e-mail address")
        return sender

    @field_validator("smtp_url")
    @classmethod
    def _of_a_mail_server(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """An empty one is none. Its mails have a sender, and links that lead to the service."""
        if url is None or not url.get_secret_value():
            return None
        try:
            _mail_server(url.get_secret_value())
        except ValueError:
            raise PydanticCustomError("smtp_url", "wanted the URL of a mail server") from None
        if not (info.data.get("mail_from") and info.data.get("base_url")):
            raise PydanticCustomError("smtp_url_alone", "wanted a sender and a base URL too")
        return url

    @field_validator("webhook_urls")
    @classmethod
    def _of_receivers(cls, urls: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(is_https_or_here(url.get_secret_value()) for url in urls):
            raise PydanticCustomError("webhook_urls", "wanted addresses by https")
        return urls

    @field_validator("webhook_secret_file")
    @classmethod
    def _of_webhooks(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        """There is one where there are addresses: what is sent is signed with it."""
        if file is None and not info.data.get("webhook_urls"):
            return None
        try:
            _client_secret(file or Path())
        except ValueError:
            raise PydanticCustomError("webhook_secret", "wanted a file with one line") from None
        return file

    @field_validator(
        "oidc_client_id",
        "oidc_client_secret_file",
        "webhook_secret_file",
        "ckan_token_file",
        "metrics_token_file",
        "static_copy",
        mode="before",
    )
    @classmethod
    def _without_empty(cls, value: object) -> object:
        return value or None

    @field_validator("ckan_token_file", "metrics_token_file")
    @classmethod
    def _of_a_token(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file is None:
            return None
        try:
            _client_secret(file)
        except ValueError:
            kind = str(info.field_name).removesuffix("_file")
            raise PydanticCustomError(kind, "wanted a file with one line") from None
        return file

    @field_validator("static_copy")
    @classmethod
    def _of_a_copy(cls, place: str | None) -> str | None:
        """A folder or a bucket. Its catalogues name addresses of the host that it is served at."""
        if place is None:
            return None
        if "://" in place and S3_URL.fullmatch(place) is None:
            raise PydanticCustomError("bucket", "wanted a folder or s3://bucket/prefix")
        return place

    @field_validator("oidc_issuer")
    @classmethod
    def _of_a_provider(cls, issuer: str | None) -> str | None:
        """An empty one is none. It is compared to the letter: nothing of it is made uniform."""
        if not issuer:
            return None
        if not is_https_or_here(issuer) or set(issuer) & set("?#@"):
            raise PydanticCustomError("oidc_issuer", "wanted an issuer's address, by https")
        return issuer

    @field_validator("oidc_client_secret_file")
    @classmethod
    def _of_a_client(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        """All three or none, with an address that the provider can send browsers back to."""
        others = [info.data.get("oidc_issuer"), info.data.get("oidc_client_id")]
        if file is None and not any(others):
            return None
        if file is None or not (all(others) and info.data.get("base_url")):
            raise PydanticCustomError("oidc_alone", "wanted all of OpenID Connect's settings")
        try:
            _client_secret(file)
        except ValueError:
            raise PydanticCustomError("oidc_secret", "wanted a file with one line") from None
        return file

    @property
    def webhooks(self) -> tuple[str, ...]:
        """Where alerts are sent to."""
        return tuple(url.get_secret_value() for url in self.webhook_urls)

    @property
    def webhook_secret(self) -> str:
        """What is sent there is signed with. There is one where there are addresses."""
        return _client_secret(self.webhook_secret_file or Path())

    @property
    def ckan_token(self) -> str | None:
        """What lets `bosai publish` change a portal."""
        return None if self.ckan_token_file is None else _client_secret(self.ckan_token_file)

    @property
    def metrics_token(self) -> str | None:
        """What lets a program read the figures; None where nobody may."""
        file = self.metrics_token_file
        return None if file is None else _client_secret(file)

    @property
    def openid(self) -> OpenIdClient | None:
        """How the city's own accounts are signed in with; None where they are not."""
        if self.oidc_client_secret_file is None:
            return None
        assert self.oidc_issuer is not None
        assert self.oidc_client_id is not None
        secret = _client_secret(self.oidc_client_secret_file)
        return OpenIdClient(self.oidc_issuer, self.oidc_client_id, secret)

    @property
    def mail_server(self) -> MailServer | None:
        """Where mail is handed in; None where none is sent."""
        return _mail_server(self.smtp_url.get_secret_value()) if self.smtp_url else None

    @property
    def sends_mail(self) -> bool:
        """Whether mail is set up: where it is not, no address is asked for."""
        return self.smtp_url is not None

    @property
    def mail_sender(self) -> Address:
        """Whom mails are from. There is one where mail is set up."""
        name, address = parseaddr(self.mail_from or "")
        return Address(name, addr_spec=address)

    @property
    def allows_private_sources(self) -> bool:
        """Whether a layer's url may lead inside private networks."""
        return self.private_sources == "allow"

    @property
    def shows_samples(self) -> bool:
        """Whether layers of sample data are served."""
        return self.samples == "on"

    @property
    def reader_limits(self) -> Limits:
        """What a process that reads a file may use at most."""
        memory = None if self.reader_memory_mb is None else self.reader_memory_mb << 20
        return limits_of_machine(memory, self.reader_seconds)

    @property
    def secret(self) -> Path:
        """The file of the operator's secret, in `home` unless another one is named."""
        return self.secret_file or self.home / "secret.key"

    @property
    def longest_upload(self) -> int:
        """How many bytes staff may upload at once."""
        return self.upload_mb << 20

    @property
    def needs_two(self) -> bool:
        """Whether a second person has to publish what somebody asks to."""
        return self.publish_by_two == "on"

    @property
    def requires_totp(self) -> bool:
        """Whether who publishes has to sign in with a code as well."""
        return self.staff_totp == "required"

    @property
    def database(self) -> str:
        """The database's URL: a SQLite file in `home` unless one is given."""
        return self.database_url or f"sqlite:///{(self.home / 'bosai.sqlite').resolve()}"


def _mail_server(url: str) -> MailServer:
    """The mail server of `smtp://user:password@host:port`. Raises `ValueError`."""
    parts = urlsplit(url)
    host, is_plain = parts.hostname, parts.scheme == "smtp"
    if parts.scheme not in PORTS or not host or parts.path.strip("/") or parts.query:
        raise ValueError("not the URL of a mail server")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return MailServer(
        host,
        parts.port or PORTS[parts.scheme],
        "always" if not is_plain else "none" if _is_here(host) else "starttls",
        user,
        password,
    )


def _client_secret(file: Path) -> str:
    """The one line of a file. Raises `ValueError` without saying what is in it."""
    try:
        with file.open("rb") as opened:
            secret = opened.read(MOST_SECRET + 1).rstrip(b"\r\n").decode("ascii")
    except (OSError, UnicodeDecodeError):
        raise ValueError("not a file with one line") from None
    if not (0 < len(secret) <= MOST_SECRET and secret.isprintable()):
        raise ValueError("not a file with one line")
    return secret


def is_https_or_here(address: str) -> bool:
    """Whether what is sent to an address is encrypted, or leaves this machine nowhere."""
    try:
        parts = urlsplit(address)
        is_known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_line = address.isascii() and address.isprintable() and " " not in address
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
    return is_known and is_line and is_safe


def _is_here(host: str) -> bool:
    """Whether a host is this machine, so that nothing sent to it is on a network."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
