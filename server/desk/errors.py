"""Every error the desk raises."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from server.database.errors import Unusable


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


class VaultClosed(DeskUnavailable, Unusable):
    """The secret or the keys are missing or wrong. The message names no folder."""

    def __init__(self, reason: str) -> None:
        DeskError.__init__(self, reason)


class Erased(DeskError):
    """What was sealed is lost for good, as it was to be: its key is erased."""

    def __init__(self) -> None:
        super().__init__("the key is erased")


class Unreadable(DeskUnavailable):
    """What was sealed is damaged, or was sealed as something else."""

    def __init__(self, what: str) -> None:
        DeskError.__init__(self, f"the sealed {what} is damaged")


class AlertsUnknown(DeskError):
    """The database does not tell whether there are alerts, and none is known from before."""

    def __init__(self) -> None:
        super().__init__("it cannot be told at the moment whether there are alerts")


class SheltersUnknown(DeskError):
    """The database does not tell which shelters are open, and told nothing before."""

    def __init__(self) -> None:
        super().__init__("it cannot be told at the moment which shelters are open")


class InvalidAnswer(DeskError):
    """A request that cannot be published or decided as asked."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        self.field, self.value, self.wanted = field, value, wanted
        super().__init__(f"{field} is {value!r}; wanted {wanted}")


class AlertNotFound(DeskError):
    """No alert has this number."""

    def __init__(self) -> None:
        super().__init__("no alert of this number")


class InvalidAlert(DeskError):
    """An alert that cannot be issued, extended or ended as asked."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        self.field, self.value, self.wanted = field, value, wanted
        super().__init__(f"{field} is {value!r}; wanted {wanted}")


class InvalidAccount(DeskError):
    """An account that cannot be as asked: which field, and why (`server.texts.staff`)."""

    def __init__(self, field: str, fault: str) -> None:
        self.field, self.fault = field, fault
        super().__init__(f"{field}: {fault}")


class AccountNotFound(DeskError):
    """No account has this name or number."""

    def __init__(self) -> None:
        super().__init__("no account of this name or number")


class SignInRefused(DeskError):
    """Name, password or code is wrong, or the account is disabled: never said which."""

    def __init__(self) -> None:
        super().__init__("the name, the password or the code is wrong")


class IdentityUnknown(DeskError):
    """Who is signed in at the provider may use no account of the desk: why is never said."""

    def __init__(self) -> None:
        super().__init__("no account of the desk is linked to this person")


class SignInPaused(DeskError):
    """Signing in was tried too often. `wait_s` is after how many seconds it may be tried again."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(f"tried too often; there may be another try in {wait_s:.0f} s")


class InvalidMerge(DeskError):
    """Two requests that cannot be the same: `reason` is `itself`, `merged` or `separate`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the requests cannot be merged: {reason}")


class TemplateNotFound(DeskError):
    """No template for replies has this id, or it is not the desk's own to change."""

    def __init__(self) -> None:
        super().__init__("no template for replies of this id that could be changed")


class TooManyTemplates(DeskError):
    """The desk keeps as many templates for replies as it can."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"there are {most} templates for replies; remove some first")


class InvalidVersion(DeskError):
    """A version of a layer that cannot be published as asked."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        self.field, self.value, self.wanted = field, value, wanted
        super().__init__(f"{field} is {value!r}; wanted {wanted}")


class VersionNotFound(DeskError):
    """The desk has no version of this number of the layer, or the layer is not the desk's."""

    def __init__(self, layer_id: str, number: int | None = None) -> None:
        self.layer_id, self.number = layer_id, number
        which = "" if number is None else f" {number}"
        super().__init__(f"the desk has no version{which} of the layer {layer_id}")


class VersionConflict(DeskError):
    """Somebody else published a layer since it was looked at: `newest` is their version's number.

    `expected` is the number of the newest version that was seen; 0 where there was none.
    """

    def __init__(self, layer_id: str, expected: int, newest: int, publisher: str | None) -> None:
        self.layer_id, self.expected, self.newest = layer_id, expected, newest
        self.publisher = publisher
        super().__init__(
            f"the newest version of {layer_id} is {newest}, by {publisher}; {expected} was seen"
        )


class VersionWaiting(DeskError):
    """A version of a layer waits for its time; it has to be cancelled before another comes."""

    def __init__(self, layer_id: str, number: int, at: datetime.datetime) -> None:
        self.layer_id, self.number, self.at = layer_id, number, at
        super().__init__(f"version {number} of {layer_id} waits for {at.isoformat()}")


class LayerFilesFull(DeskError):
    """A file is larger than one may be, or there is no more room for files of layers."""

    def __init__(self, size: int, most: int) -> None:
        self.size, self.most = size, most
        super().__init__(f"{size} bytes are more than the {most} that there is room for")


class InvalidChange(DeskError):
    """A layer cannot be changed so: the form's `field`, and what is wrong with it (`fault`)."""

    def __init__(self, field: str, fault: str) -> None:
        self.field, self.fault = field, fault
        super().__init__(f"{field}: {fault}")


class ChangeNotFound(DeskError):
    """The layer has no such feature now, or nothing of this number counts any more."""

    def __init__(self) -> None:
        super().__init__("no such feature, or no such change that still counts")
