"""What a writer is given: a revision, and in which reference system it is to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from layers.exports import crs
from layers.exports.stretches import stretches
from layers.geometry.parts import Integers, Parts
from layers.revision.revision import Revision

Progress = Callable[[int, int], None]  # features written so far, and of how many


def untold(_written: int, _of: int) -> None:
    """Tell nobody how far an export is."""


@dataclass(frozen=True)
class Export:
    """A revision to be written with the coordinates of `crs`, an EPSG code of `crs.CODES`.

    `city_code` are the five digits of the municipality's code, "" where it is not known.
    """

    revision: Revision
    crs: int = crs.DEGREES
    progress: Progress = untold
    city_code: str = ""

    def stretches(self) -> Iterator[tuple[Integers, Parts]]:
        """As `layers.exports.stretches`, in the reference system; tells how far it is."""
        count = self.revision.feature_count
        place = crs.placing(self.crs, self.revision.bounds)
        for index, parts in stretches(self.revision):
            yield index, place(parts)
            self.progress(int(index[-1]) + 1, count)

    @property
    def has_several_parts(self) -> bool:
        """Whether any feature is of more than one part."""
        return len(self.revision.source) > self.revision.feature_count
