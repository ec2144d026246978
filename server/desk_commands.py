"""The commands that read and answer people's requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy import Engine

from layers.messages.message import Text
from server.console.command import command, option, settings as read_settings
from server.console.lines import both, help_text, refuse, refuse_value
from server.database.engine import DatabaseUrlError, open_database
from server.database.upkeep import Upkeep
from server.desk.answers import Answers, Verdict, Wording
from server.desk.errors import DeskUnavailable, InvalidAnswer, RequestNotFound
from server.desk.inbox import Inbox
from server.desk.labels import category_labels, state_labels
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
) -> None:
    """List the requests, or show one with all that was sent, its contact too."""
    with _database() as engine:
        if number is None:
            _list(Inbox(engine), state, as_json=as_json)
        else:
            _show(Inbox(engine), Answers(engine), number, as_json=as_json)


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
    withdraw: Annotated[bool, option("withdraw", "--withdraw")] = False,
) -> None:
    """Publish a request, bring it into a state for a public reason, or withdraw it."""
    is_published = publish or title is not None or purpose is not None or without_place
    if is_published == withdraw and (withdraw or state is None):
        refuse("what_to_answer")
    with _database() as engine:
        answers = Answers(engine)
        wording = Wording(title, purpose, with_place=not without_place) if is_published else None
        verdict = None if state is None else Verdict(state, reason, layer)
        answers.answer(number, wording, verdict)
        if withdraw:
            answers.withdraw(number)
        _show(Inbox(engine), answers, number, as_json=False)


@contextmanager
def _database() -> Iterator[Engine]:
    """The database of the settings; what is wrong with it, or with what is asked, is said."""
    try:
        engine = open_database(read_settings().database)
        upkeep = Upkeep(engine)
        upkeep.look()
        if upkeep.problem is not None:
            refuse("database", upkeep.problem)
        yield engine
    except (DatabaseUrlError, DeskUnavailable) as error:
        refuse("database", error)
    except RequestNotFound:
        refuse("no_request")
    except InvalidAnswer as error:
        refuse_value(error.field, error.value, f"answer_{error.field}")


def _list(inbox: Inbox, state: str | None, *, as_json: bool) -> None:
    waiting = inbox.waiting(state)
    if as_json:
        lines = [{**asdict(each), "received_at": each.received_at.isoformat()} for each in waiting]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for each in waiting:
        public = both(words.REQUEST["public" if each.is_public else "not_public"])
        day = f"{each.received_at:%Y-%m-%d}"
        typer.echo("\t".join([str(each.number), day, _state(each.state), public, each.title]))


def _show(inbox: Inbox, answers: Answers, number: int, *, as_json: bool) -> None:
    request, decisions = inbox.request(number), answers.of_request(number)
    if as_json:
        document = {
            **asdict(request),
            "received_at": request.received_at.isoformat(),
            "decisions": [
                {**asdict(each), "decided_at": each.decided_at.isoformat()} for each in decisions
            ],
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    place, subject = request.place, request.subject
    japanese, english = (category_labels(translator(lang)) for lang in ("ja", "en"))
    category: Text = {"ja": japanese[request.category], "en": english[request.category]}
    rows = {
        "number": str(request.number),
        "state": _state(request.state),
        "public": both(words.REQUEST["public" if request.is_public else "not_public"]),
        "received": f"{request.received_at:%Y-%m-%d %H:%M} UTC",
        "title": request.title,
        "purpose": request.purpose,
        "category": both(category),
        "place": f"{place.latitude}, {place.longitude}" if place else "—",
        "about": " ".join(str(part) for part in asdict(subject).values() if part is not None)
        if subject
        else "—",
        "contact": request.contact or "—",
    }
    for name, value in rows.items():
        typer.echo(f"{both(words.REQUEST[name])}: {value}")
    for each in decisions:
        line = f"{each.decided_at:%Y-%m-%d %H:%M} UTC  {_state(each.state)}  {each.layer or ''}"
        typer.echo(f"{line.rstrip()}\n  {each.reason}".rstrip())


def _state(state: str) -> str:
    japanese, english = (state_labels(translator(lang)) for lang in ("ja", "en"))
    return f"{state} ({both({'ja': japanese[state], 'en': english[state]})})"
