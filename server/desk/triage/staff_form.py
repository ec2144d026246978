"""The desk's own forms: what was typed, checked and brought into shape.

All raise `InvalidForm` with a message for every field that cannot be taken, in words of `_`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.japanese.spelling import nfkc
from layers.japanese.time_zone import JAPAN_TIME
from server.desk.answers.answers import REASON_LENGTH, Verdict, Wording
from server.desk.answers.assignments import Assignment
from server.desk.errors import InvalidForm, RequestNotFound
from server.desk.intake.form import PURPOSE_LENGTH, TITLE_LENGTH, RequestForm, read_form, read_text
from server.desk.intake.personal import reaching_parts
from server.desk.intake.requests import LONGEST_NUMBER, read_number
from server.desk.labels import REASONED, STATES
from server.desk.triage.counter import CHANNELS
from server.desk.triage.notes import NOTE_LENGTH
from server.desk.triage.reply_templates import PLACEHOLDERS, open_places, wrong_places
from server.texts import Translate

EARLIEST = datetime.date(2000, 1, 1)
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
LONGEST_DAY = 20  # characters that are looked at
DEPARTMENT_LENGTH = 60  # characters


@dataclass(frozen=True, slots=True)
class MergeForm:
    """Which request is the other, and whether that one is the original."""

    other: int
    other_stays: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that came another way than by the form, and the day (in Japan) on which it came."""

    form: RequestForm
    channel: str
    received_on: datetime.date


@dataclass(frozen=True, slots=True)
class SupplementForm:
    """How an addition is public, and whether somebody looked at what may reach a person."""

    number: int
    text: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """A template for replies; `state` is None when it is for any."""

    title: str
    state: str | None
    text: str


def read_verdict(typed: Mapping[str, str], catalog: Catalog, _: Translate) -> Verdict:
    """The state, the public reason and the answering layer in `state`, `reason` and `layer`."""
    errors: dict[str, str] = {}
    state = typed.get("state", "")
    if state not in STATES:
        errors["state"] = _("Choose one status.")
    reason = read_text("reason", typed, REASON_LENGTH, errors, _)
    if not reason and state in REASONED:
        errors.setdefault("reason", _("Enter the reason. Everybody can read it."))
    places = open_places(reason)
    if places:
        errors["reason"] = _("Fill in what still stands in braces: {places}").format(
            places=" ".join(places)
        )
    layer = catalog.named(typed.get("layer", ""))
    if layer is None and typed.get("layer"):
        errors["layer"] = _("This map has no such layer now. Choose one from the list.")
    elif layer is not None and layer.definition.sample:
        errors["layer"] = _("This layer is sample data and answers no request.")
    _raise(errors)
    return Verdict(state, reason, layer.id if layer else None)


def read_wording(typed: Mapping[str, str], _: Translate) -> Wording:
    """How a request is made public, in `title`, `purpose`, `with_place`, `with_photo`."""
    errors: dict[str, str] = {}
    title = read_text("title", typed, TITLE_LENGTH, errors, _)
    purpose = read_text("purpose", typed, PURPOSE_LENGTH, errors, _)
    if not title:
        errors.setdefault("title", _("Enter a title that everybody may read."))
    if not purpose:
        errors.setdefault("purpose", _("Enter a text that everybody may read."))
    _require_confirmation(typed, (title, purpose), errors, _)
    _raise(errors)
    return Wording(
        " ".join(title.split()),
        purpose,
        with_place=bool(typed.get("with_place")),
        with_photo=bool(typed.get("with_photo")),
        confirmed=bool(typed.get("confirmed")),
    )


def read_supplement(typed: Mapping[str, str], _: Translate) -> SupplementForm:
    """What of an addition becomes public, in `supplement` (its number), `text` and `confirmed`."""
    errors: dict[str, str] = {}
    text = read_text("text", typed, PURPOSE_LENGTH, errors, _)
    if not text:
        errors.setdefault("text", _("Enter a text that everybody may read."))
    _require_confirmation(typed, (text,), errors, _)
    number = typed.get("supplement", "")
    if not (number.isascii() and number.isdecimal() and len(number) < LONGEST_NUMBER):
        errors["text"] = _("It is no longer there.")
    _raise(errors)
    return SupplementForm(int(number), text, confirmed=bool(typed.get("confirmed")))


def read_assignment(
    typed: Mapping[str, str],
    staff: Mapping[str, str | None],
    departments: Collection[str],
    _: Translate,
) -> Assignment:
    """Who is to look after a request, in `staff` (a name) or `department`.

    `staff` are the departments of those who can be named; one of theirs stands for them.
    """
    name, department = typed.get("staff", ""), typed.get("department", "")
    errors = {}
    if name and name not in staff:
        errors["staff"] = _("Choose a person from the list.")
    if department and department not in departments:
        errors["department"] = _("Choose a department from the list.")
    own = staff.get(name)
    if own and department and own != department:
        errors["staff"] = _("This person is of another department: {department}").format(
            department=own
        )
    _raise(errors)
    return Assignment(department or own or None, name or None)


def read_merge(typed: Mapping[str, str], number: int, _: Translate) -> MergeForm:
    """The other request in `other`, and in `stays` (`this`, `other`) which is the original."""
    errors = {}
    try:
        other = read_number(nfkc(typed.get("other", "")[:LONGEST_DAY]).strip().lstrip("#"))
    except RequestNotFound:
        other = 0
    if not other:
        errors["other"] = _("Enter the number of the other request.")
    elif other == number:
        errors["other"] = _("That is this request itself. Enter the number of another one.")
    if typed.get("stays") not in ("this", "other"):
        errors["stays"] = _("Choose which of the two stays.")
    _raise(errors)
    return MergeForm(other, typed["stays"] == "other")


def read_note(typed: Mapping[str, str], _: Translate) -> str:
    """The note in `note`."""
    errors: dict[str, str] = {}
    note = read_text("note", typed, NOTE_LENGTH, errors, _)
    if not note:
        errors.setdefault("note", _("Enter a note."))
    _raise(errors)
    return note


def read_entry(typed: Mapping[str, str], catalog: Catalog, _: Translate) -> Entry:
    """A request that staff enter: the public form's fields, `channel` and `received_on`."""
    errors = {}
    channel = typed.get("channel", "")
    if channel not in CHANNELS:
        errors["channel"] = _("Choose how it came.")
    received_on = _day(typed.get("received_on", ""))
    today = datetime.datetime.now(JAPAN_TIME).date()
    if received_on is None:
        errors["received_on"] = _("Enter the day on which it came, such as {example}.").format(
            example=today.isoformat()
        )
    elif not EARLIEST <= received_on <= today:
        errors["received_on"] = _("Enter a day from {first} to today.").format(
            first=EARLIEST.isoformat()
        )
    try:
        form = read_form(typed, catalog, _)
    except InvalidForm as invalid:
        raise InvalidForm({**errors, **invalid.errors}) from None
    _raise(errors)
    assert received_on is not None
    return Entry(form, channel, received_on)


def read_template(typed: Mapping[str, str], _: Translate) -> TemplateForm:
    """A template in `title`, `state` ("" for any) and `text`."""
    errors: dict[str, str] = {}
    title = " ".join(read_text("title", typed, TITLE_LENGTH, errors, _).split())
    if not title:
        errors.setdefault("title", _("Enter a name by which it is found in the list."))
    text = read_text("text", typed, REASON_LENGTH, errors, _)
    if not text:
        errors.setdefault("text", _("Enter the text of the reply."))
    wrong = wrong_places(text)
    if wrong:
        errors.setdefault(
            "text",
            _("“{wrong}” cannot be filled in. Only these can: {places}").format(
                wrong=wrong[0], places=" ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            ),
        )
    state = typed.get("state", "")
    if state and state not in STATES:
        errors["state"] = _("Choose one status.")
    _raise(errors)
    return TemplateForm(title, state or None, text)


def _require_confirmation(
    typed: Mapping[str, str], texts: Sequence[str], errors: dict[str, str], _: Translate
) -> None:
    """Ask for `confirmed` where one of the texts may be used to reach somebody."""
    if reaching_parts(*texts) and not typed.get("confirmed"):
        errors["confirmed"] = _(
            "There is a telephone number or an e-mail address in it. Take it out, or confirm that "
            "everybody may read it."
        )


def _day(text: str) -> datetime.date | None:
    match = DAY.fullmatch(nfkc(text[:LONGEST_DAY]).strip())
    if match is None:
        return None
    try:
        return datetime.date(*map(int, match.groups()))
    except ValueError:
        return None


def _raise(errors: Mapping[str, str]) -> None:
    if errors:
        raise InvalidForm(errors)
