"""A portal that answers as CKAN's action API does (docs.ckan.org/en/2.11/api), on loopback."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "portal-token"
ORGANIZATION = "asaka-city"


class Portal:
    """What the portal holds, and which actions changed it. `fault` is answered to every change."""

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, Any]] = {}
        self.written: list[tuple[str, str]] = []
        self.fault: tuple[int, dict[str, Any]] | None = None
        self.address = ""

    def act(self, action: str, sent: dict[str, Any], token: str | None) -> tuple[int, object]:
        if action == "package_show":
            package = self.packages.get(sent["id"])
            if package is None:
                return 404, _error("Not Found Error", message="Not found")
            return 200, {"success": True, "result": package}
        if token != TOKEN:
            return 403, _error("Authorization Error", message="Access denied")
        if self.fault is not None:
            return self.fault[0], {"success": False, "error": self.fault[1]}
        name = sent["name"]
        if action == "package_create" and name in self.packages:
            return 409, _error("Validation Error", name=["That URL is already in use."])
        if sent["owner_org"] != ORGANIZATION:
            return 409, _error("Validation Error", owner_org=["Organization does not exist"])
        self.packages[name] = self._stored(sent)
        self.written.append((action, name))
        return 200, {"success": True, "result": self.packages[name]}

    def _stored(self, sent: dict[str, Any]) -> dict[str, Any]:
        """As CKAN gives it back: with what it adds itself, tags and extras in its own order."""
        return {
            "id": str(uuid.uuid4()),
            "state": "active",
            "private": False,
            "type": "dataset",
            **sent,
            "owner_org": "5f2c",  # it answers with the organization's id
            "organization": {"id": "5f2c", "name": ORGANIZATION, "title": "朝霞市"},
            "num_tags": len(sent["tags"]),
            "tags": sorted(
                ({**tag, "display_name": tag["name"], "state": "active"} for tag in sent["tags"]),
                key=lambda tag: str(tag["name"]),
            ),
            "extras": sorted(sent["extras"], key=lambda extra: str(extra["key"])),
            "resources": [
                {"id": str(uuid.uuid4()), "position": position, "state": "active", **resource}
                for position, resource in enumerate(sent["resources"])
            ],
        }


def _error(kind: str, **reasons: Any) -> dict[str, Any]:
    return {"success": False, "error": {"__type": kind, **reasons}}


@contextmanager
def ckan_portal() -> Iterator[Portal]:
    """The portal, listening."""
    portal = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            action = self.path.rpartition("/")[2]
            token = self.headers.get("Authorization") or self.headers.get("X-CKAN-API-Key")
            status, answer = portal.act(action, json.loads(body), token)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    portal.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
