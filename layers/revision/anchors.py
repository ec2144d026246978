"""By what a feature is found again, whatever its id has become: hashes of its place and values.

They are kept where a feature is withheld, so they are short: what was withheld cannot be told from
the many places and texts of the same hash, while of one layer's features hardly two share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import orjson

from layers.geometry.tile import SOURCE_DIGITS
from layers.revision.revision import Revision
from layers.schema.changes import Anchor

LENGTH = 4  # bytes


def anchor_of(revision: Revision, feature: int) -> Anchor | None:
    """The anchor of the published feature of this id; None where there is none."""
    index = np.flatnonzero(revision.table.ids == feature)
    if not len(index):
        return None
    (values,) = revision.table.properties.take(index[:1])
    parts = revision.source
    first, after = np.searchsorted(parts.owner, [index[0], index[0] + 1])
    places = parts.take(np.arange(first, after)).coordinates
    bounds = np.concatenate([places.min(axis=0), places.max(axis=0)])[np.newaxis]
    layer_id, label = revision.definition.id, revision.definition.label
    return Anchor(
        place=place_hashes(layer_id, bounds)[0],
        label=label_hash(layer_id, orjson.loads(values).get(label)),
        values=_hash(layer_id, values),
    )


def place_hashes(layer_id: str, bounds: Any) -> list[str]:
    """The hash of each place: of rows of bounds (least and most, longitude first) in degrees."""
    rounded = np.ascontiguousarray(np.round(bounds, SOURCE_DIGITS) + 0.0)  # -0.0 is 0.0
    return [_hash(layer_id, row.tobytes()) for row in rounded]


def values_hashes(layer_id: str, properties: Iterable[bytes]) -> list[str]:
    """The hash of what each feature publishes, as JSON."""
    return [_hash(layer_id, values) for values in properties]


def label_hashes(layer_id: str, labels: Sequence[object]) -> list[str | None]:
    """The hash of what each feature is called."""
    return [label_hash(layer_id, label) for label in labels]


def label_hash(layer_id: str, label: object) -> str | None:
    """The hash of what a feature is called; None where it is not called anything."""
    return None if label is None else _hash(layer_id, str(label).encode())


def _hash(layer_id: str, content: bytes) -> str:
    return blake2b(content, digest_size=LENGTH, key=layer_id.encode()[:64]).hexdigest()
