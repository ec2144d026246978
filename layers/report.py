"""What was found while reading a layer's source, row by row.

Rows are numbered as the reader of the file sees them: in a table the header is row 1 and the first
record row 2, as in a spreadsheet; in any other file the first feature is row 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from layers.errors import LayersError, SourceError
from layers.texts import MESSAGES

if TYPE_CHECKING:
    from layers.differences import Difference

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `row`, `column` and `value` are None where they do not apply."""

    severity: Severity
    kind: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    detail: str = ""
    rows_left_out: int = 0

    @classmethod
    def of(cls, error: LayersError) -> Problem:
        """Why a source cannot be read."""
        if not isinstance(error, SourceError):
            return cls("error", "source", detail=str(error))
        value = None if error.value is None else str(error.value)
        return cls("error", error.kind, column=error.key, value=value, detail=str(error))

    def message(self, language: str) -> str:
        """What was found, in words."""
        return MESSAGES[self.kind].found[language].format(value=self.value, detail=self.detail)

    @property
    def reason(self) -> str:
        """What was found, for logs and programs."""
        return self.detail or self.message("en")

    def action(self, language: str) -> str:
        """What was done about it, in words."""
        return MESSAGES[self.kind].action[language]


@dataclass(slots=True)
class Report:
    """Every source row is a feature or is left out by a problem that says so.

    `difference` is to the revision published before, where the report is of a check.
    """

    path: str
    layer: str
    rows: int = 0
    features: int = 0
    encoding: str | None = None
    crs: str | None = None
    accuracy_m: float | None = None
    problems: list[Problem] = field(default_factory=list)
    difference: Difference | None = None

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
        """Take further findings."""
        self.problems.extend(problems)

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
            "problems": [
                {
                    "severity": problem.severity,
                    "kind": problem.kind,
                    "row": problem.row,
                    "column": problem.column,
                    "value": problem.value,
                    "message": f"{problem.message('ja')} / {problem.message('en')}",
                    "action": f"{problem.action('ja')} / {problem.action('en')}",
                }
                for problem in self.problems
            ],
            "difference": self.difference.to_json() if self.difference else None,
        }

    def to_stored(self) -> dict[str, Any]:
        """The report as it is kept in a revision; `from_stored` reads it back."""
        stored = asdict(self)
        del stored["difference"]
        return stored

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Report:
        """Read what `to_stored` wrote."""
        problems = [Problem(**problem) for problem in stored["problems"]]
        return cls(**{**stored, "problems": problems})
