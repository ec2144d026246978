"""The image of the Containerfile, built and run by podman as compose.yaml runs a replica.

Its base is made here from Debian's packages, under the name that the Containerfile gives: the tests
ask no registry of containers.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest

from tests.server.deploy.needs import require_root_with
from tests.server.deploy.nginx import DEPLOY
from tests.service import free_port
from tests.waiting import until

pytestmark = pytest.mark.soak

ROOT = DEPLOY.parents[1]
BASE = "docker.io/library/python:3.11-slim-bookworm"
IMAGE = "bosai-layers"
NEEDED = ("podman", "crun", "mmdebstrap", "unshare", "nsenter")
# crun refuses a machine that has both versions of cgroups. All commands share this one namespace
# of mounts: in another a running container's files are not seen.
ALONE = "umount /sys/fs/cgroup/unified 2>/dev/null; echo; exec cat"
PIP = [path for path in ("/etc/ssl/certs", "/etc/pip.conf") if Path(path).exists()]
TILE = "/tiles/emergency_sites/14/14544/6445.geojson"


@dataclass(frozen=True)
class Podman:
    """podman with a store of its own, in the mounts of a process."""

    store: Path
    mounts: int

    def attempt(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """What a command of podman does."""
        own = ["--root", str(self.store / "images"), "--runroot", str(self.store / "run")]
        return subprocess.run(
            ["nsenter", "-t", str(self.mounts), "-m", "podman", *own, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *arguments: str | Path) -> str:
        """What a command of podman writes; it must succeed."""
        ran = self.attempt(*arguments)
        assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
        return ran.stdout.strip()


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    require_root_with(NEEDED, "make the base of the image from Debian's packages")
    folder = tmp_path_factory.mktemp("podman")
    base = folder / "base.tar"
    link = "ln -s ../../bin/python3.11 $1/usr/local/bin/python"
    included = "--include=python3.11,python3.11-venv,ca-certificates"
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", included, f"--customize-hook={link}",
         "bookworm", base],
        check=True,
    )  # fmt: skip
    holder = ["unshare", "-m", "sh", "-c", ALONE]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        podman = Podman(folder, process.pid)
        try:
            build(podman, base)
            yield podman
        finally:
            podman.attempt("rm", "--all", "--force")
            podman.attempt("rmi", "--all", "--force")
            process.terminate()


def build(podman: Podman, base: Path) -> None:
    """The image, as the guide says."""
    path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    podman.run("import", "--change", path, base, BASE)
    mounts = [f"--volume={path}:{path}:ro" for path in PIP]
    podman.run(
        "build", "--format", "docker", "--network", "host", *mounts,
        "-f", DEPLOY / "Containerfile", "-t", IMAGE, ROOT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def address(podman: Podman) -> str:
    """A replica as compose.yaml has it, on the loopback."""
    port = free_port()
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    podman.run(
        "run", "--detach", "--name", "replica", "--network", "host", f"--ulimit=nofile={files}",
        "--ulimit=nproc=1024", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL",
        "--security-opt=no-new-privileges", "--volume=home:/var/lib/bosai",
        f"--env=BOSAI_PORT={port}", "--env=BOSAI_HOST=127.0.0.1", IMAGE,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    until(lambda: is_ready(address))
    return address


def is_ready(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


def test_the_image_answers_with_the_map(address: str) -> None:
    for path in ("/healthz", "/", TILE):
        assert httpx2.get(address + path, timeout=60).status_code == 200


def test_the_image_says_how_its_health_is_asked(podman: Podman) -> None:
    said = podman.run("inspect", "--format", "{{.HealthCheck.Test}}", IMAGE)
    assert "/healthz" in said


def test_the_service_is_not_root_and_writes_only_into_its_volume(
    podman: Podman, address: str
) -> None:
    assert address
    assert podman.run("exec", "replica", "id", "-u") == "10001"
    assert podman.attempt("exec", "replica", "touch", "/opt/a").returncode != 0
    assert podman.attempt("exec", "replica", "touch", "/var/lib/bosai/a").returncode == 0


def test_no_setting_of_the_operator_is_in_the_image(podman: Podman, address: str) -> None:
    assert address
    shipped = podman.run("exec", "replica", "find", "/opt/bosai", "-path", "*/server/deploy*")
    assert shipped == ""


def test_a_stop_is_clean_and_the_volume_keeps_what_was_sent(podman: Podman, address: str) -> None:
    form = {"title": "a", "purpose": "b", "category": "fire", "nonce": "c" * 32}
    posted = httpx2.post(f"{address}/requests", data=form, timeout=60)
    assert posted.status_code == 303
    podman.run("stop", "--time", "20", "replica")
    assert podman.run("inspect", "--format", "{{.State.ExitCode}}", "replica") == "0"
    podman.run("start", "replica")
    until(lambda: is_ready(address))
    page = urljoin(address, posted.headers["location"])
    assert httpx2.get(page, timeout=60).status_code == 200
