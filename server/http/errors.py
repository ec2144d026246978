"""What may be wrong with a request, or keep it from being answered.

`server.routes.problems` says how each is answered.
"""

from __future__ import annotations

from server.texts import Translate


class InvalidQuery(Exception):
    """A query string that cannot be answered: which parameter, what is wrong, what was wanted.

    `value` is what it holds, where that is at fault.
    """

    def __init__(self, parameter: str, fault: str, wanted: str, value: str | None = None) -> None:
        super().__init__(f"{parameter} {fault}; wanted {wanted}")
        self.parameter, self.value = parameter, value

    def explain(self, _: Translate) -> str:
        """What is wrong, for whoever opened the address."""
        if self.value is None:
            return _(
                "This page cannot answer the address or the content sent to it. Please check it."
            )
        if example := DEGREES.get(self.parameter):
            name = {"lat": _("Latitude"), "lon": _("Longitude")}[self.parameter]
            return _(
                "{name}: “{value}” cannot be used. Enter decimal degrees within the map, "
                "such as {example}."
            ).format(name=name, value=self.value, example=example)
        return _("“{value}” cannot be used as “{name}” in this address. Please correct it.").format(
            name=self.parameter, value=self.value
        )


# A place in degrees, by the parameter that holds it: one to write after.
DEGREES = {"lat": "35.797", "lon": "139.593"}


class PressBusy(Exception):
    """So many pictures are being drawn that another one has to wait."""


class TypesettingFailed(Exception):
    """A picture or a sheet could not be set in type, or not in time."""


RETRY_AFTER = {
    "Retry-After": "30"
}  # seconds: of a database that is locked, full or away, and of the typesetter
