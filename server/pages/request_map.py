"""Public requests as GeoJSON (RFC 7946)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from server.desk.public.request_map import MappedRequest


def feature_collection(requests: Sequence[MappedRequest], total: int) -> bytes:
    """The requests, and of how many that match these are (`numberMatched` of OGC API Features).

    A request's point is in its properties too: it stands for an area.
    """
    document = {
        "type": "FeatureCollection",
        "numberMatched": total,
        "numberReturned": len(requests),
        "features": [_feature(request) for request in requests],
    }
    return orjson.dumps(document)


def _feature(request: MappedRequest) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [request.longitude, request.latitude]}
    return {
        "type": "Feature",
        "id": request.number,
        "geometry": orjson.Fragment(request.area) if request.area else point,
        "properties": {
            "number": request.number,
            "title": request.title,
            "kind": "correction" if request.is_correction else "layer",
            "state": request.state,
            "category": request.category,
            "received_at": request.received_at.isoformat(timespec="seconds"),
            "changed_at": request.changed_at.isoformat(timespec="seconds"),
            "latitude": request.latitude,
            "longitude": request.longitude,
            "href": f"/requests/{request.number}",
        },
    }
