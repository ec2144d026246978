"""What a signed ID token has to say (OpenID Connect Core 1.0, 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.openid.errors import ProviderConfused

# Signed with a key that only the provider has. Neither "none" nor one of the secrets (HS…), with
# which a public key could be passed off as the secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
KEY_TYPES = ("RSA", "EC")
LEEWAY_S = 60  # by which the provider's clock may be another
LONGEST_SUBJECT = 255  # characters (2, `sub`)


class UnknownKey(ProviderConfused):
    """The token is signed with a key that is not among the keys."""


class _Kinds(BaseModel):
    """Of which kind the claims are that are looked at; others are not."""

    model_config = ConfigDict(strict=True)

    iss: str
    sub: Annotated[str, Field(pattern=r"^[ -~]+$", max_length=LONGEST_SUBJECT)]
    aud: str | list[str]
    exp: int | float
    iat: int | float
    nbf: int | float | None = None
    nonce: str
    azp: str | None = None
    at_hash: str | None = None


def key_set(document: Mapping[str, object]) -> KeySet:
    """The keys for signatures of a JWK set; others are passed over. Raises `ProviderConfused`."""
    listed = document.get("keys")
    keys = []
    for key in listed if isinstance(listed, list) else []:
        is_usable = isinstance(key, dict) and key.get("kty") in KEY_TYPES
        if is_usable and key.get("use", "sig") == "sig":
            try:
                keys.append(JWKRegistry.import_key(key))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not keys:
        raise ProviderConfused("there is no key for signatures among the provider's")
    return KeySet(keys)


def read_id_token(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str
) -> Mapping[str, Any]:
    """The claims of a token that is meant for this sign-in and no other.

    Raises `UnknownKey` and `ProviderConfused`.
    """
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        decoded = jwt.decode(token, keys, registry=registry)
        _Kinds.model_validate(decoded.claims)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
            },
            {"nonce": nonce, "client_id": client_id, "access_token": access_token},
        )
        claims.validate(leeway=LEEWAY_S)
    except InvalidKeyIdError:
        raise UnknownKey("the ID token is signed with an unknown key") from None
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        raise ProviderConfused(f"the ID token has no usable {names}") from None
    except (JoseError, ValueError, TypeError) as error:
        reason = error.error if isinstance(error, JoseError) else type(error).__name__
        raise ProviderConfused(f"the ID token is refused: {reason}") from None
    return decoded.claims
