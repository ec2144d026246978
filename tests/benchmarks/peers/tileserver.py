"""tileserver-gl-light, which serves an MBTiles file over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.peers import install
from tests.benchmarks.servers import free_port, serving

VERSION = "5.6.0"


@contextmanager
def serving_mbtiles(peers: Path, work: Path, mbtiles: Path) -> Iterator[tuple[int, int]]:
    """Serve the file as data "layer"; gives the process id and the port."""
    modules = install.npm(
        peers / "tileserver-gl-light", {"tileserver-gl-light": VERSION}, scripts=True
    )
    script = modules / "tileserver-gl-light" / "src" / "main.js"
    folder, port = work / "tileserver", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        "options": {"paths": {"root": str(folder), "mbtiles": str(mbtiles.parent)}},
        "data": {"layer": {"mbtiles": mbtiles.name}},
    }
    path = folder / "config.json"
    path.write_text(json.dumps(wanted), encoding="utf-8")
    command: list[str | Path] = [
        install.WITH_NODE,
        "node",
        script,
        "--config",
        path,
        "--port",
        str(port),
    ]
    command += ["--bind", "127.0.0.1", "--silent"]
    with serving(command, port, "/health", folder / "log", cwd=folder) as pid:
        yield pid, port
