"""A database that fails: logged, and told as one error."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from server.desk.errors import DeskUnavailable

LOG = logging.getLogger(__name__)


@contextmanager
def failures_logged() -> Iterator[None]:
    """Raise `DeskUnavailable` for whatever the database fails with, which is logged."""
    try:
        yield
    except SQLAlchemyError as error:
        LOG.exception("the database failed")
        raise DeskUnavailable from error
