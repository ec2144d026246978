"""What may not be served any more, whichever revision is there: every process obeys it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from layers.revision.revision import Revision


@dataclass(frozen=True)
class Recalls:
    """Layers withdrawn as a whole; of others, the withdrawals that a revision has to keep to.

    `revisions` are those that were served, by layer, when something of them was withdrawn: their
    addresses are answered no more.
    """

    layers: frozenset[str] = frozenset()
    withheld: Mapping[str, frozenset[int]] = field(default_factory=dict)
    revisions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def forbid(self, layer_id: str, revision: Revision) -> bool:
        """Whether the revision shows anything that was withdrawn."""
        if layer_id in self.layers:
            return True
        return not self.withheld.get(layer_id, frozenset()) <= revision.withheld

    def to_stored(self) -> bytes:
        """The document; `from_stored` reads it."""
        document = {
            "layers": sorted(self.layers),
            "withheld": {key: sorted(numbers) for key, numbers in sorted(self.withheld.items())},
            "revisions": {key: sorted(ids) for key, ids in sorted(self.revisions.items())},
        }
        return _DOCUMENT.dump_json(_DOCUMENT.validate_python(document))

    @classmethod
    def from_stored(cls, document: bytes) -> Recalls:
        """Raises `ValueError` for what `to_stored` did not write."""
        try:
            return _DOCUMENT.validate_json(document)
        except ValidationError as error:
            raise ValueError(f"it holds no recalls: {error.error_count()} errors") from None


NO_RECALLS = Recalls()
_DOCUMENT = TypeAdapter(Recalls)
