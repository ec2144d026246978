"""What the script of a draft's page is told: the draft's own tiles, over the bundled base."""

from __future__ import annotations

from collections.abc import Mapping

from layers.catalog.catalog import Catalog
from layers.revision.revision import Revision
from server.texts import translator
from server.viewer.place_map import as_json, small_map_config


def draft_map_config(
    revision: Revision, tiles: str, catalog: Catalog, lang: str, static: Mapping[str, str]
) -> str:
    """The JSON for the script; `tiles` is the address of the draft's tiles, with z, x and y."""
    config = small_map_config(catalog, lang, static, translator(lang))
    config["script"] = f"/static/{static['draft_map.js']}"
    config["draft"] = {
        "tiles": tiles,
        "bounds": [*revision.bounds] if revision.bounds else None,
        "minzoom": revision.definition.minzoom,
        "maxzoom": revision.definition.maxzoom,
    }
    return as_json(config)
