"""Rows of the result, and the tables they are printed in."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import shapely

from tests.benchmarks.measure import Sample, Spread

HEAD = (
    "what",
    "against",
    "ratio: least – median – most",
    "goal",
    "reached",
    "CPU",
    "memory",
    "conditions",
)


@dataclass(frozen=True)
class Goal:
    """What a ratio's median should be: at most, or at least, the limit."""

    limit: float
    at_most: bool

    def reached(self, value: float) -> bool:
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {_number(self.limit)}"


def at_most(limit: float) -> Goal:
    return Goal(limit, at_most=True)


def at_least(limit: float) -> Goal:
    return Goal(limit, at_most=False)


@dataclass(frozen=True)
class Condition:
    """What must hold for two sides to have done the same work, and what was found."""

    holds: bool
    found: str


@dataclass(frozen=True)
class Row:
    """One ratio, ours to the other's; or why there is none."""

    what: str
    against: str
    goal: Goal | None = None
    ratio: Spread | None = None
    cpu: float | None = None
    memory: tuple[int, int] | None = None
    conditions: tuple[Condition, ...] = ()
    missing: str = ""
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        if self.ratio is None:
            return f"not measured: {self.missing}"
        if not all(condition.holds for condition in self.conditions):
            return "not comparable"
        if self.goal is None:
            return "–"
        return "yes" if self.goal.reached(self.ratio.median) else "no"

    def cells(self) -> tuple[str, ...]:
        """The row in the columns of `HEAD`."""
        if self.ratio is None:
            return (self.what, self.against, "–", _goal(self.goal), self.verdict, "–", "–", "")
        values = (self.ratio.least, self.ratio.median, self.ratio.most)
        return (
            self.what,
            self.against,
            " – ".join(map(_number, values)),
            _goal(self.goal),
            self.verdict,
            "–" if self.cpu is None else _number(self.cpu),
            "–" if self.memory is None else " : ".join(map(_megabytes, self.memory)),
            "; ".join(("" if c.holds else "✗ ") + c.found for c in self.conditions),
        )


def compared(
    what: str,
    against: str,
    samples: tuple[Sequence[Sample], Sequence[Sample]],
    goal: Goal | None,
    conditions: Iterable[Condition] = (),
    watched: tuple[Sequence[Sample], Sequence[Sample]] | None = None,
    **raw: Any,
) -> Row:
    """A ratio of times, run by run; of speeds when the goal is a least one.

    The memory is that of `watched`, runs whose time is not looked at, or of the samples.
    """
    ours, theirs = samples
    pairs = list(zip(ours, theirs, strict=True))
    as_speed = goal is not None and not goal.at_most
    ratios = [b.wall / a.wall if as_speed else a.wall / b.wall for a, b in pairs]
    cpu = [a.cpu / b.cpu for a, b in pairs if a.cpu and b.cpu]
    mine, others = watched or samples
    memory = (max(a.memory for a in mine), max(b.memory for b in others))
    return Row(
        what,
        against,
        goal,
        Spread.of(ratios),
        Spread.of(cpu).median if cpu else None,
        memory if all(memory) else None,
        tuple(conditions),
        raw={"ours": [asdict(s) for s in ours], "theirs": [asdict(s) for s in theirs], **raw},
    )


def within(what: str, limit: str, values: Sequence[float], most: float) -> Row:
    """Our own values as shares of the most they may be."""
    shares = Spread.of([value / most for value in values])
    return Row(what, limit, at_most(1), shares, raw={"ours": list(values), "limit": most})


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(pages * page / 1e9),
        "python": platform.python_version(),
        "shapely": shapely.__version__,
        "geos": shapely.geos_version_string,
    }


def heading(found: dict[str, Any], peers: dict[str, str], runs: int, share: float) -> str:
    """Where and when, in one paragraph."""
    versions = ", ".join(f"{name} {version}" for name, version in sorted(peers.items()))
    little = "" if share == 1 else f" **Only {share:.0%} of the data, to try it out.**"
    return (
        f"{found['date']}, {found['processor']}, {found['cores']} cores, {found['memory_gb']} GB, "
        f"Python {found['python']}, shapely {found['shapely']}, GEOS {found['geos']}. "
        f"Ratios are ours to the other's over {runs} runs of each in turn: of times where the goal "
        f"is a most (≤), of speeds where it is a least (≥). CPU: ratio of processor seconds. "
        f"Memory: peak of all processes together, in MB, ours : theirs. "
        f"Peers: {versions or 'none'}.{little}"
    )


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    cells = [HEAD, tuple("---" for _ in HEAD), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def seconds(rows: Sequence[Row]) -> str:
    """The medians behind the ratios, for whoever looks for what to make faster."""
    lines = []
    for row in rows:
        for side in ("ours", "theirs"):
            samples = [s for s in row.raw.get(side, []) if isinstance(s, dict)]
            if not samples:
                continue
            wall = Spread.of([sample["wall"] for sample in samples])
            cpu = Spread.of([sample["cpu"] for sample in samples])
            phases = {
                name: Spread.of([sample["phases"][name] for sample in samples]).median
                for name in samples[0]["phases"]
            }
            parts = "".join(f", {name} {_number(value)}" for name, value in phases.items())
            name = side if side == "ours" else row.against
            lines.append(
                f"- {row.what} | {name}: {_number(wall.median)} s "
                f"({_number(wall.least)}–{_number(wall.most)}), CPU {_number(cpu.median)} s{parts}"
            )
    return "\n".join(lines)


def _goal(goal: Goal | None) -> str:
    return "–" if goal is None else str(goal)


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f}"
