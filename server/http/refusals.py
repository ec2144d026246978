"""What is said to a request that is not read to its end, before the app sees it.

For programs, and for whoever made one: in Japanese and English, as plain text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import PlainTextResponse

from server.http.cors import OPEN
from server.http.errors import retry_after
from server.http.headers import USUAL

MOST_FIELDS = 64  # of a request's head
LONGEST_HEAD = 8192  # bytes of a target, header fields and trailers together
LONGEST_LIST = 1024  # bytes of a field that lists what the client accepts or has
LONGEST_BODY = 262_144  # bytes with their framing; a form may have a quarter of it (`form_body`)
# Bytes of a form with files: twice what it may have, so that a file that is too large is told of
# beside what was typed (`multipart`).
LONGEST_UPLOAD = 32 << 20
LONGEST_CHUNK = 1 << 20  # bytes of a file that is sent in parts
MOST_UPLOADED = 4 << 30  # bytes of staff's files, of which the operator lets less through
# Where files are sent, and the bytes that such a body may have.
UPLOADS = {
    b"/requests": LONGEST_UPLOAD,
    b"/staff/drafts": MOST_UPLOADED,
    b"/staff/drafts/chunks": LONGEST_CHUNK,
}
FILE_TYPES = (b"multipart/form-data", b"application/octet-stream")
MOST_PARAMETERS = 64  # of a query string: no page reads a quarter of them
SAID = {**USUAL, **OPEN}


@dataclass(frozen=True)
class Refusal:
    """A status, and what is wrong and was wanted."""

    status: int
    ja: str
    en: str
    retry_after: int | None = None  # seconds

    def answer(self) -> PlainTextResponse:
        """The answer, with what `server.app.Service` gives to all."""
        later = {} if self.retry_after is None else retry_after(self.retry_after)
        return PlainTextResponse(f"{self.ja}\n{self.en}\n", self.status, {**SAID, **later})

    def sent(self, every: Iterable[tuple[bytes, bytes]]) -> bytes:
        """The answer as it goes over the wire, with the headers of `every` answer, the last one."""
        answer = self.answer()
        phrase = HTTPStatus(self.status).phrase
        lines = [b"HTTP/1.1 %d %b" % (self.status, phrase.encode())]
        fields = [*every, *answer.raw_headers, (b"connection", b"close")]
        lines += [b"%b: %b" % field for field in fields]
        return b"\r\n".join([*lines, b"", bytes(answer.body)])


MALFORMED = Refusal(400, "HTTP/1.1 の要求として読めません。", "This is no request of HTTP/1.1.")
TOO_SLOW = Refusal(
    408, "要求が時間内に届きませんでした。", "The request did not arrive whole in time."
)
LONG_BODY = Refusal(
    413,
    f"要求の本文が {LONGEST_BODY} バイトを超えています。",
    f"The body of the request has more than {LONGEST_BODY} bytes.",
)


def long_upload(longest: int) -> Refusal:
    """The refusal of files that have more than so many bytes together."""
    return Refusal(
        413,
        f"ファイルが合わせて {longest >> 20} MB を超えています。前のページに戻ると、"
        "書いた文章は残っています。小さいファイルを選び直してください。",
        f"The files have more than {longest >> 20} MB together. Go back one page: "
        "what you wrote is still there. Please choose smaller files.",
    )


LONG_TARGET = Refusal(
    414,
    f"アドレスが {LONGEST_HEAD} バイトを超えています。",
    f"The address has more than {LONGEST_HEAD} bytes.",
)
MANY_PARAMETERS = Refusal(
    414,
    f"アドレスのパラメータが {MOST_PARAMETERS} 個を超えています。",
    f"The address has more than {MOST_PARAMETERS} parameters.",
)
LONG_HEAD = Refusal(
    431,
    f"要求のヘッダーが合わせて {LONGEST_HEAD} バイトを超えています。",
    f"The header fields of the request have more than {LONGEST_HEAD} bytes together.",
)
MANY_FIELDS = Refusal(
    431,
    f"要求のヘッダーが {MOST_FIELDS} 個を超えています。",
    f"The request has more than {MOST_FIELDS} header fields.",
)
LONG_LIST = Refusal(
    431,
    f"Accept などのヘッダーの値が {LONGEST_LIST} バイトを超えています。",
    f"A header field such as Accept has more than {LONGEST_LIST} bytes.",
)
MANY_CONNECTIONS = Refusal(
    503,
    "ただいま接続が集中しています。少し時間をおいて、もう一度お試しください。",
    "There are too many connections at the moment. Please try again in a while.",
    retry_after=5,
)
