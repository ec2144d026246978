"""What decides the map pages of a catalogue, as one hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import orjson

from layers.catalog.catalog import Catalog
from server.viewer.addresses import base_revision

LENGTH = 20  # hexadecimal digits
ROOT = Path(__file__).parents[2]  # the folder of the packages
PACKAGES = ("layers", "server")
PATTERNS = ("*.py", "*.html", "*.po")  # code, templates, translations
LIBRARIES = ("babel", "branca", "folium", "jinja2", "markupsafe")


def page_key(catalog: Catalog, static: Mapping[str, str], renderer: str) -> str:
    """The hash: for equal ones a renderer of the version `renderer` writes the same bytes.

    `static` names the bundled file of each of the viewer's entries.
    """
    decisive = {
        "renderer": renderer,
        "static": dict(static),
        "city": catalog.city.model_dump(mode="json"),
        "base": [base_revision(catalog.base.content), base_revision(catalog.base.near)],
        "layers": [
            [layer.revision.id, layer.definition.model_dump(mode="json"), bool(layer.problem)]
            for layer in catalog.layers.values()
        ],
        "broken": [*catalog.broken],
    }
    content = orjson.dumps(decisive, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()[:LENGTH]


@cache
def renderer_version() -> str:
    """A hash of everything in this package that pages are made of, and the libraries' versions."""
    digest = hashlib.sha256(" ".join(map(version, LIBRARIES)).encode())
    for package in PACKAGES:
        for pattern in PATTERNS:
            for path in sorted((ROOT / package).rglob(pattern)):
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
