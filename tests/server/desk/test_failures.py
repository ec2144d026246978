"""What the log says of a database that fails."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from server.desk.errors import DeskUnavailable
from server.desk.failures import failures_logged


@pytest.mark.parametrize(
    ("error", "where_is_told"),
    [
        (OperationalError("SELECT 1", None, sqlite3.OperationalError("disk is full")), False),
        (ProgrammingError("SELECT 1", None, sqlite3.ProgrammingError("closed")), True),
        (SQLAlchemyError("a mistake"), True),
    ],
)
def test_where_it_failed_is_told_of_mistakes_in_the_code_alone(
    error: SQLAlchemyError, where_is_told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DeskUnavailable), failures_logged():
        raise error
    (record,) = caplog.records
    assert record.getMessage().startswith("the database failed")
    assert ("disk is full" in record.getMessage()) is not where_is_told
    assert (record.exc_info is not None) is where_is_told
