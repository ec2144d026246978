"""The queue of requests as the staff's pages show it, in words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from layers.japanese.time_zone import JAPAN_TIME
from server.desk.accounts.roles import Actor, Role
from server.desk.answers.assignments import Assignment
from server.desk.labels import STATES, category_labels, urgency_labels
from server.desk.triage.triage import OPEN, PAGE, Counts, Queued, Selection
from server.texts import Translate
from server.texts.staff_requests import channel_labels, state_names

ANY, NONE = "any", "none"  # codes of choices: all of them; those of no department
AGES = (7, 30, 90)  # days


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue in words."""

    number: int
    title: str
    state: str
    received_at: datetime.datetime
    age: str
    in_charge: str
    marks: Sequence[str]


@dataclass(frozen=True, slots=True)
class StateCount:
    """A state, what it is called, and how many requests are in it."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A list to choose by: its name in the address, and the words of its codes."""

    name: str
    label: str
    options: Mapping[str, str]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue."""

    rows: Sequence[Row]
    total: int
    page: int
    text: str
    state: str
    states: Sequence[StateCount]
    ages: Sequence[str]
    choices: Sequence[Choice]
    may_enter: bool
    query: Mapping[str, str]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return pages_of(self.total)

    @property
    def is_narrowed(self) -> bool:
        """Whether it is chosen by more than words and a state."""
        return bool(self.query.keys() - {"q", "state"})

    @property
    def export_address(self) -> str:
        """Where these requests can be taken away."""
        return f"/staff/requests/export?{urlencode(self.query)}"

    def at(self, page: int) -> str:
        """The address of another page of the queue."""
        return f"/staff/requests?{urlencode({**self.query, 'page': page})}"


def pages_of(total: int) -> int:
    """How many pages a queue of so many requests has."""
    return max(1, -(-total // PAGE))


def queue_page(
    rows: Sequence[Queued],
    total: int,
    page: int,
    selection: Selection,
    counts: Counts,
    query: Mapping[str, str],
    names: tuple[Sequence[str], Sequence[str]],
    actor: Actor,
    _: Translate,
) -> QueuePage:
    """The page of the queue with these rows. `names` are those of departments and of staff."""
    return QueuePage(
        rows=[row_words(row, _) for row in rows],
        total=total,
        page=page,
        text=selection.text,
        state=selection.state or ANY,
        states=state_counts(counts, _),
        ages=age_words(counts, _),
        choices=_choices(query, *names, _),
        may_enter=actor.role.may(Role.EDITOR),
        query=query,
    )


def state_counts(counts: Counts, _: Translate) -> list[StateCount]:
    """How many requests are in each state."""
    labels = state_names(_)
    return [StateCount(code, labels[code], counts.by_state.get(code, 0)) for code in STATES]


def age_words(counts: Counts, _: Translate) -> list[str]:
    """How long the oldest waits and how long a decision takes, in sentences."""
    words = []
    if counts.oldest is not None:
        words.append(_("The one that waits longest came {age}.").format(age=age(counts.oldest, _)))
    if counts.days_to_decision is not None:
        days = round(counts.days_to_decision)
        words.append(
            _("Half of those decided within the last year were decided on the day they came.")
            if days == 0
            else _.ngettext(
                "Half of those decided within the last year were decided within {count} day.",
                "Half of those decided within the last year were decided within {count} days.",
                days,
            ).format(count=days)
        )
    return words


def row_words(row: Queued, _: Translate) -> Row:
    """A line of the queue in words."""
    marks = {
        _("withdrawn"): row.is_withdrawn,
        _("error on the map"): row.is_correction,
        _("is public"): row.is_public,
        urgency_labels(_).get(row.urgency or "", ""): row.urgency == "lives",
        _("with contact"): row.has_contact,
        _("with a photo or file"): row.has_file,
        channel_labels(_).get(row.channel or "", ""): row.channel is not None,
        _("duplicate of No. {number}").format(number=row.original): row.original is not None,
    }
    return Row(
        row.number,
        row.title,
        state_names(_, corrects=row.is_correction)[row.state],
        row.received_at,
        age(row.received_at, _),
        in_charge(row.assignment, _),
        [mark for mark, is_set in marks.items() if is_set],
    )


def in_charge(assignment: Assignment, _: Translate) -> str:
    """The department and the person; "" for nobody."""
    return _(", ").join(filter(None, (assignment.department, assignment.staff)))


def age(received_at: datetime.datetime, _: Translate) -> str:
    """For how many days of the calendar (in Japan) a request has been there."""
    today = datetime.datetime.now(JAPAN_TIME).date()
    days = (today - received_at.astimezone(JAPAN_TIME).date()).days
    if days <= 0:
        return _("today")
    return _.ngettext("{count} day ago", "{count} days ago", days).format(count=days)


def _waiting(days: int, _: Translate) -> str:
    return _.ngettext("{count} day or longer", "{count} days or longer", days).format(count=days)


def _choices(
    query: Mapping[str, str], departments: Sequence[str], staff: Sequence[str], _: Translate
) -> list[Choice]:
    states = {OPEN: _("Open (not decided)"), ANY: _("Every status"), **state_names(_)}
    labels: dict[str, tuple[str, dict[str, str]]] = {
        "state": (_("Status"), states),
        "category": (_("Category"), {"": _("Every category"), **category_labels(_)}),
        "age": (
            _("Waiting"),
            {
                "": _("any time"),
                **{str(days): _waiting(days, _) for days in AGES},
            },
        ),
        "charge": (
            _("In charge"),
            {
                "": _("anybody"),
                NONE: _("no department"),
                **{f"department:{name}": name for name in departments},
                **{f"staff:{name}": name for name in staff},
            },
        ),
        "mark": (
            _("Only those"),
            {
                "": _("(all)"),
                "public": _("is public"),
                "not-public": _("not public"),
                "correction": _("error on the map"),
                "duplicate": _("duplicates"),
                "withdrawn": _("withdrawn"),
                "contact": _("with contact"),
                "file": _("with a photo or file"),
                **channel_labels(_),
            },
        ),
        "order": (_("Order"), {"old": _("Oldest first"), "new": _("Newest first")}),
    }
    defaults = {"state": OPEN, "order": "old"}
    return [
        Choice(name, label, options, query.get(name, defaults.get(name, "")))
        for name, (label, options) in labels.items()
    ]
