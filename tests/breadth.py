"""What only `make test WHOLE=1` runs, and so CI: further sizes, languages, cities and databases of
a test, and what is rare or takes long, each marked `breadth`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

Value = TypeVar("Value")


def further(*values: object) -> list[ParameterSet]:
    """Parameters with which a test is run by `make test WHOLE=1` only."""
    return [pytest.param(value, marks=pytest.mark.breadth) for value in values]


def mainly(first: Value, values: Iterable[Value]) -> list[Value | ParameterSet]:
    """All `values` as parameters, in their order; every one but the `first` is a further one."""
    return [value if value == first else further(value)[0] for value in values]
