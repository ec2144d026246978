"""The HTTP server: uvicorn, whose workers each assemble the app for themselves."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI

from server.app import create_app
from server.http.protocol import TileProtocol
from server.http.turns import SWITCH
from server.settings import Settings

# Seconds that a worker has to say it lives. Starting takes one or two, but many on a machine that
# has too much to do; a worker that is ended for it, and started anew, makes that worse.
PATIENCE = 120
GRACE = 8  # seconds that answers may take to end once the service is to stop


def app() -> FastAPI:
    """The service with the settings of the environment; a worker's entry."""
    sys.setswitchinterval(SWITCH)
    return create_app(Settings())


def serve(host: str, port: int, workers: int) -> None:
    """Answer on `host`:`port` until stopped."""
    uvicorn.run(
        "server.run:app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        timeout_worker_healthcheck=PATIENCE,
        loop="uvloop",
        http=TileProtocol,
        ws="none",
        timeout_graceful_shutdown=GRACE,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
