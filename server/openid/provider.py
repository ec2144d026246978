"""The city's provider: the way to it, and who comes back from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from authlib.integrations.httpx_client import OAuth2Client
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from server.desk.accounts.identities import Identity
from server.openid.errors import OpenIdError, ProviderConfused
from server.openid.id_token import UnknownKey, key_set, read_id_token
from server.openid.transaction import Transaction
from server.openid.wire import asking, json_of
from server.settings import OpenIdClient, is_https_or_here

CALLBACK = "/staff/sign-in/openid/callback"
WELL_KNOWN = "/.well-known/openid-configuration"
SCOPE = "openid profile email"
KEPT_S = 3600.0  # for which what the provider publishes is not asked for again
PAUSE_S = 10.0  # after it failed, and between two looks for keys that are unknown
MOST_CODE = 4096  # characters


def _address(address: str) -> str:
    if not is_https_or_here(address):
        raise ValueError("not an https address")
    return address


Address = Annotated[str, AfterValidator(_address)]


class Metadata(BaseModel):
    """What the provider publishes of itself (OpenID Connect Discovery 1.0, 3; RFC 9207, 3)."""

    model_config = ConfigDict(strict=True, frozen=True)

    issuer: str
    authorization_endpoint: Address
    token_endpoint: Address
    jwks_uri: Address
    userinfo_endpoint: Address | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False

    @property
    def auth_method(self) -> str:
        """How the service shows its secret."""
        is_basic = "client_secret_basic" in self.token_endpoint_auth_methods_supported
        return "client_secret_basic" if is_basic else "client_secret_post"


@dataclass(frozen=True, slots=True)
class _Published:
    """What was fetched, and until when it is good; a failure too."""

    until: float
    metadata: Metadata | None = None
    keys: KeySet | None = None
    keys_at: float = 0.0
    failure: OpenIdError | None = None


class Provider:
    """A provider of OpenID Connect, asked only when somebody signs in.

    What it publishes is kept by each worker. All raise `OpenIdError`.
    """

    def __init__(
        self, client: OpenIdClient, base_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client, self._clock = client, clock
        self._redirect_uri = base_url + CALLBACK
        self._published = _Published(until=clock())

    def authorization_url(self, transaction: Transaction, lang: str) -> str:
        """Where the browser is sent to sign in."""
        with asking(self._client, code_challenge_method="S256") as session:
            metadata = self._metadata()
            address, _ = session.create_authorization_url(
                metadata.authorization_endpoint,
                redirect_uri=self._redirect_uri,
                scope=SCOPE,
                state=transaction.state,
                nonce=transaction.nonce,
                code_verifier=transaction.verifier,
                ui_locales=lang,
            )
        return str(address)

    def identity(self, code: str, issuer: str | None, transaction: Transaction) -> Identity:
        """Who has signed in at the provider. `issuer` is what its answer names, None without."""
        with asking(self._client) as session:
            metadata = self._metadata()
            # An answer of another provider, whose code this one must not see (RFC 9207).
            is_needed = metadata.authorization_response_iss_parameter_supported
            if issuer != self._client.issuer and (is_needed or issuer is not None):
                raise ProviderConfused("the answer names another issuer")
            if not 0 < len(code) <= MOST_CODE:
                raise ProviderConfused("the answer holds no code")
            session.token_endpoint_auth_method = metadata.auth_method
            token = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                redirect_uri=self._redirect_uri,
                code_verifier=transaction.verifier,
            )
            claims = self._claims(session, token, transaction.nonce)
            if not {"email", "preferred_username"} & claims.keys():
                claims = {**self._user_info(session, metadata, claims["sub"]), **claims}
        return _identity(self._client.issuer, claims)

    def _claims(
        self, session: OAuth2Client, token: Mapping[str, Any], nonce: str
    ) -> Mapping[str, Any]:
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not (isinstance(id_token, str) and isinstance(access_token, str)):
            raise ProviderConfused("the provider gives no ID token")

        def read(keys: KeySet) -> Mapping[str, Any]:
            return read_id_token(
                id_token,
                keys,
                issuer=self._client.issuer,
                client_id=self._client.id,
                nonce=nonce,
                access_token=access_token,
            )

        try:
            return read(self._keys(session, older_than=KEPT_S))
        except UnknownKey:
            return read(self._keys(session, older_than=PAUSE_S))

    def _user_info(
        self, session: OAuth2Client, metadata: Metadata, subject: str
    ) -> Mapping[str, Any]:
        """The claims that a provider keeps out of the ID token (Core, 5.3)."""
        if metadata.userinfo_endpoint is None:
            return {}
        claims = json_of(session.get(metadata.userinfo_endpoint))
        if claims.get("sub") != subject:
            raise ProviderConfused("the user info is another person's")
        return claims

    def _metadata(self) -> Metadata:
        published, now = self._published, self._clock()
        if published.until > now:
            if published.failure is not None:
                raise type(published.failure)(*published.failure.args)
            assert published.metadata is not None
            return published.metadata
        try:
            with asking(self._client) as session:
                document = json_of(_get(session, self._client.issuer.rstrip("/") + WELL_KNOWN))
            metadata = _read_metadata(document, self._client.issuer)
        except OpenIdError as error:
            self._published = _Published(until=self._clock() + PAUSE_S, failure=error)
            raise
        self._published = _Published(until=now + KEPT_S, metadata=metadata)
        return metadata

    def _keys(self, session: OAuth2Client, older_than: float) -> KeySet:
        """The provider's keys; those that were fetched earlier are fetched again."""
        published, now = self._published, self._clock()
        if published.keys is not None and now - published.keys_at < older_than:
            return published.keys
        metadata = self._metadata()
        keys = key_set(json_of(_get(session, metadata.jwks_uri)))
        until = max(self._published.until, now + PAUSE_S)
        self._published = _Published(until, metadata, keys, keys_at=now)
        return keys


def _get(session: OAuth2Client, address: str) -> Any:
    return session.request("GET", address, withhold_token=True)


def _read_metadata(document: Mapping[str, object], issuer: str) -> Metadata:
    try:
        metadata = Metadata.model_validate(document)
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        raise ProviderConfused(f"the provider publishes no usable {names}") from None
    if metadata.issuer != issuer:
        raise ProviderConfused("the provider calls itself by another issuer than the setting")
    return metadata


def _identity(issuer: str, claims: Mapping[str, Any]) -> Identity:
    """Whom the claims name. An e-mail address counts only when the provider has verified it.

    `preferred_username` is what some providers have instead, as Entra ID, which does not tell
    whether addresses are verified; one that is said not to be is none.
    """
    email, is_verified = claims.get("email"), claims.get("email_verified")
    user_name = claims.get("preferred_username")
    if is_verified is False and user_name == email:
        user_name = None
    names = [email if is_verified is True else None, user_name]
    return Identity(
        issuer=issuer,
        subject=claims["sub"],
        names=tuple(name for name in names if isinstance(name, str)),
    )
