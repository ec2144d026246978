"""Applications that know one answer, for every interface: a server's own cost and nothing else.

Run by the servers of `python_servers`. The answer lies in the files that ANSWER_HEADERS and
ANSWER_BODY name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

FIELDS = [
    (str(name), str(value))
    for name, value in json.loads(Path(os.environ["ANSWER_HEADERS"]).read_text(encoding="utf-8"))
]
BODY = Path(os.environ["ANSWER_BODY"]).read_bytes()
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(name.encode(), value.encode()) for name, value in FIELDS],
}
REST = {"type": "http.response.body", "body": BODY}


async def asgi(_scope: object, _receive: object, send: Callable[[object], Awaitable[None]]) -> None:
    await send(START)
    await send(REST)


async def rsgi(_scope: object, protocol: Any) -> None:
    protocol.response_bytes(200, FIELDS, BODY)


def wsgi(_environ: object, start_response: Callable[[str, object], object]) -> list[bytes]:
    start_response("200 OK", FIELDS)
    return [BODY]
