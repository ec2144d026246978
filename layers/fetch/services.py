"""Services that give a layer in pages, by the name that `source.service` has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from layers.fetch import arcgis, ogc_features, wfs
from layers.fetch.http import Visit, visiting
from layers.fetch.network import refused
from layers.schema.source import Source

FETCHERS: Mapping[str, Callable[[Visit, Source, Path], Path]] = {
    "arcgis": arcgis.fetch,
    "ogc-features": ogc_features.fetch,
    "wfs": wfs.fetch,
}


def fetch(source: Source, folder: Path, *, private: bool = False) -> Path:
    """Write every feature of the source into one file in `folder`; it is whole, or refused.

    `private` allows addresses inside private networks. Raises `SourceError`.
    """
    url = str(source.url)
    with visiting(url, private=private) as visit:
        try:
            return FETCHERS[str(source.service)](visit, source, folder)
        except RecursionError:
            raise refused(url, "service_answer", "too deep") from None
