"""All layers of a city by id. A changed catalogue is a new one."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

import shapely

from layers.catalog.base_map import BaseMap
from layers.catalog.layer import Layer
from layers.errors import (
    LayerUnavailable,
    LayerWithdrawn,
    UnknownLayer,
)
from layers.revision.revision import Revision
from layers.schema.city import CityDefinition
from layers.store.failure import Trouble, file_system_error, unopened, withheld_anew
from layers.store.recalls import NO_RECALLS, Recalls
from layers.store.record import Published
from layers.store.store import Home, Store


@dataclass(frozen=True)
class Catalog:
    """The layers that can be served, in the order of the panel, and why others cannot.

    `former` are layers as they were just before, by id, as long as they may be asked for.
    `set_aside` are the layers, served or not, of which the operator's file does not count.
    `trouble` is why the city is not what its files say. `recalls` are obeyed: nothing that they
    forbid is in it.
    """

    city: CityDefinition
    base: BaseMap
    layers: Mapping[str, Layer]
    unserved: Mapping[str, Trouble]
    former: Mapping[str, Layer]
    trouble: Trouble | None
    set_aside: Set[str] = frozenset()
    recalls: Recalls = NO_RECALLS

    @property
    def broken(self) -> dict[str, str]:
        """What is wrong with each layer that cannot be served, for logs and programs."""
        return {layer_id: trouble.detail for layer_id, trouble in self.unserved.items()}

    def layer(self, layer_id: str, revision_id: str | None = None) -> Layer:
        """The layer of this id; the former one when that is the revision asked for.

        Raises `UnknownLayer`, `LayerUnavailable` for a broken one, `LayerWithdrawn` for what the
        desk withdrew.
        """
        self.refuse_withdrawn(layer_id, revision_id)
        if layer_id in self.layers:
            former = self.former.get(layer_id)
            if former is not None and former.revision.id == revision_id:
                return former
            return self.layers[layer_id]
        if layer_id in self.unserved:
            why = self.unserved[layer_id].detail
            raise LayerUnavailable("unavailable", value=layer_id, detail=why)
        raise UnknownLayer(layer_id)

    def refuse_withdrawn(self, layer_id: str, revision_id: str | None) -> None:
        """Raise `LayerWithdrawn` where the desk withdrew the layer, or this revision of it."""
        if layer_id in self.recalls.layers:
            raise LayerWithdrawn("layer_withdrawn", value=layer_id)
        if revision_id is not None and revision_id in self.recalls.revisions.get(layer_id, ()):
            raise LayerWithdrawn("revision_withdrawn", value=revision_id)

    def named(self, layer_id: str) -> Layer | None:
        """The layer that is, or else once was, called so; None where there is none."""
        if layer_id in self.layers:
            return self.layers[layer_id]
        layers = self.layers.values()
        return next((x for x in layers if layer_id in x.definition.previous_ids), None)

    def contains(self, longitude: float, latitude: float) -> bool:
        """Whether a place in degrees lies in the city."""
        return bool(shapely.intersects_xy(self.base.boundary, longitude, latitude))

    @property
    def latitudes(self) -> tuple[float, float]:
        """The southernmost and the northernmost of the city, in degrees."""
        _, south, _, north = shapely.bounds(self.base.boundary).tolist()
        return south, north

    def obeying(self, recalls: Recalls) -> Catalog:
        """The same catalogue without what `recalls` forbid: a layer of which a part was withdrawn
        is unserved until it is prepared without it. Itself where it obeys them already.
        """
        if recalls == self.recalls:
            return self
        layers = {
            id: each for id, each in self.layers.items() if not recalls.forbid(id, each.revision)
        }
        former = {
            id: each for id, each in self.former.items() if not recalls.forbid(id, each.revision)
        }
        lost = self.layers.keys() - layers.keys()
        unserved = {**dict.fromkeys(sorted(lost), withheld_anew()), **self.unserved}
        unserved = {id: why for id, why in unserved.items() if id not in recalls.layers}
        return replace(self, layers=layers, former=former, unserved=unserved, recalls=recalls)

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
    """Open what is published and not withdrawn; what `earlier` holds is not opened again.

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
            opened.append(Layer(revision, entry.trouble, pointer, entry.fetched_at, entry.owner))
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
    set_aside = {layer_id for layer_id, entry in published.layers.items() if entry.set_aside}
    catalog = Catalog(city, base, layers, unserved, former, published.trouble, set_aside)
    return catalog.obeying(home.desk_changes.recalls())


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
