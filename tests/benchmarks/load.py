"""Load on a server: wrk with 64 connections that ask for one address, for a few seconds.

Or with more, that ask for many.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.measure import Sample, memory, processor_time, tree
from tests.benchmarks.peers import install

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 64
LONGEST = 600  # seconds
SLOWEST = 60  # seconds until an answer counts as none
PACKAGES = ("wrk", "libluajit-5.1-2")


@dataclass(frozen=True)
class Load:
    """What one run of the load found: a request's share of the time, and latencies in seconds."""

    sample: Sample
    p50: float
    p99: float
    p999: float
    requests: int
    refused: int  # answers of 400 and above


@dataclass(frozen=True)
class Generator:
    """The program that asks, and the seconds it asks for."""

    program: Path
    folder: Path
    seconds: int
    connections: int = CONNECTIONS
    paths: Path | None = None  # a file of those to ask for in turn, instead of an address's own

    @classmethod
    def installed(cls, peers: Path, seconds: int) -> Generator:
        """Raises `Absent`."""
        folder = peers / "wrk"
        return cls(install.debian(folder, "wrk", PACKAGES), folder, seconds)

    def over(self, paths: Path, connections: int = CONNECTIONS, seconds: int = 0) -> Generator:
        """One that asks for every path in a file, a line each."""
        return replace(self, paths=paths, connections=connections, seconds=seconds or self.seconds)

    def load(self, url: str, *servers: int) -> Load:
        """Ask for `url`, which these processes serve. Raises `RuntimeError` on wrong answers."""
        load = self.mix(url, *servers)
        if load.refused:
            raise RuntimeError(f"{url}: {load.refused} errors in {load.requests} answers")
        return load

    def mix(self, url: str, *servers: int) -> Load:
        """The same, where a part may be told to come back later.

        Raises `RuntimeError` when a connection breaks.
        """
        before = processor_time(_all(servers))
        done = subprocess.run(
            self._command(url, self.seconds),
            env=install.libraries(self.folder),
            capture_output=True,
            text=True,
            check=True,
            timeout=self.seconds + 30,
        )
        found = json.loads(done.stdout.rpartition("result ")[2])
        if found["broken"] or not found["requests"]:
            raise RuntimeError(f"{url}: {found['broken']} broken in {found['requests']} answers")
        cpu = processor_time(_all(servers)) - before
        per_request = Sample(
            found["seconds"] / found["requests"],
            cpu / found["requests"],
            memory(_all(servers)),
        )
        p50, p99, p999 = (found[name] / 1e6 for name in ("p50", "p99", "p999"))
        return Load(per_request, p50, p99, p999, found["requests"], found["refused"])

    @contextmanager
    def asking(self, url: str) -> Iterator[None]:
        """Ask for pages until the block ends, whatever is answered."""
        process = subprocess.Popen(
            self._command(url, LONGEST, "text/html"),
            env=install.libraries(self.folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()

    def _command(self, url: str, seconds: int, accept: str = "*/*") -> list[str]:
        wrk = [self.program, "-t1", f"-c{self.connections}", f"-d{seconds}s", "-s", SCRIPT]
        wrk += ["--timeout", f"{SLOWEST}s"]
        headers = ["-H", "Accept-Encoding: gzip", "-H", f"Accept: {accept}"]
        return [str(part) for part in [*wrk, *headers, url, "--", self.paths or ""]]


def _all(servers: tuple[int, ...]) -> list[int]:
    return [pid for server in servers for pid in tree(server)]
