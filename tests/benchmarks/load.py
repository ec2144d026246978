"""Load on a server: wrk with 64 connections that ask for one address, for a few seconds."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Sample, memory, processor_time, tree
from tests.benchmarks.peers import install

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 64
PACKAGES = ("wrk", "libluajit-5.1-2")


@dataclass(frozen=True)
class Load:
    """What one run of the load found: a request's share of the time, and latencies in seconds."""

    sample: Sample
    p50: float
    p99: float


@dataclass(frozen=True)
class Generator:
    """The program that asks, and the seconds it asks for."""

    program: Path
    folder: Path
    seconds: int

    @classmethod
    def installed(cls, peers: Path, seconds: int) -> Generator:
        """Raises `Absent`."""
        folder = peers / "wrk"
        return cls(install.debian(folder, "wrk", PACKAGES), folder, seconds)

    def load(self, url: str, *servers: int) -> Load:
        """Ask for `url`, which these processes serve. Raises `RuntimeError` on wrong answers."""
        wrk = [self.program, "-t1", f"-c{CONNECTIONS}", f"-d{self.seconds}s", "-s", SCRIPT]
        header = ["-H", "Accept-Encoding: gzip"]
        before = processor_time(_all(servers))
        done = subprocess.run(
            [str(part) for part in [*wrk, *header, url]],
            env=install.libraries(self.folder),
            capture_output=True,
            text=True,
            check=True,
            timeout=self.seconds + 30,
        )
        found = json.loads(done.stdout.rpartition("result ")[2])
        if found["errors"] or not found["requests"]:
            raise RuntimeError(f"{url}: {found['errors']} errors in {found['requests']} answers")
        cpu = processor_time(_all(servers)) - before
        per_request = Sample(
            found["seconds"] / found["requests"],
            cpu / found["requests"],
            memory(_all(servers)),
        )
        return Load(per_request, found["p50"] / 1e6, found["p99"] / 1e6)


def _all(servers: tuple[int, ...]) -> list[int]:
    return [pid for server in servers for pid in tree(server)]
