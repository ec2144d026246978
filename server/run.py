"""The HTTP server: granian, whose workers each assemble the app for themselves."""

from __future__ import annotations

from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server import Server

from server.app import create_app
from server.settings import Settings


def app() -> FastAPI:
    """The service with the settings of the environment; a worker's entry."""
    return create_app(Settings())


def serve(host: str, port: int, workers: int) -> None:
    """Answer on `host`:`port` until stopped."""
    Server(
        "server.run:app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=workers,
        websockets=False,
        backpressure=None,
    ).serve()
