"""A cluster of Dask's on the loopback, by TLS: a scheduler, and workers that a test may kill."""

from __future__ import annotations

import datetime
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dask
import distributed  # adds its own to Dask's configuration, and that is to stay
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.service import free_port
from tests.waiting import until

CA_FILE = "distributed.comm.tls.ca-file"


@dataclass(frozen=True)
class Certificates:
    """Of an authority, and of whoever it lets in; with the key."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def made(cls, folder: Path) -> Certificates:
        """New ones, written into a folder."""
        folder.mkdir()
        root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        issuer, subject = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("root", "own")
        )
        signed = []
        for name, key, is_authority in ((issuer, root, True), (subject, own, False)):
            now = datetime.datetime.now(datetime.UTC)
            builder = x509.CertificateBuilder(
                issuer, name, key.public_key(), x509.random_serial_number(),
                now - datetime.timedelta(days=1), now + datetime.timedelta(days=1),
            )  # fmt: skip
            limits = x509.BasicConstraints(ca=is_authority, path_length=None)
            certificate = builder.add_extension(limits, critical=True).sign(root, SHA256())
            signed.append(certificate.public_bytes(Encoding.PEM))
        files = cls(folder / "authority.pem", folder / "own.pem", folder / "own.key")
        files.authority.write_bytes(signed[0])
        files.certificate.write_bytes(signed[1])
        files.key.write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    @property
    def configuration(self) -> dict[str, object]:
        """Dask's own, of a program that asks the scheduler."""
        return {
            CA_FILE: str(self.authority),
            "distributed.comm.tls.client.cert": str(self.certificate),
            "distributed.comm.tls.client.key": str(self.key),
        }

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """This process has them meanwhile."""
        with dask.config.set(self.configuration):
            yield

    @property
    def settings(self) -> dict[str, str]:
        """The same as its environment."""
        return {
            f"DASK_{key.replace('.', '__').replace('-', '_').upper()}": str(value)
            for key, value in self.configuration.items()
        }

    @property
    def options(self) -> list[str]:
        """Those of a scheduler or worker."""
        return [
            "--tls-ca-file", str(self.authority),
            "--tls-cert", str(self.certificate),
            "--tls-key", str(self.key),
        ]  # fmt: skip


@dataclass
class Cluster:
    """Its scheduler, and its workers: each a process."""

    address: str
    certificates: Certificates
    folder: Path
    scheduler: subprocess.Popen[bytes]
    _workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """One more, which has work as soon as there is some."""
        name = f"worker-{len(self._workers)}"
        options = ["--name", name, "--nthreads", "1", "--no-nanny", "--local-directory"]
        command = ["dask_worker", self.address, *options, str(self.folder)]
        with _started(command, self.certificates, self.folder / f"{name}.log") as process:
            self._workers.append(process)
            registered = re.compile(rf"Register worker.*name: {name}\b")
            until(lambda: registered.search(self.log()) is not None, patience=600)
            with self._client() as client:  # it is given work once it has answered, a little later
                until(lambda: _of(client, name)[1]["status"] == "running", patience=600)
            yield process

    def work_of(self, name: str) -> int:
        """How many shares of the work a worker was given and has not ended."""
        with self._client() as client:
            return len(client.processing()[_of(client, name)[0]])

    def log(self) -> str:
        """What the scheduler wrote so far."""
        path = self.folder / "scheduler.log"
        return path.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def _client(self) -> Iterator[distributed.Client]:
        with (
            self.certificates.trusted(),
            distributed.Client(self.address, set_as_default=False) as client,
        ):
            yield client


def _of(client: distributed.Client, name: str) -> tuple[str, dict[str, object]]:
    """The address of a worker, and what the scheduler knows of it."""
    workers: dict[str, dict[str, object]] = client.scheduler_info(n_workers=-1)["workers"]
    (entry,) = (each for each in workers.items() if each[1]["name"] == name)
    return entry


@contextmanager
def cluster(folder: Path, certificates: Certificates, workers: int) -> Iterator[Cluster]:
    """A scheduler and its workers, until the block ends; what they write is in a folder."""
    folder.mkdir()
    port = free_port()
    command = ["dask_scheduler", "--port", str(port), "--protocol", "tls"]
    with ExitStack() as stack:
        log = folder / "scheduler.log"
        scheduler = stack.enter_context(_started(command, certificates, log))
        started = Cluster(f"tls://127.0.0.1:{port}", certificates, folder, scheduler)
        until(lambda: "Scheduler at:" in started.log(), patience=600)
        for _ in range(workers):
            stack.enter_context(started.worker())
        yield started


@contextmanager
def _started(
    command: list[str], certificates: Certificates, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    module, *arguments = command
    common = ["--no-dashboard", "--host", "127.0.0.1", *certificates.options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments, *common],
            cwd=log.parent,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)  # a test may have stopped it
        process.terminate()
        process.wait(timeout=120)
