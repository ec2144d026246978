"""The units that ship, run by systemd: a Debian in a folder, booted as a container."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.server.deploy.needs import require_root_with
from tests.server.deploy.nginx import DEPLOY
from tests.waiting import until

pytestmark = pytest.mark.soak

ROOT = DEPLOY.parents[1]
NEEDED = ("mmdebstrap", "systemd-nspawn", "nsenter", "unshare")
INSIDE = "systemd,systemd-sysv,dbus,python3.11,curl,procps"
UNIT = "bosai@8001.service"
SETTINGS = """BOSAI_DEFINITIONS=/opt/bosai/lib/python3.11/site-packages/layers/definitions
BOSAI_BASE_URL=https://map.example.jp
BOSAI_TRUSTED_PROXIES=127.0.0.1
"""
PROGRAM = """#!/opt/bosai/bin/python
from server.cli import main
main()
"""
# A hierarchy of version 2 of its own: in one of version 1 a container is not told that a unit's
# last process ended, and a unit that was killed starts again after TimeoutStopSec only.
BOOT = """
umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 3
exec systemd-nspawn -D "$0" --boot --register=no --keep-unit --console=pipe --private-network \\
    -M bosai-test </dev/null
"""


@dataclass(frozen=True)
class Machine:
    """A booted Debian: its first process."""

    init: int

    def attempt(self, *command: str) -> subprocess.CompletedProcess[str]:
        """What a command in it does."""
        enter = ("nsenter", "-t", str(self.init), "-m", "-u", "-i", "-n", "-p", "--")
        return subprocess.run(
            [*enter, *command], capture_output=True, text=True, check=False, timeout=120
        )

    def run(self, *command: str) -> str:
        """What a command in it writes; it must succeed."""
        ran = self.attempt(*command)
        assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
        return ran.stdout.strip()

    def state(self, name: str, unit: str = UNIT) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", "-p", name, unit)

    @property
    def is_ready(self) -> bool:
        """Whether the service answers, with every layer."""
        return self.attempt("curl", "-fs", "http://127.0.0.1:8001/readyz").returncode == 0


def install(folder: Path) -> None:
    """A Debian with what the guide puts there; the packages are those of this environment."""
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={INSIDE}", "bookworm", folder],
        check=True,
    )
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", folder / "opt"],
        cwd=ROOT,
        check=True,
    )
    (wheel,) = (folder / "opt").glob("*.whl")
    inside = ["chroot", str(folder)]
    venv = ["python3.11", "-m", "venv", "--without-pip", "/opt/bosai"]
    subprocess.run([*inside, *venv], check=True)
    packages = folder / "opt/bosai/lib/python3.11/site-packages"
    shutil.copytree(Path(pytest.__file__).parents[1], packages, symlinks=True, dirs_exist_ok=True)
    shutil.unpack_archive(wheel, packages, "zip")
    program = folder / "opt/bosai/bin/bosai"
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    subprocess.run(
        [*inside, "useradd", "--system", "--home-dir", "/var/lib/bosai", "bosai"], check=True
    )
    shutil.copytree(DEPLOY / "systemd", folder / "etc/systemd/system", dirs_exist_ok=True)
    (folder / "etc/bosai").mkdir()
    (folder / "etc/bosai/bosai.env").write_text(SETTINGS, encoding="utf-8")
    owned = ["install", "-d", "-o", "bosai", "-g", "bosai", "-m", "0700"]
    subprocess.run([*inside, *owned, "/var/backups/bosai", "/var/backups/bosai-keys"], check=True)
    subprocess.run([*inside, "systemctl", "enable", UNIT, "bosai-backup.timer"], check=True)


def first_process(nspawn: int) -> int | None:
    """The systemd that this systemd-nspawn boots; none while it mounts and unmounts."""
    children = Path(f"/proc/{nspawn}/task/{nspawn}/children").read_text(encoding="ascii")
    for child in children.split():
        try:
            name = Path(f"/proc/{child}/comm").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if name == "systemd\n":
            return int(child)
    return None


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    require_root_with(NEEDED, "boot a Debian")
    folder = tmp_path_factory.mktemp("debian")
    install(folder)
    with subprocess.Popen(["unshare", "-m", "sh", "-c", BOOT, folder]) as process:
        try:
            until(lambda: process.poll() is not None or first_process(process.pid) is not None)
            if process.poll() == 3:
                pytest.skip("no cgroup2 can be mounted here, which systemd needs")
            assert process.poll() is None, "systemd-nspawn does not boot here"
            init = first_process(process.pid)
            assert init is not None
            booted = Machine(init)
            until(lambda: booted.is_ready)
            yield booted
        finally:
            process.terminate()  # systemd-nspawn powers it off
            process.wait(timeout=60)


def test_the_service_runs_as_its_user(machine: Machine) -> None:
    pid = machine.state("MainPID")
    assert machine.run("ps", "-o", "user=", "-p", pid) == "bosai"


def test_a_service_that_is_killed_starts_again(machine: Machine) -> None:
    before = machine.state("MainPID")
    machine.run("kill", "-9", before)
    until(lambda: machine.state("NRestarts") == "1" and machine.is_ready)
    assert machine.state("MainPID") != before


def test_a_reload_keeps_the_parent(machine: Machine) -> None:
    before = machine.state("MainPID")
    workers = machine.run("ps", "-o", "pid=", "--ppid", before)
    machine.run("systemctl", "reload", UNIT)
    until(lambda: machine.run("ps", "-o", "pid=", "--ppid", before) != workers)
    until(lambda: machine.is_ready)
    assert machine.state("MainPID") == before


def test_the_hardening_lets_a_form_and_files_be_made(machine: Machine) -> None:
    address = "http://127.0.0.1:8001"
    form = ["-d", "title=a", "-d", "purpose=b", "-d", "category=fire", "-d", f"nonce={'a' * 32}"]
    posted = machine.run(
        "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *form, f"{address}/requests"
    )
    assert posted == "303"
    for path, kind in (("/layers/emergency_sites/export.geojson", "json"), ("/og.png", "png")):
        made = machine.run(
            "curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{content_type}", address + path
        )
        assert made.startswith("200 ")
        assert kind in made


def test_the_backup_runs_under_its_unit(machine: Machine) -> None:
    machine.run("systemctl", "start", "bosai-backup.service")
    assert machine.state("Result", "bosai-backup.service") == "success"
    assert machine.run("ls", "/var/backups/bosai").endswith(".zip")
    assert machine.run("ls", "/var/backups/bosai-keys") == "keys.sqlite"
    assert machine.state("ActiveState", "bosai-backup.timer") == "active"


def test_a_stop_is_clean(machine: Machine) -> None:
    machine.run("systemctl", "stop", UNIT)
    assert machine.state("Result") == "success"
