"""A web server of one test's own, on the loopback."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextlib.contextmanager
def sending(answer: bytes) -> Iterator[str]:
    """The address of a server that sends these very bytes to whoever asks, and hangs up."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # closed
                return
            with connection, contextlib.suppress(ConnectionError):
                while b"\r\n\r\n" not in connection.recv(65536):
                    pass
                connection.sendall(answer)
                connection.shutdown(socket.SHUT_WR)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


class Host:
    """What it answers by path; `asked` are the requests it got, header names in lower case."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, Answer] = {}
        self.asked: list[dict[str, str]] = []

    def give(self, path: str, content: bytes, status: int = 200, **headers: str) -> str:
        """Answer `path` so from now on; `_` in a header's name stands for `-`."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            said = {name.replace("_", "-").lower(): value for name, value in headers.items()}
            for name, value in {"content-length": str(len(content)), **said}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(content)

        self.answers[path] = answer
        return self.url + path

    def give_tagged(self, path: str, content: bytes, etag: str) -> str:
        """Answer `path` so, or 304 to who has it already."""
        self.give(path, content, ETag=etag)
        whole = self.answers[path]

        def answer(handler: BaseHTTPRequestHandler) -> None:
            if handler.headers["If-None-Match"] == etag:
                handler.send_response(304)
                handler.end_headers()
            else:
                whole(handler)

        self.answers[path] = answer
        return self.url + path


@contextlib.contextmanager
def serving(
    address: str = "127.0.0.1", name: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Host]:
    """A server at `address`, whose URLs call it `name`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append({name.lower(): value for name, value in self.headers.items()})
            path = self.path.split("?")[0]
            with contextlib.suppress(ConnectionError):  # who asks may leave in the middle
                host.answers[path](self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        daemon_threads = True

    with Server((address, 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        host = Host(f"{'http' if tls is None else 'https'}://{name}:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()
