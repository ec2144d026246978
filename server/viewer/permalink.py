"""What an address of the map asks to be shown: the same parameters that the page's script writes.

`layers=flood,hydrants&at=14/35.79700/139.59300`, and `order`, `opacity=flood:40` and `for=flood`
where they are not the usual ones; `base`, `open` and `requests` are only handed on. `for` without
`layers` means the layers of the city's preset for just these disasters. Here a value that cannot be
understood is an error; `forgiving` leaves it out, as the map itself does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.tile import Bounds
from layers.pictures.frame import Frame
from layers.schema.values import DISASTERS, Disaster
from server.http.errors import InvalidQuery
from server.http.links import origin
from server.http.query import Query, invalid, parse_number
from server.viewer.presets import preset_layers

if TYPE_CHECKING:
    from fastapi import Request  # not for the renderer

MIN_ZOOM = 10
MAX_ZOOM = 18  # of GSI's tiles
LONGEST = 2000  # characters of a value
MOST_BEYOND = 1.5  # of the city's extent, on each side: as far as the map can be moved
DIGITS = 4  # decimals of a degree that pictures differ by, about ten metres
STRENGTH = re.compile(r"([a-z][a-z0-9_]*):(\d{2,3})")
LISTS = ("layers", "order")
PARAMETERS = ("layers", "at", "order", "opacity", "for", "base", "open", "requests")
HANDED_ON = {
    "base": (re.compile(r"[a-z]{1,20}"), "a name of a base map"),
    "requests": (re.compile("1"), "1, to show people's requests"),
    "open": (re.compile(r"[a-z][a-z0-9_]*/[0-9]{1,16}"), "a layer and a number, as in hydrants/12"),
}


@dataclass(frozen=True, slots=True)
class View:
    """The middle of the map in degrees, and its zoom."""

    zoom: float
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class ShownMap:
    """Layers from above to below, how strong each is (1: as usual), and which disasters the sites
    among them are designated for (none: all of them). Without a view it is the whole city.
    `ordered` says that the order is not the catalogue's; `others` are parameters only handed on.
    """

    layers: tuple[Layer, ...]
    strengths: Mapping[str, float]
    disasters: tuple[Disaster, ...]
    view: View | None
    ordered: bool
    others: Mapping[str, str]

    def frame(self, extent: Bounds, width: float, height: float) -> Frame:
        """The part of the map that a picture of this size shows."""
        if self.view is None:
            return Frame.around(extent, width, height, margin=10)
        return Frame(self.view.longitude, self.view.latitude, self.view.zoom, width, height)

    def query(self, **others: str) -> str:
        """The one way to write it, with `others` too where they are not empty."""
        ids = ",".join(layer.id for layer in self.layers)
        view = self.view
        parameters = {
            "layers": ids,
            "at": f"{view.zoom:g}/{view.latitude:.{DIGITS}f}/{view.longitude:.{DIGITS}f}"
            if view
            else "",
            "order": ids if self.ordered else "",
            "opacity": ",".join(
                f"{layer_id}:{share * 100:.0f}" for layer_id, share in self.strengths.items()
            ),
            "for": ",".join(self.disasters),
            **self.others,
            **others,
        }
        stated = {name: value for name, value in parameters.items() if value}
        return urlencode({"layers": "", **stated}, safe=",/:")


def shown_map(query: Mapping[str, str], catalog: Catalog) -> ShownMap:
    """What the query asks for. Raises `InvalidQuery` for the first value that is none."""
    reader = Query(query)
    for name in PARAMETERS:
        reader.text(name, LONGEST)
    disasters = reader.choices("for", DISASTERS)
    usual_order = _layers(query, disasters, catalog)
    order = _layer_ids(query.get("order", ""), "order", catalog)
    ranks = {layer_id: rank for rank, layer_id in enumerate(order)}
    # Stable: the rest as usual.
    layers = sorted(usual_order, key=lambda layer: ranks.get(layer.id, len(ranks)))
    return ShownMap(
        layers=tuple(layers),
        strengths=_strengths(query.get("opacity", ""), catalog),
        disasters=disasters,
        view=_view(query.get("at"), catalog),
        ordered=layers != usual_order,
        others=_handed_on(reader),
    )


def forgiving(query: Mapping[str, str], catalog: Catalog) -> ShownMap:
    """What the map shows for this query: layers that are not there, and what is wrong, left out."""
    parameters = dict(query)
    for name in (*LISTS, "opacity"):
        if name in parameters:
            items = [item for item in parameters[name][:LONGEST].split(",") if item]
            served = [item for item in items if catalog.named(item.split(":")[0])]
            parameters[name] = ",".join(served)
    valid = {name: parameters[name] for name in LISTS if name in parameters}
    for name in ("at", "opacity", "for", *HANDED_ON):
        if name in parameters:
            try:
                shown_map({name: parameters[name]}, catalog)
            except InvalidQuery:
                continue
            valid[name] = parameters[name]
    return shown_map(valid, catalog)


def _layers(
    query: Mapping[str, str], disasters: Sequence[Disaster], catalog: Catalog
) -> list[Layer]:
    """The layers asked for in the order of the catalogue; without any word those of the preset for
    the disasters, or those usually shown."""
    if "layers" not in query:
        for preset in catalog.city.presets if disasters else ():
            if set(preset.disasters) == set(disasters):
                return [catalog.layers[layer_id] for layer_id in preset_layers(catalog, preset)]
        return [layer for layer in catalog.layers.values() if layer.definition.default_visible]
    ids = set(_layer_ids(query["layers"], "layers", catalog))
    return [layer for layer in catalog.layers.values() if layer.id in ids]


def _layer_ids(value: str, parameter: str, catalog: Catalog) -> list[str]:
    """The ids that the parameter's value lists, each as the layer is called now."""
    ids = []
    for item in filter(None, value.split(",")):
        layer = catalog.named(item)
        if layer is None:
            wanted = f"some of {', '.join(catalog.layers)}"
            raise invalid(parameter, item, wanted, verb="names")
        ids.append(layer.id)
    return ids


def _strengths(value: str, catalog: Catalog) -> dict[str, float]:
    """The share of its usual strength of each layer that `opacity` lists, those below 1."""
    strengths = {}
    for item in filter(None, value.split(",")):
        match = STRENGTH.fullmatch(item)
        layer = catalog.named(match[1]) if match else None
        if not match or layer is None or not 10 <= int(match[2]) <= 100:
            wanted = "a layer and a number of percent from 10 to 100, as in flood:40"
            raise invalid("opacity", item, wanted, verb="has")
        if int(match[2]) < 100:
            strengths[layer.id] = int(match[2]) / 100
    return strengths


def _view(value: str | None, catalog: Catalog) -> View | None:
    """The view that `at` writes as zoom/latitude/longitude, in or near the city."""
    if value is None:
        return None
    west, south, east, north = catalog.city.extent
    width, height = (east - west) * MOST_BEYOND, (north - south) * MOST_BEYOND
    numbers = [parse_number(part) for part in value.split("/")]
    if len(numbers) == 3:
        zoom, latitude, longitude = numbers
        if (
            MIN_ZOOM <= zoom <= MAX_ZOOM
            and south - height <= latitude <= north + height
            and west - width <= longitude <= east + width
        ):
            return View(round(zoom, 1), round(latitude, DIGITS), round(longitude, DIGITS))
    wanted = (
        f"zoom/latitude/longitude: a zoom from {MIN_ZOOM} to {MAX_ZOOM}, latitude from "
        f"{south - height:.2f} to {north + height:.2f}, longitude from {west - width:.2f} to "
        f"{east + width:.2f}"
    )
    raise invalid("at", value, wanted)


def _handed_on(query: Query) -> dict[str, str]:
    values = {name: query.matching(name, *form) for name, form in HANDED_ON.items()}
    return {name: value for name, value in values.items() if value is not None}


def map_address(request: Request, base_url: str | None, shown: ShownMap, lang: str) -> str:
    """The absolute address of the map as shown."""
    return f"{origin(request, base_url)}/?{shown.query(lang=lang)}"
