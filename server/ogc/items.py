"""Features as GeoJSON: which of a layer's a query asks for, and the document of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import orjson

from layers.catalog.layer import Layer
from layers.errors import InvalidFilter
from layers.geometry.parts import Integers
from layers.geometry.reference_systems import CRS84, CRS84_HEIGHTS, ReferenceSystem
from layers.query.filter.parse import LANGUAGES
from layers.query.items import by_bbox, by_filter, by_time, by_value, features, in_order
from layers.revision.columns import Mask
from layers.tiles.geojson import around_features
from server.http.errors import InvalidQuery
from server.http.query import Query, invalid, parse_number
from server.ogc.addresses import DEFAULT_LIMIT, GEOJSON, HTML, MOST_ITEMS
from server.ogc.documents import LANGUAGE
from server.ogc.links import Link, Place, link

Systems = Sequence[ReferenceSystem]
FARTHEST = 10**9 - 1  # the largest offset that is read
ANSWERS = {"json": GEOJSON, "html": HTML}


@contextmanager
def about(parameter: str) -> Iterator[None]:
    """What is wrong with a question about features is so of this parameter."""
    try:
        yield
    except InvalidFilter as error:
        raise InvalidQuery(parameter, error.fault, error.wanted) from None


@dataclass(frozen=True)
class Page:
    """Features of a layer: those at `index`, of `matched` that the query asks for."""

    layer: Layer
    index: Integers
    matched: int
    offset: int
    limit: int
    system: ReferenceSystem
    properties: Sequence[str] | None

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins."""
        after = self.offset + len(self.index)
        return after if after < self.matched else None

    @property
    def previous_offset(self) -> int | None:
        """Where the page before begins."""
        return max(0, self.offset - self.limit) if self.offset else None


def page_of(layer: Layer, query: Query, systems: Systems, values: Sequence[str] = ()) -> Page:
    """The page that a query asks for; `values` are queryables that may be parameters of it.

    Raises `InvalidQuery`.
    """
    v = query.text("v")
    if v is not None and v != layer.revision.id:
        raise invalid("v", v, f"{layer.revision.id}: the layer is published anew, begin again")
    chosen = chosen_by(layer, query, systems)
    bbox, times = bbox_of(query), query.text("datetime")
    if bbox is not None:
        system = system_of(query, "bbox-crs", systems)
        with about("bbox"):
            chosen = chosen & by_bbox(layer, bbox, system)
    elif query.text("bbox-crs") is not None:
        raise InvalidQuery("bbox-crs", "stands without bbox", "both or none")
    if times is not None:
        with about("datetime"):
            chosen = chosen & by_time(layer, times)
    for name in values:  # Part 1, recommendation /rec/core/fc-filters
        value = query.text(name)
        if value is not None:
            with about(name):
                chosen = chosen & by_value(layer, name, value)
    keys = _order(layer, query)
    system = system_of(query, "crs", systems)
    limit = query.whole("limit", 1, MOST_ITEMS) or DEFAULT_LIMIT
    matched = int(np.count_nonzero(chosen))
    offset = query.whole("offset", 0, FARTHEST) or 0
    if offset and offset >= matched:
        raise invalid("offset", str(offset), f"less than the {matched} features that there are")
    index = in_order(layer, chosen, keys)[offset : offset + limit]
    return Page(layer, index, matched, offset, limit, system, properties_of(layer, query))


def chosen_by(layer: Layer, query: Query, systems: Systems) -> Mask:
    """Which features the filter of a query chooses: all without one."""
    text = query.text("filter")
    language = query.choice("filter-lang", LANGUAGES) or "cql2-text"
    system = system_of(query, "filter-crs", systems)
    if text is None:
        for name in ("filter-lang", "filter-crs"):
            if query.text(name) is not None:
                raise InvalidQuery(name, "stands without filter", "both or none")
        return np.ones(layer.feature_count, dtype=bool)
    with about("filter"):
        return by_filter(layer, text, language, system)


def system_of(query: Query, name: str, systems: Systems) -> ReferenceSystem:
    """The system that a parameter names, else CRS84."""
    value = query.text(name)
    if value is None or (name == "bbox-crs" and value == CRS84_HEIGHTS):
        return systems[0]
    uris = {system.uri: system for system in systems}
    query.choice(name, uris)
    return uris[value]


def properties_of(layer: Layer, query: Query) -> Sequence[str] | None:
    """The fields that a query wants of each feature; None for all."""
    if query.text("properties") is None:
        return None
    return query.choices("properties", layer.definition.public_fields)


def bbox_of(query: Query) -> Sequence[float] | None:
    """The numbers of a bbox."""
    value = query.text("bbox")
    if value is None:
        return None
    numbers = [parse_number(part.strip()) for part in value.split(",")]
    if len(numbers) not in (4, 6) or not np.isfinite(numbers).all():
        raise invalid("bbox", value, "4 numbers (west,south,east,north), or 6 with heights")
    return numbers


def _order(layer: Layer, query: Query) -> list[tuple[str, bool]]:
    """Fields, and whether each descends."""
    value = query.text("sortby")
    if value is None:
        return []
    known = layer.definition.public_fields
    keys = []
    for part in value.split(","):
        name = part[1:] if part[:1] in ("-", "+", " ") else part
        if name not in known:
            wanted = f"some of {', '.join(known)}, each with - before it to descend"
            raise invalid("sortby", part, wanted, "names")
        keys.append((name, part.startswith("-")))
    return keys


def items(page: Page, at: Place, now: datetime.datetime) -> bytes:
    """A FeatureCollection of the page."""
    layer = page.layer
    definition = layer.definition
    members = {
        "timeStamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": page.matched,
        "numberReturned": len(page.index),
        "sample": definition.sample,
        "attribution": definition.credit.attribution[LANGUAGE],
        "links": [*at.forms("json", ANSWERS), *paging(page, at), _to_collection(layer, at)],
    }
    lead, end = around_features(orjson.dumps(members)[1:-1])
    encoded = features(layer, page.index, page.system, page.properties)
    return lead + b",\n".join(encoded) + end


def item(
    layer: Layer,
    index: Integers,
    system: ReferenceSystem,
    properties: Sequence[str] | None,
    at: Place,
) -> bytes:
    """A Feature."""
    (encoded,) = features(layer, index, system, properties)
    links = [*at.forms("json", ANSWERS), _to_collection(layer, at)]
    members = {"sample": layer.definition.sample, "links": links}
    return encoded[:-1] + b"," + orjson.dumps(members)[1:]


def paging(page: Page, at: Place) -> Iterator[Link]:
    """Links to the pages beside it, which go on in the same revision."""
    for relation, offset in (("next", page.next_offset), ("prev", page.previous_offset)):
        if offset is not None:
            href = at.own(offset=offset, limit=page.limit, v=page.layer.revision.id)
            yield link(href, relation, GEOJSON)


def content_crs(system: ReferenceSystem) -> str:
    """The header that names the system of the coordinates."""
    return f"<{system.uri if system.code else CRS84}>"


def _to_collection(layer: Layer, at: Place) -> Link:
    return link(f"{at.root}/collections/{layer.id}", "collection", "application/json")
