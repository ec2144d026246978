"""All layers of a city by id. A changed catalogue is a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import shapely

from layers.catalog.base_map import BaseMap
from layers.catalog.layer import Layer
from layers.errors import (
    LayerUnavailable,
    UnknownLayer,
)
from layers.revision.revision import Revision
from layers.schema.city import CityDefinition
from layers.store.failure import Trouble, file_system_error, unopened
from layers.store.record import Published
from layers.store.store import Home, Store


@dataclass(frozen=True)
class Catalog:
    """The layers that can be served, in the order of the panel, and why others cannot.

    `former` are layers as they were just before, by id, as long as they may be asked for.
    `trouble` is why the city is not what its files say.
    """

    city: CityDefinition
    base: BaseMap
    layers: Mapping[str, Layer]
    unserved: Mapping[str, Trouble]
    former: Mapping[str, Layer]
    trouble: Trouble | None

    @property
    def broken(self) -> dict[str, str]:
        """What is wrong with each layer that cannot be served, for logs and programs."""
        return {layer_id: trouble.detail for layer_id, trouble in self.unserved.items()}

    def layer(self, layer_id: str, revision_id: str | None = None) -> Layer:
        """The layer of this id; the former one when that is the revision asked for.

        Raises `UnknownLayer`, or `LayerUnavailable` for a broken one.
        """
        if layer_id in self.layers:
            former = self.former.get(layer_id)
            if former is not None and former.revision.id == revision_id:
                return former
            return self.layers[layer_id]
        if layer_id in self.unserved:
            why = self.unserved[layer_id].detail
            raise LayerUnavailable("unavailable", value=layer_id, detail=why)
        raise UnknownLayer(layer_id)

    def named(self, layer_id: str) -> Layer | None:
        """The layer that is, or else once was, called so; None where there is none."""
        if layer_id in self.layers:
            return self.layers[layer_id]
        layers = self.layers.values()
        return next((x for x in layers if layer_id in x.definition.previous_ids), None)

    def contains(self, longitude: float, latitude: float) -> bool:
        """Whether a place in degrees lies in the city."""
        return bool(shapely.intersects_xy(self.base.boundary, longitude, latitude))

    def without_revision(self, revision: Revision) -> Catalog:
        """The same catalogue without this very revision; the layer whose current one it is, is
        unserved then. Itself where it is not in it.
        """
        layers = {id: each for id, each in self.layers.items() if each.revision is not revision}
        former = {id: each for id, each in self.former.items() if each.revision is not revision}
        if (len(layers), len(former)) == (len(self.layers), len(self.former)):
            return self
        lost = self.layers.keys() - layers.keys()
        unserved = {**self.unserved, **dict.fromkeys(lost, unopened())}
        return replace(self, layers=layers, former=former, unserved=unserved)

    def without_samples(self) -> Catalog:
        """The same catalogue as if no sample layer were declared."""
        real = {id: layer for id, layer in self.layers.items() if not layer.definition.sample}
        return replace(self, layers=real)


def open_published(published: Published, home: Home, earlier: Catalog | None = None) -> Catalog:
    """Open what is published; revisions that `earlier` holds are not opened again.

    Raises `PreparationError` where the base map cannot be read.
    """
    city = published.city
    store = home.store(city.code)  # a broken layer never falls back to another city's
    revisions = _revisions(earlier) if earlier else {}
    opened, unserved, former = [], {}, {}
    for layer_id, entry in published.layers.items():
        pointer = entry.pointer
        revision = _revision(store, layer_id, pointer.revision, revisions) if pointer else None
        if revision is not None:
            opened.append(Layer(revision, entry.trouble, pointer, entry.fetched_at))
        else:
            unserved[layer_id] = entry.trouble or unopened()
        if pointer is not None and pointer.former is not None:
            before = _revision(store, layer_id, pointer.former, revisions)
            if before is not None:
                former[layer_id] = Layer(before)
    layers = {layer.id: layer for layer in _ordered(opened, city)}
    try:
        base = BaseMap.parse(store.base(published.base))
    except OSError as error:
        raise file_system_error(error) from error
    return Catalog(city, base, layers, unserved, former, published.trouble)


def _revisions(catalog: Catalog) -> dict[tuple[str, str], Revision]:
    every = (*catalog.layers.values(), *catalog.former.values())
    return {(layer.id, layer.revision.id): layer.revision for layer in every}


def _revision(
    store: Store,
    layer_id: str,
    revision_id: str,
    revisions: Mapping[tuple[str, str], Revision],
) -> Revision | None:
    """The revision; the current one when it was deleted since."""
    if (layer_id, revision_id) in revisions:
        return revisions[layer_id, revision_id]
    try:
        return store.revision(layer_id, revision_id)
    except FileNotFoundError:
        return store.current(layer_id)


def _ordered(layers: list[Layer], city: CityDefinition) -> list[Layer]:
    position = {group.id: index for index, group in enumerate(city.groups)}

    def key(layer: Layer) -> tuple[int, int, str]:
        definition = layer.revision.definition
        return position.get(definition.group, len(position)), definition.order, definition.id

    return sorted(layers, key=key)
