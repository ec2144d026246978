"""What an address of the map asks to be shown: the same parameters that the page's script writes.

`layers=flood,hydrants&at=14/35.79700/139.59300`, and `order`, `opacity=flood:40` and `for=flood`
where they are not the usual ones; `base` and `open` are only handed on. Here a value that cannot be
understood is an error; `forgiving` leaves it out, as the map itself does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.tile import Bounds
from layers.pictures.frame import Frame
from layers.schema.values import DISASTERS, Disaster
from server.http.errors import InvalidQuery
from server.http.links import origin
from server.http.query import Query, invalid, parse_number

MIN_ZOOM = 10
MAX_ZOOM = 18  # of GSI's tiles
LONGEST = 2000  # characters of a value
MOST_BEYOND = 1.5  # of the city's extent, on each side: as far as the map can be moved
DIGITS = 4  # decimals of a degree that pictures differ by, about ten metres
STRENGTH = re.compile(r"([a-z][a-z0-9_]*):(\d{2,3})")
LISTS = ("layers", "order")
PARAMETERS = ("layers", "at", "order", "opacity", "for", "base", "open")
HANDED_ON = {
    "base": (re.compile(r"[a-z]{1,20}"), "a name of a base map"),
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
        asked = {"layers": ",".join(layer.id for layer in self.layers)}
        if self.view is not None:
            view = self.view
            asked["at"] = f"{view.zoom:g}/{view.latitude:.{DIGITS}f}/{view.longitude:.{DIGITS}f}"
        asked["order"] = asked["layers"] if self.ordered else ""
        asked["opacity"] = ",".join(
            f"{name}:{share * 100:.0f}" for name, share in self.strengths.items()
        )
        asked["for"] = ",".join(self.disasters)
        written = {
            name: value for name, value in (asked | dict(self.others) | others).items() if value
        }
        return urlencode({"layers": "", **written}, safe=",/:")


def shown_map(query: Mapping[str, str], catalog: Catalog) -> ShownMap:
    """What the query asks for. Raises `InvalidQuery` for the first value that is none."""
    reader = Query(query)
    for name in PARAMETERS:
        reader.text(name, LONGEST)
    chosen = _layers(query, catalog)
    ranked = _names(query.get("order", ""), "order", catalog)
    place = {name: rank for rank, name in enumerate(ranked)}
    usual = list(chosen)
    chosen.sort(key=lambda layer: place.get(layer.id, len(place)))  # stable: the rest as usual
    return ShownMap(
        layers=tuple(chosen),
        strengths=_strengths(query.get("opacity", ""), catalog),
        disasters=reader.choices("for", DISASTERS),
        view=_view(query.get("at"), catalog),
        ordered=chosen != usual,
        others=_handed_on(reader),
    )


def forgiving(query: Mapping[str, str], catalog: Catalog) -> ShownMap:
    """What the map shows for this query: layers that are not there, and what is wrong, left out."""
    asked = dict(query)
    for name in ("layers", "order", "opacity"):
        if name in asked:
            said = [one for one in asked[name][:LONGEST].split(",") if one]
            known = [one for one in said if current_id(one.split(":")[0], catalog) is not None]
            asked[name] = ",".join(known)
    kept: dict[str, str] = {name: asked[name] for name in LISTS if name in asked}
    for name in ("at", "opacity", "for", *HANDED_ON):
        if name in asked:
            try:
                shown_map({name: asked[name]}, catalog)
            except InvalidQuery:
                continue
            kept[name] = asked[name]
    return shown_map(kept, catalog)


def current_id(said: str, catalog: Catalog) -> str | None:
    """The id of the layer that is, or once was, called so; None for none."""
    if said in catalog.layers:
        return said
    return next(
        (layer.id for layer in catalog.layers.values() if said in layer.definition.previous_ids),
        None,
    )


def _layers(query: Mapping[str, str], catalog: Catalog) -> list[Layer]:
    """The layers asked for in the order of the catalogue; without any word those usually shown."""
    if "layers" not in query:
        return [layer for layer in catalog.layers.values() if layer.definition.default_visible]
    names = set(_names(query["layers"], "layers", catalog))
    return [layer for layer in catalog.layers.values() if layer.id in names]


def _names(said: str, parameter: str, catalog: Catalog) -> list[str]:
    names = []
    for one in filter(None, said.split(",")):
        name = current_id(one, catalog)
        if name is None:
            wanted = f"some of {', '.join(catalog.layers)}"
            raise invalid(parameter, one, wanted, verb="names")
        names.append(name)
    return names


def _strengths(said: str, catalog: Catalog) -> dict[str, float]:
    strengths = {}
    for one in filter(None, said.split(",")):
        found = STRENGTH.fullmatch(one)
        name = current_id(found[1], catalog) if found else None
        if not found or name is None or not 10 <= int(found[2]) <= 100:
            wanted = "a layer and a number of percent from 10 to 100, as in flood:40"
            raise invalid("opacity", one, wanted, verb="has")
        if int(found[2]) < 100:
            strengths[name] = int(found[2]) / 100
    return strengths


def _view(said: str | None, catalog: Catalog) -> View | None:
    """The view that `at` writes as zoom/latitude/longitude, in or near the city."""
    if said is None:
        return None
    west, south, east, north = catalog.city.extent
    wide, high = (east - west) * MOST_BEYOND, (north - south) * MOST_BEYOND
    numbers = [parse_number(part) for part in said.split("/")]
    if len(numbers) == 3:
        zoom, latitude, longitude = numbers
        if (
            MIN_ZOOM <= zoom <= MAX_ZOOM
            and south - high <= latitude <= north + high
            and west - wide <= longitude <= east + wide
        ):
            return View(round(zoom, 1), round(latitude, DIGITS), round(longitude, DIGITS))
    wanted = (
        f"zoom/latitude/longitude: a zoom from {MIN_ZOOM} to {MAX_ZOOM}, latitude from "
        f"{south - high:.2f} to {north + high:.2f}, longitude from {west - wide:.2f} to "
        f"{east + wide:.2f}"
    )
    raise invalid("at", said, wanted)


def _handed_on(query: Query) -> dict[str, str]:
    values = {name: query.matching(name, *form) for name, form in HANDED_ON.items()}
    return {name: value for name, value in values.items() if value is not None}


def map_address(request: Request, base_url: str | None, shown: ShownMap, lang: str) -> str:
    """The absolute address of the map as shown."""
    return f"{origin(request, base_url)}/?{shown.query(lang=lang)}"
