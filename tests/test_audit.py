"""`tools/audit.sh`: what is known is told from what nobody answered, and neither is a pass."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = "echo 'Name Version ID Fix Versions'; echo 'left-pad 1.0 CVE-1 1.1'; exit 1"
NO_ANSWER = "echo 'ERROR: nobody is there' >&2; exit 1"
OSV_ALONE = f'case "$*" in *osv*) exit 0;; esac; {NO_ANSWER}'
NPM_NO_ANSWER = "echo 'npm error audit endpoint returned an error' >&2; exit 1"
NPM_TABLE = "echo 'left-pad  <1.1'; exit 1"


@pytest.mark.parametrize(
    ("python", "npm", "status", "said"),
    [
        ("exit 0", "exit 0", 0, "requirements.lock: nothing is known (pypi)"),
        (OSV_ALONE, "exit 0", 0, "requirements-dev.lock: nothing is known (osv)"),
        (TABLE, "exit 0", 1, "known against requirements.lock requirements-dev.lock"),
        ("exit 0", NPM_TABLE, 1, "known against package-lock.json"),
        (NO_ANSWER, "exit 0", 2, "nobody answered about requirements.lock"),
        ("exit 0", NPM_NO_ANSWER, 2, "nobody answered about package-lock.json"),
        (TABLE, NPM_NO_ANSWER, 1, "nobody answered about package-lock.json"),
    ],
)
def test_how_it_ends_says_what_is_known(
    tmp_path: Path, python: str, npm: str, status: int, said: str
) -> None:
    for name, does in (("tools/with-node.sh", npm), (".venv/bin/uv", python)):
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    script = shutil.copy(ROOT / "tools" / "audit.sh", tmp_path / "tools")
    done = subprocess.run([script], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert said in done.stdout + done.stderr
