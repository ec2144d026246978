"""Reports on reading a layer's source: its problems, row by row.

Rows are numbered as an officer sees them in the file: in a table the header is row 1 and the first
record row 2, as in a spreadsheet; in any other file the first feature is row 1.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Any, Literal, get_args

from layers.errors import LONGEST, ExplainedError, LayersError, explanation, shortened
from layers.messages import MESSAGES, ProblemKind, frame
from layers.messages.message import Language
from layers.messages.rows import MORE

Severity = Literal["error", "warning", "note"]
Span = tuple[int, int]  # the first and the last of rows that follow one another
Alike = tuple[Severity, ProblemKind, str | None]

# Rows that are left out, and take nothing away from what the source says of the city's ground.
NO_GROUND: frozenset[ProblemKind] = frozenset({"outside", "dbf_deleted", "geometry_not_chosen"})
# Rows left out as the definition, or the desk, wants it.
WITHHELD: frozenset[ProblemKind] = frozenset({"small_group", "feature_withheld", "feature_removed"})
# Something of the source that is not among its rows, however many it would be.
ELSEWHERE: frozenset[ProblemKind] = frozenset({"kml_elsewhere", "transfer_limit"})

LISTED = 20  # alike problems of rows that are listed each by itself
LISTED_SPANS = 10  # spans of the others in a message
HIDDEN = "***"  # stands for what a report must not show


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of the row `row` or of the source; None stands where a field does not apply.

    It may stand for `count` problems, in the rows of `spans`: after `folded` the column is that of
    all, row and value are those of the first. `file` is set where it may be another than the
    source. `detail` is a text by language where it is words.
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

    def __post_init__(self) -> None:
        if self.value is not None and len(self.value) > LONGEST:  # a cell may hold a whole file
            object.__setattr__(self, "value", shortened(self.value))

    @classmethod
    def of(cls, error: LayersError) -> Problem:
        """An error as a problem: why a source or a definition cannot be read."""
        if not isinstance(error, ExplainedError):
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

    @property
    def loses_ground(self) -> bool:
        """Whether a row is missing that may lie anywhere in the city."""
        return self.kind in ELSEWHERE or (self.rows_left_out > 0 and self.kind not in NO_GROUND)

    @property
    def first_row(self) -> int:
        """The first row concerned; 0 for the source as a whole."""
        return self.spans[0][0] if self.spans else self.row or 0

    @property
    def hides_values(self) -> bool:
        """Whether a value stands as `HIDDEN`."""
        return self.value == HIDDEN or self.detail == HIDDEN

    def message(self, language: Language) -> str:
        """The problem in words."""
        finding = explanation(self.kind, language, self.file, self.column, self.value, self.detail)
        if self.row is None or self.count == 1:
            return finding
        rows = self.rows(LISTED_SPANS)
        return MORE[language].format(finding=finding, count=f"{self.count:,}", rows=rows)

    def action(self, language: Language) -> str:
        """The consequence in words: what was done about it."""
        return MESSAGES[self.kind].action[language]

    def heading(self, language: Language) -> str:
        """How grave it is and where, as "［警告］4行目・緯度: "; the message follows."""
        severity, place = frame.SEVERITIES[self.severity][language], self.place(language)
        place = frame.PLACE[language].format(place=place) if place else ""
        return frame.HEADING[language].format(severity=severity, place=place)

    def place(self, language: Language) -> str:
        """The row and the column; "" where there is none, or a key in the place of a column."""
        finding = MESSAGES[self.kind].finding
        is_key = bool(self.file) or "{key}" in finding["ja"] + finding["en"]  # of an error: `of`
        column = None if is_key else self.column
        rows = self.rows(LISTED_SPANS)
        if not rows:
            return frame.COLUMN[language].format(name=column) if column else ""
        row = frame.ROW[language].format(rows=rows)
        return frame.CELL[language].format(row=row, name=column) if column else row

    def rows(self, most: int | None = None) -> str:
        """The rows concerned, as "2-5001, 5003": all, or those of the first `most` spans."""
        spans = self.spans or (() if self.row is None else ((self.row, self.row),))
        texts = [f"{a}-{b}" if a < b else f"{a}" for a, b in spans[:most]]
        return ", ".join(texts) + (" …" if len(texts) < len(spans) else "")

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
    def loses_ground(self) -> bool:
        """Whether rows are missing that may lie anywhere in the city: of a place in no feature it
        is then not known what the source says.
        """
        return any(problem.loses_ground for problem in self.problems)

    @property
    def worst_first(self) -> list[Problem]:
        """The problems by severity, else in their order."""
        severities = get_args(Severity)
        return sorted(self.problems, key=lambda problem: severities.index(problem.severity))

    @property
    def in_file_order(self) -> list[Problem]:
        """The problems of the source as a whole, then those of rows, from the first row on."""
        return sorted(self.problems, key=lambda problem: problem.first_row)

    def summary(self, language: Language) -> str:
        """What became of the rows, and how many problems there are, the gravest first."""
        counts = Counter(problem.severity for problem in self.problems)
        numbers = {severity: counts[severity] for severity in get_args(Severity)}
        sentences = [frame.LAYER[language].format(layer=self.layer, path=self.path)]
        if self.rows:
            rows, features = f"{self.rows:,}", f"{self.features:,}"
            sentences.append(frame.READ[language].format(rows=rows, features=features))
        if self.failed:
            sentences.append(frame.FAILED[language])
        sentences.append(frame.COUNTS[language].format(**numbers))
        return frame.BETWEEN[language].join(sentences)

    def add(self, problems: Iterable[Problem]) -> None:
        """Add further problems; see `folded`."""
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
    """The problems, of rows alike in severity, kind and column only the first few as they are and
    the others as one: whatever a file holds, its report stays short.
    """
    entries: list[Problem | _Group] = []
    counts: Counter[Alike] = Counter()
    groups: dict[Alike, _Group] = {}
    for problem in problems:
        alike = (problem.severity, problem.kind, problem.column)
        counts[alike] += 1
        if problem.row is None or (problem.count == 1 and counts[alike] <= LISTED):
            entries.append(problem)
            continue
        if alike not in groups:
            groups[alike] = _Group(problem)
            entries.append(groups[alike])
        groups[alike].add(problem)
    return [entry.merged() if isinstance(entry, _Group) else entry for entry in entries]


def spans_of(rows: Iterable[int]) -> tuple[Span, ...]:
    """The rows, in ascending order, as spans."""
    spans: list[Span] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return tuple(spans)


class _Group:
    """Alike problems of rows, without an object for each."""

    def __init__(self, first: Problem) -> None:
        self._first = first
        self._count = self._left_out = 0
        self._starts, self._ends = array("q"), array("q")

    def add(self, problem: Problem) -> None:
        """Add a problem, which may stand for several already."""
        self._count += problem.count
        self._left_out += problem.rows_left_out
        for start, end in problem.spans or ((problem.row or 0, problem.row or 0),):
            if self._ends and start == self._ends[-1] + 1:
                self._ends[-1] = end
            else:
                self._starts.append(start)
                self._ends.append(end)

    def merged(self) -> Problem:
        """All of them as one, with the row and the value of the first."""
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
