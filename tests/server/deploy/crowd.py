"""Many visitors of nginx at once: some read, some send forms until these are taken."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import httpx2

from tests.server.deploy.nginx import NAME, Nginx

READ = (
    "/tiles/emergency_sites/14/14544/6445.geojson?v=0",  # never kept by nginx
    "/tiles/emergency_sites/13/7272/3222.geojson?v=0",
    "/tiles/hydrants/14/14544/6445.geojson",
    "/",
    "/layers/emergency_sites/export.geojson",
    "/notices?f=json",
    "/shelters.json",
    "/here?lat=35.797&lon=139.593&f=json",  # never kept, nor is the next
    "/search?q=朝霞&f=json",
)
# A form that a replica took and died with: nobody can tell whether it is stored. Its sender sends
# it again, and it counts once.
AGAIN = {429, 502, 503, 504}


@dataclass
class Crowd:
    """`readers` and `senders` of an nginx, each from an address of its own.

    Who reads and loses the connection has failed, unless a visitor `reconnects`, as browsers do.
    """

    nginx: Nginx
    readers: int
    senders: int
    reconnects: bool = False
    failed: list[str] = field(default_factory=list)
    read: Counter[int] = field(default_factory=Counter)
    acknowledged: dict[str, str] = field(default_factory=dict)  # where each title is answered

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        reading = [
            threading.Thread(target=self._watched, args=(self._read, number))
            for number in range(self.readers)
        ]
        sending = [
            threading.Thread(target=self._watched, args=(self._send, self.readers + number))
            for number in range(self.senders)
        ]
        self._threads = [*reading, *sending]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def answers(self) -> int:
        """How many who read were answered by now."""
        return self.read.total()

    def _watched(self, what: object, number: int) -> None:
        address = f"127.0.{1 + number // 250}.{1 + number % 250}"
        transport = httpx2.HTTPTransport(verify=False, local_address=address)
        try:
            with httpx2.Client(
                base_url=f"https://127.0.0.1:{self.nginx.port}",
                headers={"Host": NAME},
                transport=transport,
                timeout=120,
            ) as client:
                what(client, number)  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001
            self.failed.append(repr(error))

    def _read(self, client: httpx2.Client, number: int) -> None:
        while not self._stop.is_set():
            number += 1
            path = READ[number % len(READ)]
            try:
                status = client.get(path).status_code
            except httpx2.TransportError:
                if not self.reconnects:
                    raise
                self._stop.wait(0.05)
                continue
            self.read[status] += 1
            if status not in (200, 204):
                self.failed.append(f"{path}: {status}")

    def _send(self, client: httpx2.Client, number: int) -> None:
        while not self._stop.is_set():
            title = f"消火栓 {number} {secrets.token_hex(8)}"
            form = {
                "title": title,
                "purpose": "消防団で使います",
                "category": "fire",
                "nonce": secrets.token_urlsafe(24),
            }
            while title not in self.acknowledged and not self._stop.is_set():
                with suppress(httpx2.TransportError):
                    answer = client.post("/requests", data=form)
                    if answer.status_code == 303:
                        self.acknowledged[title] = answer.headers["location"]
                    elif answer.status_code not in AGAIN:
                        self.failed.append(f"a form: {answer.status_code} {answer.text[:200]}")
                        return
                self._stop.wait(0.5)
