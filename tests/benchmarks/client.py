"""One connection to a server on the loopback, asked again and again."""

from __future__ import annotations

import gzip
import http.client
from dataclasses import dataclass

TIMEOUT = 60  # seconds
SMALL = 1024  # bytes: some servers compress only what is larger


@dataclass(frozen=True)
class Answer:
    """What came back; `sent` are the bytes as they travelled, `headers` all but the date."""

    status: int
    encoding: str
    sent: bytes
    headers: tuple[tuple[str, str], ...]

    def require_tile(self, path: str) -> None:
        """Raises `RuntimeError` unless this is a tile, and compressed if it is worth while."""
        compressed = self.encoding == "gzip" or len(self.sent) < SMALL
        if self.status != 200 or not compressed:
            raise RuntimeError(f"{path} answers {self.status}, encoding {self.encoding!r}")

    @property
    def content(self) -> bytes:
        """The bytes without their compression."""
        return gzip.decompress(self.sent) if self.encoding == "gzip" else self.sent


class Client:
    """A kept connection that accepts gzip."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def get(self, path: str) -> Answer:
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = self._connection.getresponse()
        encoding = response.getheader("Content-Encoding") or ""
        headers = tuple((name, value) for name, value in response.getheaders() if name != "date")
        return Answer(response.status, encoding, response.read(), headers)

    def close(self) -> None:
        self._connection.close()


def answers(port: int, path: str) -> bool:
    """Whether the server answers 200 now."""
    client = Client(port)
    try:
        return client.get(path).status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()
