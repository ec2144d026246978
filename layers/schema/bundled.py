"""What ships with the package: a city's data and definitions, and the shared code lists."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parents[1]
_IN_WHEEL = _PACKAGE / "data"
BUNDLED_DATA = _IN_WHEEL if _IN_WHEEL.is_dir() else _PACKAGE.parent / "data"
BUNDLED_DEFINITIONS = _PACKAGE / "definitions"
CODELISTS = _PACKAGE / "codelists"
STANDARDS = _PACKAGE / "standards"


def read_bundled(path: Path) -> dict[str, Any]:
    """A TOML file of our own, which holds no mistake."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
