"""A layer of ArcGIS, in a FeatureServer or a MapServer: its features in pages, and counted.

https://developers.arcgis.com/rest/services-reference/enterprise/query-feature-service-layer/

GeoJSON of ArcGIS is in WGS 84, whatever the layer's own system; by which transformation a server
gets there from another datum, if by any, it does not say (without one, Tokyo datum is 450 m off).
So GeoJSON is asked for only of layers that are on WGS 84, and have no dates: these are milliseconds
there, which nothing tells from other numbers. Others come as Esri JSON in their own system, which
the answer names, as it names the types of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.errors import SourceError
from layers.fetch.http import Visit, file_stem
from layers.fetch.network import refused
from layers.fetch.pages import (
    Feature,
    FeatureFile,
    JsonPage,
    document,
    json_feature,
    parameters_of,
    whole_number,
    with_parameters,
)
from layers.geometry.datum import WGS84
from layers.schema.source import Source

# Parameters that are ours; all others of an address are sent on, `where` and `token` say.
OURS = frozenset({
    "f", "resultOffset", "resultRecordCount", "orderByFields", "objectIds", "returnGeometry",
    "returnCountOnly", "returnIdsOnly", "returnExtentOnly",
})  # fmt: skip
DEFAULT_PAGE = 1000  # features, where a layer states no limit; ArcGIS' own default
MOST_NAMES = 20  # layers named in a message
# Of an Esri JSON page, what is the same whenever it is asked.
KEPT = ("geometryType", "spatialReference", "objectIdFieldName", "fields")


@dataclass(frozen=True)
class Layer:
    """A layer as it describes itself, and how it is asked; `query` is without parameters."""

    query: str
    parameters: dict[str, str]
    object_id: str
    page_size: int
    has_pages: bool
    is_ordered: bool
    as_geojson: bool

    @classmethod
    def of(cls, visit: Visit, address: str, description: Mapping[str, Any]) -> Layer:
        """Refuses what is no layer with features and ids."""
        _require_layer(visit, description)
        capabilities = description.get("advancedQueryCapabilities")
        capabilities = capabilities if isinstance(capabilities, dict) else {}
        has_pages = capabilities.get("supportsPagination", description.get("supportsPagination"))
        parameters = parameters_of(visit.url, OURS)
        names = {name.casefold() for name in parameters}
        formats = str(description.get("supportedQueryFormats", "")).casefold().split(",")
        return cls(
            query=f"{address}/query",
            parameters={"where": "1=1", "outFields": "*", **parameters},
            object_id=_object_id(visit, description),
            page_size=max(1, whole_number(description.get("maxRecordCount")) or DEFAULT_PAGE),
            has_pages=has_pages is True,
            is_ordered=capabilities.get("supportsOrderBy") is True,
            as_geojson="geojson" in [name.strip() for name in formats]
            and "outsr" not in names
            and not _has_dates(description)
            and _is_on_wgs84(description),
        )

    def url(self, **parameters: Any) -> str:
        """An address of the layer's query."""
        return with_parameters(self.query, {**self.parameters, "f": "json", **parameters})

    def page_url(self, **parameters: Any) -> str:
        """An address of features, the object id among their fields."""
        fields = self.parameters["outFields"]
        if fields != "*" and self.object_id not in fields.split(","):
            fields = f"{fields},{self.object_id}"
        f = "geojson" if self.as_geojson else "json"
        return self.url(f=f, outFields=fields, **parameters)


def fetch(visit: Visit, source: Source, folder: Path) -> Path:
    """Write every feature of the layer into one file in `folder`. Raises `SourceError`."""
    address = layer_address(str(source.url))
    keys = parameters_of(visit.url, (*OURS, "where", "outFields"))
    description = document(visit, with_parameters(address, {**keys, "f": "json"}), folder)
    layer = Layer.of(visit, address, description)
    count = _count(visit, layer, folder)
    suffix = ".geojson" if layer.as_geojson else ".json"
    file = FeatureFile(visit, folder / (_file_stem(address) + suffix), ",\n")
    if layer.has_pages:
        _read_pages(visit, layer, file, count, folder)
    else:
        _read_spans(visit, layer, file, count, folder)
    file.require(count)
    return file.finish_json(**({"type": "FeatureCollection"} if layer.as_geojson else {}))


def layer_address(url: str) -> str:
    """The address of the layer itself, without `/query` and without parameters."""
    parts = urlsplit(url)
    path = re.sub(r"(/query)?/?$", "", parts.path, count=1, flags=re.IGNORECASE)
    return parts._replace(path=path, query="", fragment="").geturl()


def _read_pages(visit: Visit, layer: Layer, file: FeatureFile, count: int, folder: Path) -> None:
    order = layer.object_id if layer.is_ordered else None
    more = count > 0
    while more:
        url = layer.page_url(
            resultOffset=file.count, resultRecordCount=layer.page_size, orderByFields=order
        )
        page, features = _page(visit, layer, url, file, folder)
        more = features > 0 and (file.count < count or _is_cut(page))


def _read_spans(visit: Visit, layer: Layer, file: FeatureFile, count: int, folder: Path) -> None:
    """Read from a server that knows no offsets: a span of object ids at a time.

    A span is a condition: a list of ids can be longer than a server takes in an address.
    """
    answer = document(visit, layer.url(returnIdsOnly="true"), folder)
    ids = answer.get("objectIds") or []
    if not isinstance(ids, list) or not all(type(id_) is int for id_ in ids):
        raise refused(visit.url, "service_no_ids")
    if len(set(ids)) != count:
        raise refused(visit.url, "service_count", f"{len(set(ids)):,} / {count:,}")
    ids.sort()
    name, where = layer.object_id, layer.parameters["where"]
    for start in range(0, count, layer.page_size):
        batch = ids[start : start + layer.page_size]
        span = f"({where}) AND {name} >= {batch[0]} AND {name} <= {batch[-1]}"
        _page(visit, layer, layer.page_url(where=span), file, folder)
    received = sum(str(id_) in file.ids for id_ in ids)
    if received != count:
        raise refused(visit.url, "service_count", f"{received:,} / {count:,}")


def _page(
    visit: Visit, layer: Layer, url: str, file: FeatureFile, folder: Path
) -> tuple[JsonPage, int]:
    """A page, and the number of features that it adds to the file."""
    path = folder / "page"
    visit.save(visit.ask(url), path)
    page = JsonPage(visit, path)
    features = file.add(_feature(visit, layer, feature) for feature in page.features())
    if features and not layer.as_geojson:
        file.keep(page.members, KEPT, "spatialReference")
    return page, features


def _feature(visit: Visit, layer: Layer, feature: dict[str, Any]) -> Feature:
    values = feature.get("properties" if layer.as_geojson else "attributes")
    id_ = values.get(layer.object_id) if isinstance(values, dict) else None
    id_ = feature.get("id") if id_ is None else id_
    if id_ is None:
        raise refused(visit.url, "service_no_ids")
    return json_feature(feature, id_)


def _is_cut(page: JsonPage) -> bool:
    """Whether the server says that there is more; in GeoJSON newer servers say it further in."""
    properties = page.members.get("properties")
    inner = properties.get("exceededTransferLimit") if isinstance(properties, dict) else None
    return True in (page.members.get("exceededTransferLimit"), inner)


def _count(visit: Visit, layer: Layer, folder: Path) -> int:
    answer = document(visit, layer.url(returnCountOnly="true"), folder)
    count = whole_number(answer.get("count"))
    if count is None:
        raise refused(visit.url, "service_answer", "count")
    return count


def _require_layer(visit: Visit, description: Mapping[str, Any]) -> None:
    inner = description.get("subLayers") or description.get("layers")
    if isinstance(inner, list) and inner and not description.get("fields"):
        raise _no_layer(visit, inner)
    if not isinstance(description.get("fields"), list):
        raise refused(visit.url, "service_answer", "fields")


def _no_layer(visit: Visit, inner: list[Any]) -> SourceError:
    """The error for a whole service, or a group of layers, which names those in it."""
    entries = [entry for entry in inner if isinstance(entry, dict)]
    names = [f"{entry.get('id')} ({entry.get('name')})" for entry in entries]
    more = " …" if len(names) > MOST_NAMES else ""
    return refused(visit.url, "arcgis_layer", ", ".join(names[:MOST_NAMES]) + more)


def _object_id(visit: Visit, description: Mapping[str, Any]) -> str:
    """The name of the field of object ids: MapServer says it only among the fields."""
    if name := description.get("objectIdField"):
        return str(name)
    for entry in _fields(description):
        if entry.get("type") == "esriFieldTypeOID":
            return str(entry.get("name"))
    raise refused(visit.url, "service_no_ids")


def _has_dates(description: Mapping[str, Any]) -> bool:
    return any(entry.get("type") == "esriFieldTypeDate" for entry in _fields(description))


def _fields(description: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in description["fields"] if isinstance(entry, dict)]


def _is_on_wgs84(description: Mapping[str, Any]) -> bool:
    """Whether a layer's own system is on WGS 84; of one that cannot be told it is not."""
    extent = description.get("extent")
    inner = extent.get("spatialReference") if isinstance(extent, dict) else None
    system = description.get("sourceSpatialReference") or inner
    if not isinstance(system, dict):
        return False
    code = system.get("latestWkid") or system.get("wkid")
    for authority in ("EPSG", "ESRI"):
        try:
            own = CRS.from_user_input(f"{authority}:{code}").geodetic_crs
        except CRSError:
            continue
        return own is not None and own.equals(WGS84, ignore_axis_order=True)
    return False


def _file_stem(address: str) -> str:
    """The service's name and the layer's number."""
    *_, service, _, number = ("", "", *PurePosixPath(unquote(urlsplit(address).path)).parts)
    return file_stem(f"{service}_{number}")
