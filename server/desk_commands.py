"""The commands that read and answer people's requests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from layers.messages.message import Text
from server.console.command import command, option, settings as read_settings
from server.console.desk_database import desk_database
from server.console.help import help_text
from server.console.lines import both, refuse, refuse_value, say
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.errors import InvalidAnswer, RequestNotFound
from server.desk.intake.attachments import Attachments
from server.desk.intake.form import Place
from server.desk.intake.samples import safe_name
from server.desk.intake.supplements import Supplement
from server.desk.labels import STATES, category_labels, state_labels, urgency_labels
from server.desk.mail.news import News
from server.desk.mail.outbox import MailStanding, Outbox
from server.desk.retention.keeping import vault_upkeep
from server.desk.retention.retention import Erasure, Retention
from server.desk.triage.case import Case, Cases
from server.desk.triage.supplement_answers import SupplementAnswers
from server.desk.triage.triage import PAGE, Queued, Selection, Triage
from server.texts import console as words, translator

Number = Annotated[
    int, typer.Argument(metavar="NUMBER", min=1, help=help_text(words.OPTIONS["number"]))
]


@command("requests")
def requests(
    number: Annotated[
        int | None,
        typer.Argument(metavar="[NUMBER]", min=1, help=help_text(words.OPTIONS["number"])),
    ] = None,
    state: Annotated[str | None, option("state", "--state", metavar="STATE")] = None,
    as_json: Annotated[bool, option("json", "--json")] = False,
    files: Annotated[Path | None, option("files", "--files", metavar="DIR")] = None,
) -> None:
    """List the requests, or show one with all that was sent, its contact too."""
    if number is None and files is not None:
        refuse("files_of_which")
    with _desk() as (engine, vault):
        if number is not None and files is not None:
            _write_files(Attachments(engine, vault), number, files)
        elif number is None:
            _list(Triage(engine), state, as_json=as_json)
            _say_mails(Outbox(engine, vault).standing())
        else:
            cases = _cases(engine, vault)
            case = cases.of(number, actor=COMMAND_LINE)
            contact = cases.contact(number, actor=COMMAND_LINE)
            added = cases.supplements(number, actor=COMMAND_LINE)
            if as_json:
                typer.echo(
                    json.dumps(_document(case, contact, added), ensure_ascii=False, indent=2)
                )
            else:
                _show(case)
                _show_confidential(case, contact, added)


@command("answer")
def answer(
    number: Number,
    state: Annotated[str | None, option("new-state", "--state", metavar="STATE")] = None,
    reason: Annotated[str, option("reason", "--reason", metavar="TEXT")] = "",
    layer: Annotated[str | None, option("answering-layer", "--layer", metavar="ID")] = None,
    publish: Annotated[bool, option("publish", "--publish")] = False,
    title: Annotated[str | None, option("public-title", "--title", metavar="TEXT")] = None,
    purpose: Annotated[str | None, option("public-purpose", "--purpose", metavar="TEXT")] = None,
    without_place: Annotated[bool, option("without-place", "--without-place")] = False,
    with_photo: Annotated[bool, option("with-photo", "--with-photo")] = False,
    supplement: Annotated[int | None, option("supplement", "--supplement", metavar="ID")] = None,
    confirmed: Annotated[bool, option("confirmed", "--confirmed")] = False,
    withdraw: Annotated[bool, option("withdraw", "--withdraw")] = False,
) -> None:
    """Publish a request, bring it into a state for a public reason, or withdraw it."""
    is_published = (
        publish or title is not None or purpose is not None or without_place or with_photo
    )
    is_answered = state is not None or supplement is not None
    if is_published == withdraw and (withdraw or not is_answered):
        refuse("what_to_answer")
    with _desk() as (engine, vault):
        answers = Answers(engine, _news(engine, vault), vault)
        wording = Wording(
            title,
            purpose,
            with_place=not without_place,
            with_photo=with_photo,
            confirmed=confirmed,
        )
        verdict = None if state is None else Verdict(state, reason, layer)
        answers.answer(number, wording if is_published else None, verdict, actor=COMMAND_LINE)
        if supplement is not None:
            added = SupplementAnswers(engine, vault)
            added.publish(number, supplement, actor=COMMAND_LINE, confirmed=confirmed)
        if withdraw:
            answers.withdraw(number, actor=COMMAND_LINE)
        _show(_cases(engine, vault).of(number, actor=COMMAND_LINE))


@command("erase")
def erase(number: Number) -> None:
    """Erase what a request's sender sent in confidence: the contact, files, what was added."""
    with _desk() as (engine, vault):
        settings = read_settings()
        Erasure(engine, vault, Retention(settings.contact_days)).now(number, actor=COMMAND_LINE)
        _show(_cases(engine, vault).of(number, actor=COMMAND_LINE))


@contextmanager
def _desk() -> Iterator[tuple[Engine, Vault]]:
    """The database of the settings and its vault; what is wrong, or with what is asked, is said.

    The vault may be closed: what is not sealed can be read nevertheless.
    """
    try:
        settings = read_settings()
        with desk_database(settings) as engine:
            vault = Vault(Secret(settings.secret), open_keys(settings.database))
            vault_upkeep(engine, vault).look()
            yield engine, vault
    except RequestNotFound:
        refuse("no_request")
    except InvalidAnswer as error:
        refuse_value(error.field, error.value, f"answer_{error.field}")


def _news(engine: Engine, vault: Vault) -> News:
    """What tells who confirmed: with the settings of mail, or as the service was set up then."""
    settings = read_settings()
    base_url = settings.base_url if settings.sends_mail else None
    return News(engine, vault, Secret(settings.secret), base_url)


def _say_mails(standing: MailStanding) -> None:
    """Say how many mails wait or were given up, and why, if any."""
    if standing.waiting or standing.given_up:
        why = ", ".join(f"{code}: {count}" for code, count in standing.failures.items())
        say(
            words.MAILS,
            err=True,
            waiting=standing.waiting,
            given_up=standing.given_up,
            why=why or "—",
        )


def _write_files(attachments: Attachments, number: int, folder: Path) -> None:
    """Write the photo as it was sent, its picture and the data file; change none that exists."""
    files = attachments.opened(number)
    if not files:
        refuse("no_files")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, file in files.items():
            path = folder / f"{number}-{kind}-{safe_name(file.name, kind)}"
            with path.open("xb") as content:
                path.chmod(0o600)
                content.write(file.content)
            typer.echo(path)
    except OSError as error:
        refuse("files_not_written", error.strerror)


def _cases(engine: Engine, vault: Vault) -> Cases:
    return Cases(engine, vault, Attachments(engine, vault))


def _list(triage: Triage, state: str | None, *, as_json: bool) -> None:
    if state is not None and state not in STATES:
        refuse_value("state", state, "answer_state")
    queued = list(_queued(triage, Selection(state=state)))
    if as_json:
        lines = [{**asdict(each), "received_at": each.received_at.isoformat()} for each in queued]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for each in queued:
        standing = "public" if each.is_public else "not_public"
        public = both(words.REQUEST["withdrawn" if each.is_withdrawn else standing])
        day = f"{each.received_at:%Y-%m-%d}"
        typer.echo("\t".join([str(each.number), day, _state(each.state), public, each.title]))


def _queued(triage: Triage, selection: Selection) -> Iterator[Queued]:
    """The requests of all pages of the queue."""
    for page in count(1):
        queued, _total = triage.queue(COMMAND_LINE, selection, page)
        yield from queued
        if len(queued) < PAGE:
            return


def _document(case: Case, contact: str | None, added: Sequence[Supplement]) -> dict[str, object]:
    """A request for programs, with all that was sent."""
    fields = asdict(case.request)
    del fields["token"], fields["key"]  # of its sender's page, and of the vault
    instants = ("received_at", "withdrawn_at", "erased_at")
    return {
        **fields,
        **{name: at.isoformat() for name in instants if (at := fields[name]) is not None},
        "contact": contact,
        "supplements": [{**asdict(each), "added_at": each.added_at.isoformat()} for each in added],
        "attachments": [asdict(file) for file in case.files],
        "is_public": case.public is not None,
        "decisions": [
            {**asdict(each), "decided_at": each.decided_at.isoformat()} for each in case.decisions
        ],
    }


def _show(case: Case) -> None:
    """Write how a request stands, without what was sent in confidence."""
    request = case.request
    place, subject = request.place, request.subject
    japanese, english = (category_labels(translator(lang)) for lang in ("ja", "en"))
    category: Text = {"ja": japanese[request.category], "en": english[request.category]}
    rows = {
        "number": str(request.number),
        "state": _state(request.state),
        "public": both(words.REQUEST["public" if case.public else "not_public"]),
        "received": f"{request.received_at:%Y-%m-%d %H:%M} UTC",
        "title": request.title,
        "purpose": request.purpose,
        "category": both(category),
        "urgency": _urgency(request.urgency),
        "today": request.today or "—",
        "place": _place(place) if place else "—",
        "about": " ".join(str(part) for part in asdict(subject).values() if part is not None)
        if subject
        else "—",
        "attached": ", ".join(
            f"{both(words.REQUEST[file.kind])} {file.size:,} B"
            + ("" if file.is_kept else f" ({both(words.REQUEST['no_room'])})")
            for file in case.files
        )
        or "—",
    }
    if request.withdrawn_at:
        rows["withdrawn"] = f"{request.withdrawn_at:%Y-%m-%d %H:%M} UTC"
    for name, value in rows.items():
        typer.echo(f"{both(words.REQUEST[name])}: {value}")
    for each in case.decisions:
        line = f"{each.decided_at:%Y-%m-%d %H:%M} UTC  {_state(each.state)}  {each.layer or ''}"
        typer.echo(f"{line.rstrip()}\n  {each.reason}".rstrip())


def _show_confidential(case: Case, contact: str | None, added: Sequence[Supplement]) -> None:
    erased = both(words.REQUEST["erased"])
    line = erased if case.request.erased_at else contact or "—"
    typer.echo(f"{both(words.REQUEST['contact'])}: {line}")
    for each in added:
        public = both(words.REQUEST["public" if each.public_text else "not_public"])
        title = f"{both(words.REQUEST['supplement'])} {each.id}"
        typer.echo(f"{title}: {each.added_at:%Y-%m-%d %H:%M} UTC  {public}")
        typer.echo(f"  {each.text or erased}")


def _urgency(urgency: str | None) -> str:
    if urgency is None:
        return "—"
    japanese, english = (urgency_labels(translator(lang)) for lang in ("ja", "en"))
    return f"{urgency} ({both({'ja': japanese[urgency], 'en': english[urgency]})})"


def _place(place: Place) -> str:
    point = f"{place.latitude}, {place.longitude}"
    return point if place.area is None else f"{point} ({both(words.REQUEST['area'])})"


def _state(state: str) -> str:
    japanese, english = (state_labels(translator(lang)) for lang in ("ja", "en"))
    return f"{state} ({both({'ja': japanese[state], 'en': english[state]})})"
