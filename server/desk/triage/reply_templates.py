"""Replies that staff begin with: those that ship, and the desk's own; both in Japanese.

A place to fill in is written `{番号}`; nothing else may stand in braces. Filling in is a plain
replacement: what a sender wrote is never read as a template.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from server.database.engine import UtcDateTime, metadata, reading
from server.desk.accounts.audit import record
from server.desk.accounts.roles import Actor
from server.desk.errors import TemplateNotFound, TooManyTemplates
from server.desk.failures import failures_logged
from server.desk.intake.requests import LARGEST_NUMBER

BUILT_IN = Path(__file__).with_name("reply_templates.toml")
NUMBER, TITLE, LAYER, LINK = "番号", "件名", "レイヤー", "リンク"
PLACEHOLDERS = (NUMBER, TITLE, LAYER, LINK)
PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
BRACED = re.compile(r"[{}｛｝]+[^{}｛｝\n]{0,20}[}｝]*")
MOST = 200  # own templates: a list that is longer helps nobody to choose

reply_templates = Table(
    "reply_templates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("state", String(32)),
    Column("text", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Template:
    """A reply: `id` is a word of one that ships, a number of the desk's own.

    `state` is that which it is for, None for any.
    """

    id: str
    title: str
    state: str | None
    text: str

    @property
    def is_own(self) -> bool:
        """Whether the desk wrote it, and can change it."""
        return self.id.isdecimal()


class Templates:
    """The templates. All raise `DeskUnavailable` while the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> Sequence[Template]:
        """The desk's own, by title, then those that ship."""
        with failures_logged(), reading(self._engine) as connection:
            rows = connection.execute(select(reply_templates).order_by(reply_templates.c.title))
            own = [Template(str(row.id), row.title, row.state, row.text) for row in rows]
        return [*own, *built_in()]

    def named(self, template_id: str) -> Template:
        """The template of this id. Raises `TemplateNotFound`."""
        for template in self.all():
            if template.id == template_id:
                return template
        raise TemplateNotFound

    def add(self, title: str, state: str | None, text: str, *, actor: Actor) -> str:
        """Keep a new template and give its id. Raises `TooManyTemplates`."""
        with failures_logged(), self._engine.begin() as connection:
            count = connection.execute(select(func.count()).select_from(reply_templates))
            if count.scalar_one() >= MOST:
                raise TooManyTemplates(MOST)
            number: int = connection.execute(
                insert(reply_templates)
                .values(_values(title, state, text, actor))
                .returning(reply_templates.c.id)
            ).scalar_one()
            after = {"state": state, "length": len(text)}
            record(connection, actor, "template.add", f"template {number}", None, after)
        return str(number)

    def change(
        self, template_id: str, title: str, state: str | None, text: str, *, actor: Actor
    ) -> None:
        """Change one of the desk's own. Raises `TemplateNotFound`."""
        number = _own_number(template_id)
        with failures_logged(), self._engine.begin() as connection:
            changed = connection.execute(
                update(reply_templates)
                .where(reply_templates.c.id == number)
                .values(_values(title, state, text, actor))
            )
            if not changed.rowcount:
                raise TemplateNotFound
            after = {"state": state, "length": len(text)}
            record(connection, actor, "template.change", f"template {number}", None, after)

    def remove(self, template_id: str, *, actor: Actor) -> None:
        """Remove one of the desk's own. Raises `TemplateNotFound`."""
        number = _own_number(template_id)
        with failures_logged(), self._engine.begin() as connection:
            removal = delete(reply_templates).where(reply_templates.c.id == number)
            if not connection.execute(removal).rowcount:
                raise TemplateNotFound
            record(connection, actor, "template.remove", f"template {number}", None, None)


@cache
def built_in() -> Sequence[Template]:
    """The templates that ship."""
    document = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
    return [Template(**{**each, "text": each["text"].strip()}) for each in document["template"]]


def wrong_places(text: str) -> Sequence[str]:
    """What stands in braces, or looks so, and is nothing that can be filled in."""
    return BRACED.findall(PLACEHOLDER.sub("", text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each place filled in for which there is a value other than ""."""
    return PLACEHOLDER.sub(lambda place: values.get(place[1]) or place[0], text)


def open_places(text: str) -> Sequence[str]:
    """The places that were not filled in, as they are written."""
    return [match[0] for match in PLACEHOLDER.finditer(text)]


def _values(title: str, state: str | None, text: str, actor: Actor) -> dict[str, object]:
    return {
        "title": title,
        "state": state,
        "text": text,
        "changed_by": actor.name,
        "changed_at": datetime.datetime.now(datetime.UTC),
    }


def _own_number(template_id: str) -> int:
    if not (template_id.isascii() and template_id.isdecimal() and len(template_id) <= 10):
        raise TemplateNotFound
    number = int(template_id)
    if number > LARGEST_NUMBER:
        raise TemplateNotFound
    return number
