"""tipg, which makes vector tiles from PostGIS when they are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.peers import install
from tests.benchmarks.servers import free_port, serving

VERSION = "1.6.1"
PACKAGES = {"tipg": VERSION, "uvicorn[standard]": "0.54.0"}


@contextmanager
def serving_database(peers: Path, work: Path, url: str) -> Iterator[tuple[int, int]]:
    """Serve every table of a database, with one process; gives its id and the port."""
    programs = install.pip(peers / "tipg", PACKAGES)
    folder, port = work / "tipg", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        programs / "uvicorn",
        "tipg.main:app",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", "1", "--no-access-log", "--log-level", "warning"]
    # A tile's buffer is 256 of 4096 unless it is set, as ours. The catalogue is not read again.
    environment = {**os.environ, "DATABASE_URL": url, "TIPG_CATALOG_TTL": "0"}
    log = folder / "log"
    with serving(command, port, "/healthz", log, cwd=folder, env=environment) as pid:
        yield pid, port


def path(table: str, z: int, x: int, y: int) -> str:
    """A tile's path."""
    return f"/collections/public.{table}/tiles/WebMercatorQuad/{z}/{x}/{y}"
