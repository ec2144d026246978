"""Every error the desk raises."""

from __future__ import annotations

from collections.abc import Mapping


class DeskError(Exception):
    """Base of all errors of this package."""


class InvalidForm(DeskError):
    """A form was filled in in a way that cannot be taken. `errors`: field → what was wanted."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{field}: {wanted}" for field, wanted in errors.items()))


class RequestNotFound(DeskError):
    """No request has this number, or the key is not its sender's: never said which."""

    def __init__(self) -> None:
        super().__init__("no request of this number and key")


class DeskUnavailable(DeskError):
    """The database fails (why is in the log alone), or too many wait for it."""

    def __init__(self) -> None:
        super().__init__("the requests can be neither read nor written at the moment")


class DeskFull(DeskUnavailable):
    """So many requests wait to be read that no more are taken in."""

    def __init__(self, waiting: int) -> None:
        DeskError.__init__(self, f"{waiting} requests wait to be read; no more are taken in")


class AlertsUnknown(DeskError):
    """The database does not tell whether there are alerts, and none is known from before."""

    def __init__(self) -> None:
        super().__init__("it cannot be told at the moment whether there are alerts")


class InvalidAnswer(DeskError):
    """A request that cannot be published or decided as asked."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        self.field, self.value, self.wanted = field, value, wanted
        super().__init__(f"{field} is {value!r}; wanted {wanted}")


class InvalidAlert(DeskError):
    """An alert that cannot be issued or ended as asked."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        self.field, self.value, self.wanted = field, value, wanted
        super().__init__(f"{field} is {value!r}; wanted {wanted}")
