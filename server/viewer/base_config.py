"""What a script must know of the bundled base map: where it is, and whose it is."""

from __future__ import annotations

from typing import Any

from layers.catalog.base_map import BaseMap
from layers.schema.base import FAR
from layers.schema.city import CityDefinition
from server.texts import Translate
from server.texts.landmarks import landmark_rules
from server.texts.wording import base_credits
from server.viewer.addresses import base_revision


def base_config(
    base: BaseMap, city: CityDefinition, lang: str, translate: Translate
) -> dict[str, Any]:
    """The addresses of the base, from which zoom on its finer parts are drawn, its credit, and how
    what a place lies near is found in it.

    The credit has the `title` of all sources, what they are (`sources`), and the `marks` that their
    licences want to see at all times.
    """
    near = f"/base/near.geojson?v={base_revision(base.near)}" if base.near else None
    marks = dict.fromkeys(entry.credit.mark for entry in city.base if entry.credit.mark)
    return {
        "data": f"/base.geojson?v={base_revision(base.content)}",
        "near": near,
        "far": FAR,
        "landmarks": landmark_rules(lang),
        "credit": {
            "title": translate("Sources"),
            "marks": [*marks],
            "sources": base_credits(city, lang),
        },
    }
