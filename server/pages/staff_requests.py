"""What the staff's pages say of requests, in words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from layers.catalog.catalog import Catalog
from server.desk.accounts.roles import COMMAND_LINE, Actor, Role
from server.desk.answers.answers import Wording
from server.desk.answers.assignments import Assignment
from server.desk.answers.changes import Change
from server.desk.answers.duplicates import Relative
from server.desk.answers.moderation import UNMODERATED
from server.desk.intake.attachments import PHOTO, SAMPLE, Listed
from server.desk.intake.personal import personal_parts
from server.desk.intake.supplements import Supplement
from server.desk.labels import STATES, category_labels, urgency_labels
from server.desk.public.own_request import SENDER
from server.desk.retention.retention import BY_RULE
from server.desk.triage.case import Case
from server.desk.triage.notes import Note
from server.desk.triage.reply_templates import LAYER, LINK, NUMBER, TITLE, Template
from server.pages.request_files import size_in_words
from server.pages.request_list import DecisionWords, decisions_in_words
from server.pages.request_place import PlaceWords, place_words
from server.pages.requests import SubjectWords, subject_words
from server.pages.staff_queue import age, in_charge
from server.texts import DEFAULT_LANGUAGE, Translate
from server.texts.staff_requests import came_by, state_names
from server.texts.wording import localized


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """A form as it is shown: what is typed into it, and why it was not taken.

    `seen` is what the request's page showed (`server.desk.answers.changes`).
    """

    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    changes: Sequence[ChangeWords] = ()
    warnings: Sequence[str] = ()
    is_unsaved: bool = False
    seen: int = 0
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """Who did what, when (UTC)."""

    at: datetime.datetime
    actor: str
    words: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a request: what it is called, and where."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Acts:
    """Which of what stands on the request's page itself may be done."""

    note: bool
    contact: bool
    merge: bool
    supplement: bool
    erase: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A request as the desk sees it. `contact` is None until it was asked for.

    `photo` and `sample` are the sizes of files in words, "" without one.
    """

    number: int
    title: str
    purpose: str
    category: str
    state: str
    standing: Sequence[str]
    is_public: bool
    urgency: str
    today: str | None
    place: PlaceWords | None
    photo: str
    sample: str
    subject: SubjectWords | None
    received_at: datetime.datetime
    age: str
    channel: str
    has_contact: bool
    contact: str | None
    public: Wording | None
    decisions: Sequence[DecisionWords]
    original: Relative | None
    duplicates: Sequence[Relative]
    withdrawn_at: datetime.datetime | None
    erased_at: datetime.datetime | None
    supplements: Sequence[Supplement]
    notes: Sequence[Note]
    changes: Sequence[ChangeWords]
    links: Sequence[Act]
    acts: Acts


@dataclass(frozen=True, slots=True)
class Side:
    """One of two requests that are compared, its state in words."""

    number: int
    title: str
    purpose: str
    state: str
    is_public: bool
    received_at: datetime.datetime


def case_page(
    case: Case,
    changes: Sequence[Change],
    notes: Sequence[Note],
    supplements: Sequence[Supplement],
    contact: str | None,
    actor: Actor,
    catalog: Catalog,
    lang: str,
    _: Translate,
) -> CasePage:
    """The page of a request."""
    request, corrects = case.request, case.request.subject is not None
    decisions = decisions_in_words(case.decisions, catalog, lang, _, corrects=corrects)
    may_edit = actor.role.may(Role.EDITOR)
    return CasePage(
        number=request.number,
        title=request.title,
        purpose=request.purpose,
        category=category_labels(_)[request.category],
        state=state_names(_, corrects=corrects)[request.state],
        standing=_standing(case, _),
        is_public=case.public is not None,
        urgency=urgency_labels(_)[request.urgency] if request.urgency else "",
        today=request.today,
        place=place_words(request.place, catalog, lang),
        photo=_size(case.files, PHOTO, _),
        sample=_size(case.files, SAMPLE, _),
        subject=subject_words(request.subject, catalog, lang) if request.subject else None,
        received_at=request.received_at,
        age=age(request.received_at, _),
        channel=_channel(case, _),
        has_contact=case.has_contact,
        contact=contact,
        public=case.public,
        decisions=decisions,
        original=case.relation.original,
        duplicates=case.relation.duplicates,
        withdrawn_at=request.withdrawn_at,
        erased_at=request.erased_at,
        supplements=supplements,
        notes=notes,
        changes=[change_words(change, _) for change in changes],
        links=_links(case, actor, _),
        acts=Acts(
            note=may_edit,
            contact=may_edit,
            merge=may_edit,
            supplement=actor.role.may(Role.PUBLISHER) and case.public is not None,
            erase=actor.role.may(Role.ADMIN),
        ),
    )


def change_words(change: Change, _: Translate) -> ChangeWords:
    """An entry of the audit in words."""
    names = {
        SENDER.name: _("The sender"),
        COMMAND_LINE.name: _("A command on the service's machine"),
        BY_RULE.name: _("The rule about how long it is kept"),
        UNMODERATED.name: _("The service, without moderation"),
    }
    return ChangeWords(change.at, names.get(change.actor, change.actor), _done(change, _))


def reply_values(case: Case, layer_id: str, catalog: Catalog, at: str) -> dict[str, str]:
    """What is filled into a template for a reply; `at` is where the service is.

    Of a layer that is not chosen there is neither name nor link.
    """
    layer = catalog.named(layer_id)
    title = case.public.title if case.public and case.public.title else case.request.title
    return {
        NUMBER: str(case.request.number),
        TITLE: title,
        LAYER: localized(layer.definition.title, DEFAULT_LANGUAGE) if layer else "",
        LINK: f"{at}/?layers={layer.id}" if layer else "",
    }


def place_meanings(_: Translate) -> dict[str, str]:
    """What is filled in for each place of a template, as the place is written."""
    return {
        f"{{{NUMBER}}}": _("the number of the request"),
        f"{{{TITLE}}}": _("its title"),
        f"{{{LAYER}}}": _("the title of the layer that answers it"),
        f"{{{LINK}}}": _("the address of the map with this layer"),
    }


def grouped(templates: Sequence[Template], _: Translate) -> dict[str, list[Template]]:
    """Templates by what the state is called that they are for, in the order of the states."""
    labels: dict[str | None, str] = {None: _("any status")}
    labels.update(state_names(_))
    groups: dict[str, list[Template]] = {}
    for state in (*STATES, None):
        matches = [template for template in templates if template.state == state]
        if matches:
            groups[labels[state]] = matches
    return groups


def personal_warnings(texts: Sequence[str], _: Translate) -> list[str]:
    """What in the texts may tell who somebody is, or how to reach them."""
    kinds = {
        "telephone": _("A telephone number? “{text}”"),
        "email": _("An e-mail address? “{text}”"),
        "address": _("The address of a home? “{text}”"),
        "name": _("A name? “{text}”"),
    }
    parts = personal_parts(*texts)
    return list(dict.fromkeys(kinds[part.kind].format(text=part.text) for part in parts))


def merge_fault(reason: str, _: Translate) -> str:
    """Why two requests cannot be merged (`InvalidMerge.reason`)."""
    return {
        "itself": _("That is this request itself. Enter the number of another one."),
        "merged": _("It is a duplicate already. Undo that first, on its page."),
        "duplicate": _("The other one is a duplicate of this one already."),
        "separate": _("It is no duplicate any more."),
    }[reason]


def _done(change: Change, _: Translate) -> str:
    before, after = change.before, change.after
    if change.action == "request.decide":
        state = state_names(_).get(str(after.get("state")), "")
        return _("brought into the status “{state}”").format(state=state)
    if change.action == "request.assign":
        names = Assignment(after.get("department"), after.get("staff"))
        who = in_charge(names, _)
        return _("put {who} in charge").format(who=who) if who else _("put nobody in charge")
    if change.action == "request.merge":
        return _("merged into No. {number}").format(number=after.get("original"))
    if change.action == "request.publish" and before.get("is_public"):
        return _("changed what is public")
    return {
        "request.publish": _("made public"),
        "request.withdraw": _("took out of the public"),
        "request.separate": _("separated from No. {number}").format(number=before.get("original")),
        "request.note": _("wrote a note"),
        "request.read_contact": _("looked at the contact"),
        "request.read_file": _("took a file away"),
        "request.enter": _("entered for somebody"),
        "request.erase": _("erased what was sent in confidence"),
        "request.add": _("added something"),
        "request.take_back": _("withdrew the request"),
    }.get(change.action, change.action)


def _size(files: Sequence[Listed], kind: str, _: Translate) -> str:
    for file in files:
        if file.kind == kind:
            kept = size_in_words(file.size)
            return kept if file.is_kept else _("{size}; there was no room for it").format(size=kept)
    return ""


def _standing(case: Case, _: Translate) -> list[str]:
    public = (
        _("Everybody can read it.") if case.public else _("Only the desk and its sender see it.")
    )
    who = in_charge(case.assignment, _)
    charge = _("In charge: {who}").format(who=who) if who else _("Nobody is in charge yet.")
    return [charge, public]


def _channel(case: Case, _: Translate) -> str:
    if case.channel is None:
        return came_by(None, _)
    return _("{channel}, entered by {name}").format(
        channel=came_by(case.channel, _), name=case.entered_by
    )


def _links(case: Case, actor: Actor, _: Translate) -> list[Act]:
    """What can be done on a page of its own, first what is usually next."""
    at = f"/staff/requests/{case.request.number}"
    links = []
    if actor.role.may(Role.PUBLISHER) and case.request.withdrawn_at is None:
        label = _("Correct what is public") if case.public else _("Make public")
        links.append(Act(label, f"{at}/publish"))
    if actor.role.may(Role.EDITOR):
        links += [
            Act(_("Change the status"), f"{at}/decide"),
            Act(_("Who is in charge"), f"{at}/assign"),
        ]
        if case.relation.original is None:
            links.append(Act(_("Merge with another request"), f"{at}/merge"))
    if case.public and len(links) > 1:
        links[0], links[1] = links[1], links[0]
    return links
