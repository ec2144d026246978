"""Where a predicate holds: true, false, or unknown because a value is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from layers.revision.columns import Mask


@dataclass(frozen=True)
class Truth:
    """By feature index, where a predicate is true and where it is false; elsewhere unknown."""

    true: Mask
    false: Mask

    @classmethod
    def known(cls, true: Mask) -> Self:
        """A predicate that is never unknown."""
        return cls(true, ~true)

    @classmethod
    def where(cls, true: Mask, present: Mask) -> Self:
        """A predicate that is known where `present`."""
        return cls(true & present, ~true & present)

    @classmethod
    def constant(cls, value: bool | None, count: int) -> Self:
        """The same for all of `count` features; None is unknown."""
        everywhere, nowhere = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
        if value is None:
            return cls(nowhere, nowhere)
        return cls(everywhere, nowhere) if value else cls(nowhere, everywhere)

    def __invert__(self) -> Truth:
        return Truth(self.false, self.true)

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.true & other.true, self.false | other.false)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.true | other.true, self.false & other.false)
