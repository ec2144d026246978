"""nginx with the configuration that ships, on free ports of the loopback."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.service import free_port
from tests.waiting import until

DEPLOY = Path(__file__).parents[3] / "server" / "deploy"
NAME = "map.test"
# Around the file that ships: what Debian's and the container's own nginx.conf have.
AROUND = """
daemon off;
user root;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 512; }}
http {{
    types {{ text/html html; }}
    default_type application/octet-stream;
    client_body_temp_path {folder}/temporary/body;
    proxy_temp_path {folder}/temporary/proxy;
    fastcgi_temp_path {folder}/temporary/fastcgi;
    uwsgi_temp_path {folder}/temporary/uwsgi;
    scgi_temp_path {folder}/temporary/scgi;
    include {folder}/bosai.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its ports, and the folder with its logs and its cache."""

    folder: Path
    port: int
    plain_port: int
    masters: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def workers(self) -> set[int]:
        """The ids of the processes of the newest master that answer."""
        every = _children(self.masters[-1].pid)
        return {pid for pid in every if "worker process" in _title(pid)}

    def start(self) -> None:
        """Start a master, once it answers."""
        process = subprocess.Popen([*_program(), *_options(self.folder)])
        self.masters.append(process)
        until(lambda: _answers(self.plain_port) or process.poll() is not None)
        assert process.poll() is None, self.logged()

    def kill(self) -> None:
        """End the master and what it left behind, as systemd does with what remains of a unit."""
        workers = _children(self.masters[-1].pid)
        self.masters[-1].kill()
        self.masters[-1].wait()
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def client(self, host: str = NAME) -> httpx2.Client:
        """Asks by TLS for `host`, and takes the certificate of the tests."""
        return httpx2.Client(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"Host": host},
            verify=False,
            timeout=120,
        )

    def logged(self) -> str:
        """All that it wrote into logs."""
        logs = [*(self.folder / "logs").iterdir(), self.folder / "start.log"]
        return "".join(log.read_text(encoding="utf-8") for log in logs if log.exists())


@contextmanager
def nginx(folder: Path, replicas: Sequence[int]) -> Iterator[Nginx]:
    """nginx in front of the processes on these ports, once it answers."""
    running = Nginx(folder, free_port(), free_port())
    program = _program()
    _configure(running, replicas)
    # What it finds wrong with the file is to be read where the test fails.
    checked = subprocess.run(
        [*program, *_options(folder), "-t"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr, checked.stderr
    try:
        running.start()
        yield running
    finally:
        for process in running.masters:
            process.terminate()
            process.wait()


def _program() -> list[str]:
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        if os.environ.get("BOSAI_REQUIRE_SHARED") == "1":
            pytest.fail("nginx is not installed: apt-get install nginx-light")
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    return [program]


def _options(folder: Path) -> list[str]:
    return ["-p", str(folder), "-c", str(folder / "nginx.conf")]


def _children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in children.split()]


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _configure(running: Nginx, replicas: Sequence[int]) -> None:
    folder = running.folder
    for name in ("logs", "temporary", "bosai"):
        (folder / name).mkdir(parents=True)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")
    shipped = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for pattern, here in (
        (r"^ *listen \[::\].*\n", ""),
        (r"\blisten 443\b", f"listen 127.0.0.1:{running.port}"),
        (r"\blisten 80\b", f"listen 127.0.0.1:{running.plain_port}"),
        (r"/etc/nginx/bosai\b", f"{folder}/bosai"),
        (r"/var/cache/nginx/", f"{folder}/cache-"),
        (r"/var/log/nginx/", f"{folder}/logs/"),
    ):
        shipped, count = re.subn(pattern, here, shipped, flags=re.MULTILINE)
        assert count, f"nothing in nginx.conf is {pattern}"
    (folder / "bosai.conf").write_text(shipped, encoding="utf-8")
    for path in (DEPLOY / "nginx").iterdir():
        text = path.read_text(encoding="utf-8").replace("map.example.jp", NAME)
        text = text.replace(f"/etc/letsencrypt/live/{NAME}", str(folder))
        (folder / "bosai" / path.name).write_text(text, encoding="utf-8")
    servers = (DEPLOY / "nginx" / "replicas.conf").read_text(encoding="utf-8")
    for default, port in zip((8001, 8002), replicas, strict=True):
        servers = servers.replace(f"127.0.0.1:{default}", f"127.0.0.1:{port}")
    (folder / "bosai" / "replicas.conf").write_text(servers, encoding="utf-8")
    _make_certificate(folder)


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _answers(port: int) -> bool:
    try:
        httpx2.get(f"http://127.0.0.1:{port}/", timeout=5)
    except httpx2.TransportError:
        return False
    return True
