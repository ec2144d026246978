"""Files that want more than a machine has: each comes to an end soon, with a sentence of its own.

They are read as a city's own are, in a child process within limits that are less than the usual
ones; in `make soak` each is as large as it has to be to show what becomes of it otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from layers.process.limits import Limits
from layers.process.sandbox import Sandbox
from tests.breadth import further
from tests.layers.city import SmallCity, check_reports
from tests.layers.sources.bombs import BOMBS, Bomb

MEMORY = 2 << 30  # bytes
PATIENCE = 120  # seconds, on a machine that is busy
LONGEST = 10_000  # characters of a message, with all names of columns in it
STOPPED = {"memory", "too_slow", "stopped", "reader_failed", "fault"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    limits = Limits(memory=MEMORY, processor_time=PATIENCE, wall_time=2 * PATIENCE)
    with Sandbox(limits) as opened:
        yield opened


def explode(bomb: Bomb, size: int, city: SmallCity, sandbox: Sandbox) -> None:
    """Read the file, and see that what is said of it is what it is."""
    path = bomb.write(city.data, size)
    reports = check_reports(city.definitions, city.data, [str(path)], sandbox=sandbox)
    problems = [problem for report in reports for problem in report.problems]
    errors = {problem.kind for problem in problems if problem.severity == "error"}
    assert not errors & STOPPED
    assert all(len(p.message("ja")) + len(p.message("en")) < LONGEST for p in problems)
    if bomb.kind:
        assert bomb.kind in errors
        (problem,) = (one for one in problems if one.kind == bomb.kind)
        for language in ("ja", "en"):
            assert path.stem in problem.message(language)


OF_EACH_KIND = [*{bomb.kind: bomb for bomb in reversed(BOMBS)}.values()]  # the first of each
OTHERS = [bomb for bomb in BOMBS if bomb not in OF_EACH_KIND]


@pytest.mark.parametrize("bomb", [*OF_EACH_KIND, *further(*OTHERS)], ids=lambda bomb: bomb.name)
def test_a_small_file_that_wants_much_ends_soon(
    bomb: Bomb, city: SmallCity, sandbox: Sandbox
) -> None:
    explode(bomb, bomb.size, city, sandbox)


@pytest.mark.soak
@pytest.mark.parametrize("bomb", [b for b in BOMBS if b.large], ids=lambda bomb: bomb.name)
def test_so_does_a_larger_one(bomb: Bomb, city: SmallCity, sandbox: Sandbox) -> None:
    explode(bomb, bomb.large, city, sandbox)
