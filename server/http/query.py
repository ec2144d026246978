"""Query strings, read strictly: one parameter at a time, each as the type it stands for."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from server.http.errors import InvalidQuery

if TYPE_CHECKING:
    from fastapi import Request  # not for the renderer

QUOTED = 50  # characters of a value that a message repeats
WHOLE = re.compile(r"[0-9]{1,9}")
LONGEST_NUMBER = 32  # characters: a coordinate with all digits that a program writes has fewer

Choice = TypeVar("Choice", bound=str)


class Query:
    """The parameters of a query string. Of one that is repeated, the last counts.

    A parameter that is not there is None. Every reading raises `InvalidQuery`, which names the
    parameter, its value and what was wanted.
    """

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters

    @classmethod
    def of(cls, request: Request) -> Query:
        """The query of the request."""
        return cls(request.query_params)

    @classmethod
    def of_form(cls, request: Request) -> Query:
        """The query that a form of a page sends: a field left empty counts as not there."""
        return cls({name: value for name, value in request.query_params.items() if value})

    def refuse_others(self, known: Collection[str]) -> None:
        """Refuse every parameter but the `known` ones.

        For answers to programs, where a misspelt name would go unnoticed. A link that people hand
        on gathers parameters of others on its way (`fbclid`), which must not break the page.
        """
        for name in self._parameters:
            if name not in known:
                fault = "is no parameter of this address"
                raise InvalidQuery(name[:QUOTED], fault, _one_of(known))

    def text(self, name: str, longest: int | None = None) -> str | None:
        """The value as it is, of at most `longest` characters."""
        value = self._parameters.get(name)
        if value is not None and longest is not None and len(value) > longest:
            raise InvalidQuery(name, "is too long", f"at most {longest} characters")
        return value

    def matching(self, name: str, form: re.Pattern[str], wanted: str) -> str | None:
        """A value of the form, which `wanted` describes."""
        value = self.text(name)
        if value is not None and not form.fullmatch(value):
            raise invalid(name, value, wanted)
        return value

    def choice(self, name: str, choices: Iterable[Choice]) -> Choice | None:
        """One of the choices."""
        value = self.text(name)
        if value is None:
            return None
        known = tuple(choices)
        for choice in known:
            if choice == value:
                return choice
        raise invalid(name, value, _one_of(known), choices=known)

    def choices(self, name: str, choices: Iterable[Choice]) -> tuple[Choice, ...]:
        """Some of the choices, separated by commas, in the order of `choices`."""
        values = [value for value in (self.text(name) or "").split(",") if value]
        known = tuple(choices)
        for value in values:
            if value not in known:
                raise invalid(name, value, f"some of {', '.join(known)}", "names", choices=known)
        return tuple(choice for choice in known if choice in values)

    def number(self, name: str, least: float, most: float) -> float | None:
        """A number from `least` to `most`."""
        value = self.text(name)
        if value is None:
            return None
        number = parse_number(value)
        if not least <= number <= most:
            raise invalid(
                name, value, f"a number from {least:g} to {most:g}", between=(least, most)
            )
        return number

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number from `least` to `most`, in ASCII digits."""
        value = self.text(name)
        if value is None:
            return None
        if not (WHOLE.fullmatch(value) and least <= int(value) <= most):
            raise invalid(
                name, value, f"a whole number from {least} to {most}", between=(least, most)
            )
        return int(value)


def requested_revision(request: Request) -> str | None:
    """The revision that an address names as `v`: it keeps for ever if that is the one served."""
    return Query.of(request).text("v")


def parse_number(text: str) -> float:
    """The number that the text writes; not a number (NaN) if it writes none, or one too long."""
    if len(text) > LONGEST_NUMBER:
        return math.nan
    try:
        return float(text)
    except ValueError:
        return math.nan


def invalid(
    name: str,
    value: str,
    wanted: str,
    verb: str = "is",
    *,
    between: tuple[float, float] | None = None,
    choices: Collection[str] = (),
) -> InvalidQuery:
    """The error of a value that is not one of those wanted; of a list it is one in it."""
    short = value[:QUOTED]
    return InvalidQuery(
        name, f"{verb} {short!r}", wanted, value=short, between=between, choices=choices
    )


def _one_of(choices: Iterable[str]) -> str:
    return f"one of {', '.join(choices)}"
