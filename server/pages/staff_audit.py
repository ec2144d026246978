"""Entries of the audit in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.desk.accounts.audit_entries import Entry
from server.desk.labels import state_labels
from server.texts import Translate
from server.texts.shelters import shelter_labels
from server.texts.staff import action_labels, role_labels, subject_labels, value_labels


@dataclass(frozen=True, slots=True)
class Change:
    """A value of what was done: before and after it; None where it is told on one side only."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class EntryInWords:
    """An entry with what was done, to what, in which role, and what changed by it."""

    entry: Entry
    action: str
    subject: str
    role: str
    changes: list[Change]


def entry_in_words(entry: Entry, _: Translate) -> EntryInWords:
    """The entry. What has no word is shown as it is written down."""
    noun, _space, number = entry.subject.partition(" ")
    return EntryInWords(
        entry,
        action_labels(_).get(entry.action, entry.action),
        f"{subject_labels(_).get(noun, noun)} {number}",
        role_labels(_).get(entry.role, entry.role),
        changes(entry.before or {}, entry.after or {}, _),
    )


def changes(
    before: Mapping[str, object], after: Mapping[str, object], _: Translate
) -> list[Change]:
    """The values that are told, without those that stayed as they were."""
    labels = value_labels(_)
    return [
        Change(
            labels.get(name, name),
            _value(name, before[name], _) if name in before else None,
            _value(name, after[name], _) if name in after else None,
        )
        for name in {**before, **after}
        if name not in before or name not in after or before[name] != after[name]
    ]


def _value(name: str, value: object, _: Translate) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == []:
        return "—"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    words = {
        "role": role_labels(_),
        "state": state_labels(_),
        "opening": shelter_labels(_),
    }.get(name, {})
    return words.get(str(value), str(value))
