"""nginx, serving files as they lie on disk: what a tile already made can cost at best."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.client import Answer
from tests.benchmarks.peers import install
from tests.benchmarks.servers import free_port, serving

PACKAGES = ("nginx",)
PATH = "/tile"
# One process, as ours, and nginx at its best: no log, open files kept.
CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr crit;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    open_file_cache max=100 inactive=60s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
        default_type application/geo+json;
        etag on;
        location / {{ {encoding} }}
    }}
}}
"""


@contextmanager
def serving_bytes(peers: Path, work: Path, answer: Answer) -> Iterator[tuple[int, int]]:
    """Serve the bytes of `answer` at `PATH`, with their encoding; gives process id and port."""
    program = install.debian(peers / "nginx", "nginx", PACKAGES)
    folder, port = work / "nginx", free_port()
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / f"files{PATH}").write_bytes(answer.sent)
    encoding = f"add_header Content-Encoding {answer.encoding};" if answer.encoding else ""
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = CONFIGURATION.format(folder=folder, port=port, encoding=encoding, user=user)
    path = folder / "nginx.conf"
    path.write_text(configuration, encoding="utf-8")
    command: list[str | Path] = [program, "-p", folder, "-c", path]
    environment = install.libraries(peers / "nginx")
    with serving(command, port, PATH, folder / "log", env=environment) as pid:
        yield pid, port


def version(peers: Path) -> str:
    program = install.debian(peers / "nginx", "nginx", PACKAGES)
    environment = install.libraries(peers / "nginx")
    said = subprocess.run(
        [program, "-v"], env=environment, capture_output=True, text=True, check=True
    ).stderr
    return said.strip().rpartition("/")[2]
