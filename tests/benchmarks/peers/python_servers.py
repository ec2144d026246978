"""HTTP servers for Python with one ready answer behind them: what each can do at best."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.client import Answer
from tests.benchmarks.peers import install
from tests.benchmarks.servers import free_port, serving

PACKAGES = {
    "granian": "2.8.7",
    "httptools": "0.9.0",
    "hypercorn": "0.18.0",
    "rloop": "0.5.0",
    "uvicorn": "0.54.0",
    "uvloop": "0.23.0",
}
PATH = "/tile"
GRANIAN = "granian --no-ws --log-level warning --port {port} --interface"
# One process each.
COMMANDS = {
    "uvicorn: ASGI, httptools, uvloop": (
        "uvicorn one_answer:asgi --port {port} --http httptools --loop uvloop --lifespan off"
        " --no-access-log --log-level warning"
    ),
    "granian: ASGI, asyncio": f"{GRANIAN} asginl --loop asyncio one_answer:asgi",
    "granian: ASGI, uvloop": f"{GRANIAN} asginl --loop uvloop one_answer:asgi",
    "granian: RSGI, asyncio": f"{GRANIAN} rsgi --loop asyncio one_answer:rsgi",
    "granian: RSGI, uvloop": f"{GRANIAN} rsgi --loop uvloop one_answer:rsgi",
    "granian: RSGI, rloop": f"{GRANIAN} rsgi --loop rloop one_answer:rsgi",
    "granian: RSGI, uvloop, tasks in Rust": (
        f"{GRANIAN} rsgi --loop uvloop --task-impl rust one_answer:rsgi"
    ),
    "granian: RSGI, uvloop, HTTP/1 only": f"{GRANIAN} rsgi --loop uvloop --http 1 one_answer:rsgi",
    "granian: RSGI, uvloop, one runtime": (
        f"{GRANIAN} rsgi --loop uvloop --runtime-mode st one_answer:rsgi"
    ),
    "granian: RSGI, uvloop, two threads": (
        f"{GRANIAN} rsgi --loop uvloop --runtime-mode mt --runtime-threads 2 one_answer:rsgi"
    ),
    "granian: WSGI": f"{GRANIAN} wsgi one_answer:wsgi",
    "hypercorn: ASGI, uvloop": (
        "hypercorn one_answer:asgi --bind 127.0.0.1:{port} --worker-class uvloop"
        " --log-level warning"
    ),
}


@contextmanager
def serving_answer(peers: Path, work: Path, name: str, answer: Answer) -> Iterator[tuple[int, int]]:
    """Serve an answer's bytes and headers at every path; gives process id and port."""
    programs = install.pip(peers / "python-servers", PACKAGES)
    folder, port = work / "python-servers", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    headers, body = folder / "headers.json", folder / "body"
    headers.write_text(json.dumps(answer.headers), encoding="utf-8")
    body.write_bytes(answer.sent)
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent),
        "ANSWER_HEADERS": str(headers),
        "ANSWER_BODY": str(body),
    }
    program, *options = COMMANDS[name].format(port=port).split()
    command: list[str | Path] = [programs / program, *options]
    with serving(command, port, PATH, folder / "log", cwd=folder, env=environment) as pid:
        yield pid, port
