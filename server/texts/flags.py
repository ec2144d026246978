"""Words for the values of a flag, by what the flag means.

Of an evacuation site 「地震 あり」 would say that there is an earthquake, and 「洪水 記載なし」
that nothing is known of floods. A flag that says what a place is designated for has words of its
own.
"""

from __future__ import annotations

from typing import NamedTuple

from layers.schema.layer import LayerDefinition
from server.texts import Translate


class FlagWords(NamedTuple):
    """What a flag's value is called: true, false, and none."""

    yes: str
    no: str
    missing: str

    def of(self, value: bool | None) -> str:
        """The words of a value."""
        if value is None:
            return self.missing
        return self.yes if value else self.no


def flag_words(definition: LayerDefinition, field: str, _: Translate) -> FlagWords:
    """The words of the layer's flag `field`."""
    if field in definition.designation_flags:
        return designation_words(_)
    return FlagWords(yes=_("yes"), no=_("no"), missing=_("not stated"))


def designation_words(_: Translate) -> FlagWords:
    """What it is called whether a place is designated for a kind of disaster.

    The last of them also where the data has no flag for that kind.
    """
    return FlagWords(
        yes=_("designated"),
        no=_("not designated"),
        missing=_("no designation stated in this data"),
    )
