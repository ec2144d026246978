"""What else ships for an installation: units of systemd, a container, a compose file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from server.settings import Settings
from tests.server.deploy.nginx import DEPLOY

ROOT = DEPLOY.parents[1]
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.is_file())
NGINX = DEPLOY / "systemd" / "nginx.service.d"
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
REPLICAS = [service for name, service in COMPOSE["services"].items() if "replica" in name]
MOST_EXPOSED = 20  # tenths, of what `systemd-analyze security` says of a unit


def has_systemd() -> bool:
    return shutil.which("systemd-analyze") is not None


@pytest.mark.skipif(not has_systemd(), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_reads_each_unit(unit: Path) -> None:
    checked = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    named = [line for line in checked.stderr.splitlines() if "bosai" in line]
    assert [line for line in named if "not executable: No such file" not in line] == []


@pytest.mark.skipif(not has_systemd(), reason="systemd-analyze is not installed")
def test_systemd_has_nginx_started_again(tmp_path: Path) -> None:
    (tmp_path / "nginx.service").write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
    shutil.copytree(NGINX, tmp_path / NGINX.name)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "nginx.service"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    (setting,) = NGINX.iterdir()
    assert setting.name not in checked.stderr
    assert "\nRestart=always\n" in setting.read_text("utf-8")


@pytest.mark.skipif(not has_systemd(), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_may_little_of_the_system(unit: Path) -> None:
    checked = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_a_replica_of_compose_is_set_by_settings_that_exist() -> None:
    assert len(REPLICAS) == 2
    for replica in REPLICAS:
        names = {name.removeprefix("BOSAI_").lower() for name in replica["environment"]}
        assert names <= set(Settings.model_fields)
        assert replica["read_only"]
        assert replica["cap_drop"] == ["ALL"]


def test_the_settings_of_systemd_exist() -> None:
    named = re.findall(r"^BOSAI_(\w+)=", (DEPLOY / "bosai.env").read_text(), re.MULTILINE)
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_compose_lets_the_replicas_trust_nginx_alone() -> None:
    nginx = COMPOSE["services"]["nginx"]["networks"]["inside"]["ipv4_address"]
    assert {replica["environment"]["BOSAI_TRUSTED_PROXIES"] for replica in REPLICAS} == {nginx}
    reached = [name for name, service in COMPOSE["services"].items() if "ports" in service]
    assert reached == ["nginx"]
    servers = (DEPLOY / "nginx" / "replicas.compose.conf").read_text(encoding="utf-8")
    named = re.findall(r"^server ([\w-]+):8000 ", servers, re.MULTILINE)
    assert named == [name for name in COMPOSE["services"] if "replica" in name]


def test_every_file_that_compose_mounts_is_there_or_the_operators() -> None:
    files = [mount for service in COMPOSE["services"].values() for mount in service["volumes"]]
    own = [mount.split(":")[0] for mount in files if mount.startswith("./")]
    absent = {path for path in own if not (DEPLOY / path).exists()}
    assert absent == {"./certs", "./site"}


def test_the_container_takes_files_that_are_there_and_runs_as_nobody_special() -> None:
    _, build, run = (DEPLOY / "Containerfile").read_text(encoding="utf-8").split("\nFROM ")
    copied = re.findall(r"^COPY (.+) \S+$", build, re.MULTILINE)
    assert copied
    for path in " ".join(copied).split():
        assert (ROOT / path).exists(), path
    assert "\nUSER bosai\n" in run
    assert "requirements-dev" not in build
