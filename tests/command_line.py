"""`bosai …` in the tests' own process, which has all loaded that a new one loads for a second."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from server.cli import main


@dataclass(frozen=True)
class Done:
    """The exit status, and what was written."""

    returncode: int
    stdout: bytes
    stderr: bytes
    output: str  # both, as a terminal shows them


def bosai(arguments: tuple[str, ...], settings: Mapping[str, str]) -> Done:
    """Run the console script to its end, without a terminal, with these settings besides.

    `bosai serve` is started by `tests.service`: it does not end.
    """
    assert arguments[:1] != ("serve",) or "--help" in arguments
    with (
        pytest.MonkeyPatch.context() as patch,
        CliRunner().isolation(env=settings) as (stdout, stderr, output),
    ):
        patch.setattr(sys, "argv", ["bosai", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        sys.stdout.flush()
        sys.stderr.flush()
        status = end.value.code or 0
        assert isinstance(status, int)
        return Done(status, stdout.getvalue(), stderr.getvalue(), output.getvalue().decode())
