"""What a test wants of the machine it runs on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable

import pytest


def require_root_with(programs: Iterable[str], what: str) -> None:
    """Skip the test where these programs are not installed, or it is not root who does `what`."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: tools/test-needs.sh soak")
    if os.geteuid() != 0:
        pytest.skip(f"only root can {what}")
