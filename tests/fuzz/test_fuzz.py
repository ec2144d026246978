"""Every parser of what strangers send, fuzzed for a while: it reads or refuses, nothing else."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
SECONDS = 20  # of each
SAID = 4000  # characters of what it says in the end


@pytest.mark.parametrize("name", TARGETS)
def test_what_it_begins_with_is_read_or_refused(name: str) -> None:
    target = TARGETS[name]()
    for seed in target.seeds:
        for content in (seed, seed[: len(seed) // 2], b"", seed + b"\0\xff"):
            try:
                target.parse(content)
            except target.refusals:
                continue


@pytest.mark.soak
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="Atheris is not installed: it is for Linux on x86-64, Python 3.11 to 3.13",
)
@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_reads_or_refuses_whatever_comes(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", name, str(SECONDS), tmp_path / "work"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    failed = [f"{each.name}: {each.read_bytes()!r}" for each in (tmp_path / "work").glob("*-*")]
    assert (done.returncode, failed) == (0, []), done.stderr[-SAID:]
