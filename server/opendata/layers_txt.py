"""layers.txt, the list of layers that 地理院地図 reads.

The form is that of github.com/gsi-cyberjapan/layers-dot-txt-spec (2020-10-09). The tiles are the
styled ones, which it draws with the map's own colours.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from server.opendata.dataset import Dataset

PATH = "/layers.txt"
LANGUAGE = "ja"


def layers_txt(datasets: Sequence[Dataset]) -> dict[str, object]:
    """The layers under the headings of the map."""
    groups: dict[str, list[dict[str, object]]] = {}
    for dataset in datasets:
        groups.setdefault(dataset.group[LANGUAGE], []).append(_entry(dataset))
    return {
        "layers": [
            {"type": "LayerGroup", "title": title, "entries": entries}
            for title, entries in groups.items()
        ]
    }


def _entry(dataset: Dataset) -> dict[str, object]:
    layer, definition = dataset.layer, dataset.definition
    west, south, east, north = dataset.bounds
    credit = html.escape(definition.credit.attribution[LANGUAGE])
    return {
        "type": "Layer",
        "id": f"{dataset.city.code}_{layer.id}",
        "title": definition.title[LANGUAGE],
        "url": f"{dataset.at}/tiles/{layer.id}/styled/{{z}}/{{x}}/{{y}}.geojson",
        "attribution": f'<a href="{html.escape(dataset.page)}">{credit}</a>',
        "html": html.escape(definition.description[LANGUAGE]),
        "legendUrl": dataset.page,
        "cocotile": False,  # no index of tiles by their number
        "minZoom": layer.minzoom,
        "maxNativeZoom": layer.maxzoom,
        "bounds": [[south, west], [north, east]],
    }
