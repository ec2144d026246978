from __future__ import annotations

from pathlib import Path

import pytest

from tests.layers.city import SmallCity


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    return SmallCity(tmp_path)
