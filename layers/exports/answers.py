"""What an answer about a place takes from a layer, in one file, for a device that keeps it.

`layers.query.here` answers on the server, `server/viewer/web/answer/` from this file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from layers.catalog.layer import Layer
from layers.exports.pack import LENGTH_BYTES
from layers.geometry.parts import Array
from layers.japanese.spelling import nfkc
from layers.query.here import names_of, original_field, severity_in, telephone_of, zones_of
from layers.schema.layer import LayerDefinition
from layers.schema.values import DOUBT

ALIGNED = 8  # bytes: an array of 64-bit numbers begins at a multiple of them


def has_answers(definition: LayerDefinition) -> bool:
    """Whether the layer says anything of a place: a sample does not."""
    return not definition.sample and (
        definition.hazard is not None or definition.nearest is not None
    )


def answers(layer: Layer) -> bytes:
    """What is asked of the layer, exactly as it was prepared: published values only.

    The first four bytes (big-endian) are the length of the index, which is JSON, filled up with
    spaces so that what follows is aligned. That are arrays end to end, little-endian: 64-bit
    floats, then 32-bit unsigned integers. `arrays` of the index has the type and length of each by
    name: `coordinates` (longitude and latitude in turn), `owner` (the feature of each part), and
    `offsets` of the parts, as `layers.geometry.parts.Parts` has them. The rest of the index are
    lists by feature:

    - of zones: `name`, `code` (which of the codes of the style's field, null for none), `original`
      (the class as the source calls it), `partition`, and `severity`, which only orders them;
      `names` are all names of zones, `kind` that of the parts;
    - of places: `id`, `name`, its `forms` by language tag, `telephone`; `valid` has the features
      that are designated for each kind of disaster, null where places are not designated; `rough`
      those whose position is not exact. Their coordinates are a point on each part.
    """
    index, arrays = _zones(layer) if layer.definition.hazard is not None else _places(layer)
    index["arrays"] = {name: [array.dtype.str, array.size] for name, array in arrays.items()}
    head = orjson.dumps(index)
    head += b" " * (-(LENGTH_BYTES + len(head)) % ALIGNED)
    content = b"".join(array.tobytes() for array in arrays.values())
    return len(head).to_bytes(LENGTH_BYTES, "big") + head + content


def _zones(layer: Layer) -> tuple[dict[str, Any], dict[str, Array]]:
    definition, source = layer.definition, layer.revision.source
    field = definition.fields.get(definition.style.field or "")
    position = {code.value: at for at, code in enumerate(field.codes if field else ())}
    zones = zones_of(layer, np.arange(layer.feature_count))
    severity = [*map(severity_in(definition), zones)]
    order = {key: rank for rank, key in enumerate(sorted(set(severity)))}
    original = original_field(definition) or ""
    index = {
        "kind": source.kind,
        "names": names_of(layer),
        "name": [zone.name for zone in zones],
        "code": [position[zone.code.value] if zone.code else None for zone in zones],
        "original": [zone.properties.get(original) for zone in zones],
        "partition": [zone.properties.get(definition.partition or "") for zone in zones],
        "severity": [order[key] for key in severity],
    }
    offsets = {f"offsets{depth}": offset for depth, offset in enumerate(source.offsets)}
    return index, _arrays(source.coordinates, owner=source.owner, **offsets)


def _places(layer: Layer) -> tuple[dict[str, Any], dict[str, Array]]:
    definition, columns = layer.definition, layer.revision.columns
    every = np.arange(layer.feature_count)
    properties = [*map(orjson.loads, layer.revision.table.properties.take(every))]
    labels = [values.get(definition.label or "") for values in properties]
    valid_for = definition.nearest.valid_for if definition.nearest else {}
    valid = {
        disaster: np.flatnonzero(columns[flag].is_true()).tolist()
        for disaster, flag in valid_for.items()
    }
    index = {
        "id": layer.revision.table.ids.tolist(),
        "name": [None if label is None else str(label) for label in labels],
        "forms": {
            tag: [_form(values.get(field)) for values in properties]
            for tag, field in definition.name_forms.items()
        },
        "telephone": [*map(telephone_of, properties)],
        "valid": valid or None,
        "rough": np.flatnonzero(columns[DOUBT].present).tolist() if DOUBT in columns else [],
    }
    return index, _arrays(layer.point_index.coordinates, owner=layer.revision.source.owner)


def _form(value: Any) -> str:
    """A name in another form, as the pages write it; "" for none."""
    return "" if value is None else nfkc(str(value)).strip()


def _arrays(coordinates: Array, **integers: Array) -> dict[str, Array]:
    """The arrays as they are written."""
    return {
        "coordinates": coordinates.astype("<f8").ravel(),
        **{name: array.astype("<u4") for name, array in integers.items()},
    }
