"""Requests to the provider: within a deadline, of bounded size, whole, and never redirected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import httpcore2
import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client

from layers.fetch.http import FAILURES, USER_AGENT
from layers.fetch.network import Deadline, Network, Transport
from server.openid.errors import ProviderAway, ProviderConfused, SignInStale
from server.settings import OpenIdClient

TOTAL_S = 10.0  # for all requests of one step of a sign-in
MOST_BYTES = 1 << 18  # of an answer; those of providers with many keys have some ten thousand
# A code that was used or has expired, or whose verifier is another one (RFC 6749, 5.2).
STALE = "invalid_grant"


class _Bounded(httpx2.SyncByteStream):
    """A body of at most `MOST_BYTES`."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > MOST_BYTES:
                raise httpcore2.ProtocolError(f"an answer of more than {MOST_BYTES:,} bytes")
            yield chunk

    def close(self) -> None:
        self._stream.close()


class _BoundedTransport(Transport):
    """Answers that are not compressed: their size is that of what they hold."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = super().handle_request(request)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            response.close()
            raise httpcore2.ProtocolError("a compressed answer, which was not asked for")
        body = _Bounded(cast(httpx2.SyncByteStream, response.stream))
        return httpx2.Response(response.status_code, headers=response.headers, stream=body)


@contextmanager
def asking(client: OpenIdClient, **options: str) -> Iterator[OAuth2Client]:
    """A client for the requests of one step; `options` are those of `OAuth2Client`.

    The issuer is the operator's setting: it may be inside a private network. Raises `ProviderAway`,
    `ProviderConfused` and `SignInStale` for whatever goes wrong with what is asked inside.
    """
    transport = _BoundedTransport(Network(client.issuer, Deadline(TOTAL_S), private=True))
    session = OAuth2Client(
        client.id,
        client.secret,
        transport=transport,
        timeout=TOTAL_S,
        follow_redirects=False,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        **options,
    )
    try:
        with session:
            yield session
    except httpx2.HTTPStatusError as error:
        raise _of_status(error.response) from None
    except httpcore2.ProtocolError as error:
        raise ProviderConfused(str(error) or type(error).__name__) from None
    except FAILURES as error:
        raise ProviderAway(type(error).__name__) from None
    except AuthlibBaseError as error:
        if error.error == STALE:
            raise SignInStale("the provider refuses the code") from None
        raise ProviderConfused(f"the provider answers {error.error!r}"[:200]) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise ProviderConfused(f"an answer is no JSON object ({type(error).__name__})") from None


def json_of(response: httpx2.Response) -> dict[str, object]:
    """The JSON object of an answer. Raises what `asking` understands."""
    if response.status_code != httpx2.codes.OK:
        raise _of_status(response)
    content = response.json()
    if not isinstance(content, dict):
        raise ProviderConfused("an answer is no JSON object")
    return content


def _of_status(response: httpx2.Response) -> ProviderAway | ProviderConfused:
    status = response.status_code
    message = f"{response.request.url.path} answers {status}"
    is_later = status >= 500 or status == httpx2.codes.TOO_MANY_REQUESTS
    return ProviderAway(message) if is_later else ProviderConfused(message)
