"""What may be wrong with a request, or keep it from being answered.

`server.routes.problems` says how each is answered.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from server.texts import Translate, plain


class InvalidQuery(Exception):
    """A query string that cannot be answered: which parameter, what is wrong, what was wanted.

    That is for programs. For people `explain` says the parameter's `value`, None for one that is
    missing, and the range or the `choices` that were wanted.
    """

    def __init__(
        self,
        parameter: str,
        fault: str,
        wanted: str,
        *,
        value: str | None = None,
        between: tuple[float, float] | None = None,
        choices: Collection[str] = (),
    ) -> None:
        super().__init__(f"{parameter} {fault}; wanted {wanted}")
        self._parameter, self._value = parameter, value
        self._between, self._choices = between, choices

    def explain(self, _: Translate) -> str | None:
        """What is wrong and what to write, for a person; None where only a program can err so."""
        names = {"lat": _("Latitude"), "lon": _("Longitude")}
        name = names.get(self._parameter, self._parameter)
        if self._value is None:
            return _("{name} is missing.").format(name=name) if self._parameter in names else None
        finding = _("{name}: “{value}” cannot be used.").format(name=name, value=plain(self._value))
        if self._between is not None:
            least, most = (f"{limit:g}" for limit in self._between)
            return finding + _(" Write a number from {least} to {most}.").format(
                least=least, most=most
            )
        if self._choices:
            choices = _(", ").join(self._choices)
            return finding + _(" Write one of these: {choices}").format(choices=choices)
        return finding


class NotAcceptable(Exception):
    """The address has no answer of a type that the request accepts."""

    def __init__(self, accept: str, offered: Collection[str]) -> None:
        super().__init__(f"Accept is {accept[:100]!r}; wanted one of {', '.join(offered)}")


class UnknownService(Exception):
    """Nothing of this code can be asked for through Open311."""

    def __init__(self, code: str) -> None:
        super().__init__(f"there is no service {code[:50]!r}")


class ServiceBusy(Exception):
    """So many answers are being made that another one cannot even wait."""


class PressBusy(ServiceBusy):
    """So many pictures are being drawn that another one has to wait."""

    def explain(self, _: Translate) -> str:
        """What there is too much of, for a person."""
        return _("Many maps are being drawn at the moment. Please try again in a while.")


class DownloadFailed(Exception):
    """A file could not be written down to be sent: why, in the system's words."""


class TypesettingFailed(Exception):
    """A picture or a sheet could not be set in type, or not in time."""


def retry_after(seconds: float) -> dict[str, str]:
    """The header that says when to come back (RFC 9110, 10.2.3)."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))}


# Of a database that is locked, full or away, and of the typesetter.
RETRY_AFTER = retry_after(30)
