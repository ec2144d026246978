"""What the staff's page of a draft's difference says: how much would change, and what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import orjson

from layers.messages import differences
from layers.revision.revision import Revision
from server.desk.drafts.tables import Draft, State
from server.pages.staff_drafts import cell, change_phrase, language_of_reports
from server.texts import Translate
from server.texts.staff_drafts import publication_faults
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line of the table of differences."""

    kind: str
    name: str
    field: str
    before: str
    after: str


def difference_sentences(draft: Draft, published: str | None, lang: str, _: Translate) -> list[str]:
    """How much would change, or why nothing can be said of that.

    `published` is the id of the revision that is published now, None where none is.
    """
    check, faults = draft.check, publication_faults(_)
    if check is None or draft.state in (State.ARRIVING, State.WAITING):
        return [faults["unread"]]
    if check.revision is None:
        return [faults["failed"]]
    phrase = change_phrase(draft, language_of_reports(lang))
    sentences = [phrase] if phrase else []
    if draft.state.is_open and check.against != published:
        return [*sentences, faults["outdated"]]
    return sentences or [_("Nothing is published of this layer yet: everything is new.")]


def change_rows(
    draft: Draft, before: Revision | None, after: Revision, lang: str, _: Translate
) -> list[ChangeRow]:
    """The first of what would be added, removed, moved and changed."""
    stored = draft.check.difference if draft.check else None
    if stored is None:
        return []
    fields = after.definition.public_fields
    named = _Names(after)
    rows = [ChangeRow(_("added"), named.of(id), "", "", "") for id in stored["added_ids"]]
    if before is not None:
        old = _Names(before)
        rows += [ChangeRow(_("removed"), old.of(id), "", "", "") for id in stored["removed_ids"]]
    for moved in stored["moved"]:
        size = moved.get("metres", moved.get("square_metres"))
        unit = "m" if "metres" in moved else "m²"
        words = _("moved {size} {unit}").format(size=differences.amount(size), unit=unit)
        rows.append(ChangeRow(words, named.of(moved["id"]), "", "", ""))
    for changed in stored["changed"]:
        field = fields.get(changed["field"])
        title = localized(field.title, lang) if field else changed["field"]
        was, now = cell(changed["before"]), cell(changed["after"])
        rows.append(ChangeRow(_("changed"), named.of(changed["id"]), title, was, now))
    return rows


class _Names:
    """What the features of a revision are called, by id."""

    def __init__(self, revision: Revision) -> None:
        self._table, self._label = revision.table, revision.definition.label
        self._order = np.argsort(self._table.ids, kind="stable")

    def of(self, id: int) -> str:
        place = int(np.searchsorted(self._table.ids[self._order], id))
        if place >= len(self._order) or self._table.ids[self._order[place]] != id:
            return str(id)
        index = self._order[place : place + 1]
        properties = orjson.loads(self._table.properties.take(index)[0])
        return cell(properties.get(self._label) if self._label else None) or str(id)
