"""What was found while reading a layer's source, row by row.

Rows are numbered as the reader of the file sees them: in a table the header is row 1 and the first
record row 2, as in a spreadsheet; in any other file the first feature is row 1.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Any, Literal, get_args

from layers.errors import LayersError, Told, told
from layers.messages import MESSAGES, ProblemKind
from layers.messages.message import Language
from layers.messages.rows import MORE

Severity = Literal["error", "warning", "note"]
Span = tuple[int, int]  # the first and the last of rows that follow one another
Alike = tuple[Severity, ProblemKind, str | None]

NAMED = 20  # of alike rows are told one by one
NAMED_SPANS = 10  # of the others are in the message


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, of the row `row` or of the source; None stands where something does not apply.

    It may stand for `count` findings, in the rows of `spans`: of one that `folded` made the column
    is theirs, row and value are those of the first. `file` is named where it may be another than
    the source. `detail` is a text by language where it is words.
    """

    severity: Severity
    kind: ProblemKind
    row: int | None = None
    column: str | None = None
    value: str | None = None
    detail: str | Mapping[str, str] = ""
    rows_left_out: int = 0
    file: str = ""
    count: int = 1
    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, error: LayersError) -> Problem:
        """Why a source or a definition cannot be read."""
        if not isinstance(error, Told):
            return cls("error", "fault")
        return cls(
            "error",
            error.kind,
            column=error.key,
            value=error.value,
            detail=error.detail,
            file=error.file,
        )

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Problem:
        """Read what a report's `to_stored` wrote."""
        return cls(**{**stored, "spans": tuple((a, b) for a, b in stored["spans"])})

    def message(self, language: Language) -> str:
        """What was found, in words."""
        found = told(self.kind, language, self.file, self.column, self.value, self.detail)
        if self.row is None or self.count == 1:
            return found
        rows = self.rows(NAMED_SPANS)
        return MORE[language].format(found=found, count=f"{self.count:,}", rows=rows)

    def action(self, language: Language) -> str:
        """What was done about it, in words."""
        return MESSAGES[self.kind].action[language]

    def rows(self, most: int | None = None) -> str:
        """The rows it is about, as "2-5001, 5003": all of them, or those of the first spans."""
        spans = self.spans or (() if self.row is None else ((self.row, self.row),))
        named = [f"{a}-{b}" if a < b else f"{a}" for a, b in spans[:most]]
        return ", ".join(named) + (" …" if len(named) < len(spans) else "")

    def to_json(self) -> dict[str, Any]:
        """The problem as `bosai check --json` prints it, in Japanese and English."""
        return {
            "severity": self.severity,
            "kind": self.kind,
            "row": self.row,
            "rows": self.rows(),
            "count": self.count,
            "column": self.column,
            "value": self.value,
            "message": f"{self.message('ja')} / {self.message('en')}",
            "action": f"{self.action('ja')} / {self.action('en')}",
        }


@dataclass(slots=True)
class Report:
    """Every source row is a feature or is left out by a problem that says so."""

    path: str
    layer: str
    rows: int = 0
    features: int = 0
    encoding: str | None = None
    crs: str | None = None
    accuracy_m: float | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether an error keeps the layer from being published."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def rows_left_out(self) -> int:
        """Rows that became no feature."""
        return sum(problem.rows_left_out for problem in self.problems)

    @property
    def worst_first(self) -> list[Problem]:
        """The problems by severity, else as they were found."""
        return sorted(self.problems, key=lambda found: get_args(Severity).index(found.severity))

    def add(self, problems: Iterable[Problem]) -> None:
        """Take further findings; see `folded`."""
        self.problems = folded(chain(self.problems, problems))

    def to_json(self) -> dict[str, Any]:
        """The report as `bosai check --json` prints it, messages in Japanese and English."""
        return {
            "path": self.path,
            "layer": self.layer,
            "rows": self.rows,
            "features": self.features,
            "rows_left_out": self.rows_left_out,
            "encoding": self.encoding,
            "crs": self.crs,
            "accuracy_m": self.accuracy_m,
            "problems": [problem.to_json() for problem in self.problems],
        }

    def to_stored(self) -> dict[str, Any]:
        """The report as it is kept in a revision; `from_stored` reads it back."""
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Report:
        """Read what `to_stored` wrote."""
        problems = [Problem.from_stored(problem) for problem in stored["problems"]]
        return cls(**{**stored, "problems": problems})


def folded(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, but of rows alike in severity, kind and column only the first few one by one
    and the others as one: whatever a file holds, its report stays short.
    """
    kept: list[Problem | _Others] = []
    seen: Counter[Alike] = Counter()
    others: dict[Alike, _Others] = {}
    for problem in problems:
        alike = (problem.severity, problem.kind, problem.column)
        seen[alike] += 1
        if problem.row is None or (problem.count == 1 and seen[alike] <= NAMED):
            kept.append(problem)
            continue
        if alike not in others:
            others[alike] = _Others(problem)
            kept.append(others[alike])
        others[alike].take(problem)
    return [one.together() if isinstance(one, _Others) else one for one in kept]


def spans_of(rows: Iterable[int]) -> tuple[Span, ...]:
    """The rows, in ascending order, as spans."""
    spans: list[Span] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return tuple(spans)


class _Others:
    """Alike problems of rows, without an object for each."""

    def __init__(self, first: Problem) -> None:
        self._first = first
        self._count = self._left_out = 0
        self._starts, self._ends = array("q"), array("q")

    def take(self, problem: Problem) -> None:
        """One more, or several that were put together already."""
        self._count += problem.count
        self._left_out += problem.rows_left_out
        for start, end in problem.spans or ((problem.row or 0, problem.row or 0),):
            if self._ends and start == self._ends[-1] + 1:
                self._ends[-1] = end
            else:
                self._starts.append(start)
                self._ends.append(end)

    def together(self) -> Problem:
        """All of them as one, said of the first."""
        spans: list[Span] = []
        for start, end in sorted(zip(self._starts, self._ends, strict=True)):
            if spans and start <= spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return replace(
            self._first,
            count=self._count,
            rows_left_out=self._left_out,
            spans=tuple(spans),
        )
