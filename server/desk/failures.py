"""A database that fails: logged, and told as one error."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from server.desk.errors import DeskUnavailable

LOG = logging.getLogger(__name__)


@contextmanager
def failures_logged() -> Iterator[None]:
    """Raise `DeskUnavailable` for whatever the database fails with, which is logged."""
    try:
        yield
    except OperationalError as error:  # it is away, full or damaged: where in the code says nothing
        LOG.error("the database failed: %s", error.orig)  # noqa: TRY400
        raise DeskUnavailable from error
    except SQLAlchemyError as error:
        LOG.exception("the database failed")
        raise DeskUnavailable from error
