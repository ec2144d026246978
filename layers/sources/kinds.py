"""The rows of one kind of geometry, of a source that has points, lines and polygons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import shapely
from shapely import GeometryType

from layers.errors import SourceError
from layers.geometry.parts import KINDS, MULTI, Geometries, Kind, simple_parts
from layers.messages.words import WORDS
from layers.report import Problem
from layers.sources.rows import Rows

KEY = "source.geometry"


def kinds_in(geometry: Geometries) -> Mapping[Kind, int]:
    """How many geometries are of each kind, the most common first.

    A collection is of the kind with the most dimensions in it: what else is in it are remains.
    """
    has_place = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    counts = Counter(shapely.get_dimensions(geometry[has_place]).tolist())
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {KINDS[dimension]: count for dimension, count in ranked}


def of_kind(rows: Rows, kind: Kind) -> Rows:
    """The rows with a geometry of the kind, and those without any; a note of the others.

    Of a collection of several kinds the parts of this one are left. Raises `SourceError` where no
    geometry is of the kind.
    """
    dimension = KINDS.index(kind)
    geometry = rows.geometry.copy()
    for index in np.flatnonzero(shapely.get_type_id(geometry) == GeometryType.GEOMETRYCOLLECTION):
        parts = simple_parts(geometry[index])
        parts = parts[shapely.get_dimensions(parts) == dimension]
        if len(parts):
            geometry[index] = parts[0] if len(parts) == 1 else MULTI[kind](parts)
    has_place = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    is_of_it = has_place & (shapely.get_dimensions(geometry) == dimension)
    if not is_of_it.any():
        counts = _listed(kinds_in(geometry))
        raise SourceError(rows.path, "geometry_missing", kind, counts, key=KEY)
    chosen = is_of_it | ~has_place
    others = kinds_in(geometry[~chosen])
    if not others:
        return replace(rows, geometry=geometry)
    left_out = int(np.count_nonzero(~chosen))
    words = {
        "ja": "、".join(f"{WORDS[kind]['ja']} {count}件" for kind, count in others.items()),
        "en": _listed(others),
    }
    note = Problem("note", "geometry_not_chosen", detail=words, rows_left_out=left_out)
    return replace(
        rows,
        columns=rows.columns[chosen].reset_index(drop=True),
        geometry=geometry[chosen],
        numbers=rows.numbers[chosen],
        problems=[*rows.problems, note],
    )


def _listed(counts: Mapping[Kind, int]) -> str:
    return ", ".join(f"{kind} × {count}" for kind, count in counts.items())
