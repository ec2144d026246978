"""Text in one spelling, to be searched in the database: in form NFKC and small letters."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from layers.japanese.spelling import nfkc

ON_SQLITE = "bosai_one_spelling"


class in_one_spelling(GenericFunction[str]):  # noqa: N801 - a function of SQL
    """The text of a column as `one_spelling` writes it."""

    type = String()
    inherit_cache = True


def one_spelling(text: str) -> str:
    """Text without the widths and the case that its writer chose."""
    return nfkc(text).lower()


def teach_spelling(connection: sqlite3.Connection) -> None:
    """Give a connection to SQLite, which knows no forms of Unicode, the function."""
    connection.create_function(ON_SQLITE, 1, _spelling_or_null, deterministic=True)


def _spelling_or_null(text: str | None) -> str | None:
    return None if text is None else one_spelling(text)


@compiles(in_one_spelling, "sqlite")
def _on_sqlite(function: in_one_spelling, compiler: Any, **options: Any) -> str:
    return f"{ON_SQLITE}({compiler.process(function.clauses, **options)})"


@compiles(in_one_spelling, "postgresql")
def _on_postgresql(function: in_one_spelling, compiler: Any, **options: Any) -> str:
    return f"lower(normalize({compiler.process(function.clauses, **options)}, NFKC))"
