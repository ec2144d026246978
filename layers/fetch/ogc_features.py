"""A collection of OGC API - Features: its features in pages, each of which names the next.

https://docs.ogc.org/is/17-069r4/17-069r4.html

Features are asked for in CRS84, the standard's default: WGS 84, longitude first, as GeoJSON is.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from layers.fetch.http import Visit, file_stem
from layers.fetch.network import refused
from layers.fetch.pages import (
    FeatureFile,
    JsonPage,
    json_feature,
    parameters_of,
    whole_number,
    with_parameters,
)
from layers.schema.source import Source

PAGE = 1000  # features asked for at once; a server gives as many as it likes
ACCEPT = {"Accept": "application/geo+json, application/json;q=0.9"}
PORTS = {"http": 80, "https": 443}


def fetch(visit: Visit, source: Source, folder: Path) -> Path:
    """Write every feature of the collection into one file in `folder`. Raises `SourceError`."""
    url: str | None = items_address(str(source.url))
    stem = PurePosixPath(unquote(urlsplit(str(url)).path)).parent.name
    file = FeatureFile(visit, folder / f"{file_stem(stem)}.geojson", ",\n")
    asked: set[str] = set()
    page_size, matched, had_next = 0, None, False
    while url is not None:
        if url in asked:
            raise refused(visit.url, "service_repeats")
        asked.add(url)
        page, address = _page(visit, url, folder)
        features = file.add(json_feature(feature, feature.get("id")) for feature in page.features())
        page.require_returned(features)
        file.keep(page.members, ("crs",), "crs")
        matched = whole_number(page.members.get("numberMatched"))
        page_size = max(page_size, features)
        url = _next(visit, page.members.get("links"), address)
        had_next |= url is not None
    file.require(matched)
    if matched is None and not had_next and page_size >= _limit(str(source.url)):
        raise refused(visit.url, "service_unsure", f"{page_size:,}")
    return file.finish_json(type="FeatureCollection")


def items_address(url: str) -> str:
    """The address of the collection's first page."""
    path = re.sub(r"(/items)?/?$", "", urlsplit(url).path, count=1)
    kept = parameters_of(url, ("f", "limit", "offset"))
    items = urlsplit(url)._replace(path=f"{path}/items").geturl()
    return with_parameters(items, {**kept, "limit": _limit(url)})


def _limit(url: str) -> int:
    return whole_number(parameters_of(url, ()).get("limit")) or PAGE


def _page(visit: Visit, url: str, folder: Path) -> tuple[JsonPage, str]:
    """A page, and the address that it came from."""
    response = visit.ask(url, ACCEPT)
    crs = response.headers.get("Content-Crs", "CRS84")  # OGC API - Features - Part 2, 6.3
    path = folder / "page"
    visit.save(response, path)
    if "CRS84" not in crs:
        raise refused(visit.url, "service_crs", crs.strip("<> "))
    return JsonPage(visit, path), str(response.url)


def _next(visit: Visit, links: Any, address: str) -> str | None:
    """The address of the next page, which is on the same host."""
    for link in links if isinstance(links, list) else ():
        if not isinstance(link, dict) or link.get("rel") != "next":
            continue
        if "json" not in str(link.get("type", "json")):
            continue  # the same page for people to read
        try:
            target = urlsplit(urljoin(address, str(link.get("href"))))
            own = urlsplit(address)
            if (target.scheme, own.scheme) == ("http", "https") and target.port is None:
                target = target._replace(scheme="https")  # as servers behind a proxy write it
            same = _origin(target) == _origin(own)
        except ValueError:
            raise refused(visit.url, "service_next", str(link.get("href"))[:100]) from None
        if not same:
            raise refused(visit.url, "service_next", str(target.hostname or target.scheme))
        return target._replace(fragment="").geturl()
    return None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
