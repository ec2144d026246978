"""A provider on the loopback that answers whatever a test wants, right or wrong."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

CLIENT = "bosai"
Answer = tuple[int, dict[str, str], bytes]


def as_json(content: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


class Rogue:
    """Addresses → answers; by default those of a provider that does everything right.

    `nonce` is what a test reads in the address that it was sent to.
    """

    def __init__(self, address: str) -> None:
        self.issuer = address
        self._key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.begin()

    def begin(self) -> None:
        """Be right again."""
        self.key = self._key
        self.nonce = ""
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.answers: dict[str, Callable[[], Answer]] = {
            "/.well-known/openid-configuration": lambda: as_json(self.metadata()),
            "/jwks": lambda: as_json({"keys": [self.key.as_dict(private=False)]}),
            "/token": lambda: as_json(self.token(self.sign(self.claims()))),
        }

    def metadata(self, **other: object) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            **other,
        }

    def claims(self, **other: object) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-1",
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 300,
            "email": "taro@city.example.jp",
            "email_verified": True,
            **other,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, claims: dict[str, Any], key: Any = None, **header: object) -> str:
        header = {"alg": "RS256", "kid": "one", **header}
        registry = JWSRegistry(algorithms=[str(header["alg"])], strict_check_header=False)
        return jwt.encode(header, claims, key or self.key, registry=registry)

    def token(self, id_token: object) -> dict[str, object]:
        return {"access_token": "at", "token_type": "Bearer", "id_token": id_token}

    def times(self, path: str) -> int:
        """How often an address was asked for."""
        return sum(asked == path for asked, _ in self.asked)


@contextmanager
def rogue() -> Iterator[Rogue]:
    """The provider, which listens as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(parse_qs(self.rfile.read(length).decode()))

        def _answer(self, form: dict[str, list[str]]) -> None:
            path = urlsplit(self.path).path
            provider.asked.append((path, form))
            status, headers, body = provider.answers[path]()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Rogue(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
