"""What may be wrong with a request, or keep it from being answered.

`server.routes.problems` says how each is answered.
"""

from __future__ import annotations


class InvalidQuery(Exception):
    """A query string that cannot be answered: which parameter, what is wrong, what was wanted."""

    def __init__(self, parameter: str, fault: str, wanted: str) -> None:
        super().__init__(f"{parameter} {fault}; wanted {wanted}")


class PressBusy(Exception):
    """So many pictures are being drawn that another one has to wait."""


class TypesettingFailed(Exception):
    """A picture or a sheet could not be set in type, or not in time."""


RETRY_AFTER = {
    "Retry-After": "30"
}  # seconds: of a database that is locked, full or away, and of the typesetter
