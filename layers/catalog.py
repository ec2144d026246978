"""All layers of a city by id. A changed catalogue is a new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from layers.declared import CITY, layer_files, load_declared
from layers.definition import CityDefinition, load_city
from layers.errors import DefinitionError, LayerUnavailable, UnknownLayer
from layers.layer import Layer
from layers.published import Published
from layers.publishing import Publisher
from layers.report import Report
from layers.revision import Revision
from layers.store import Store, inspect
from layers.trouble import Trouble, wrong_definition


@dataclass(frozen=True)
class Catalog:
    """The layers that can be served, in the order of the panel, and why others cannot.

    `former` are layers as they were just before, by id, as long as they may be asked for.
    `trouble` is why the city is not what its files say.
    """

    city: CityDefinition
    base: bytes
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
            raise LayerUnavailable(f"layer {layer_id}: {self.unserved[layer_id].detail}")
        raise UnknownLayer(layer_id)

    def without_samples(self) -> Catalog:
        """The same catalogue as if no sample layer were declared."""
        real = {id: layer for id, layer in self.layers.items() if not layer.definition.sample}
        return replace(self, layers=real)


def open_catalog(definitions: Path, data: Path, home: Path) -> Catalog:
    """Prepare what is not prepared yet and open every layer declared in `definitions`.

    A layer that cannot be read keeps no other from being served. Raises `DefinitionError`,
    `SourceError` or `PreparationError` when the city itself cannot be read.
    """
    return open_published(Publisher(definitions, data, home).publish(), home)


def open_published(published: Published, home: Path, earlier: Catalog | None = None) -> Catalog:
    """Open what is published; revisions that `earlier` holds are not opened again."""
    city = published.city
    store = Store(home / city.code)  # a broken layer never falls back to another city's
    known = _revisions(earlier) if earlier else {}
    opened, unserved, former = [], {}, {}
    for layer_id, entry in published.layers.items():
        pointer = entry.pointer
        revision = _revision(store, layer_id, pointer.revision, known) if pointer else None
        if revision is not None:
            opened.append(Layer(revision, entry.trouble, pointer))
        elif entry.trouble is not None:
            unserved[layer_id] = entry.trouble
        if pointer is not None and pointer.former is not None:
            before = _revision(store, layer_id, pointer.former, known)
            if before is not None:
                former[layer_id] = Layer(before)
    layers = {layer.id: layer for layer in _ordered(opened, city)}
    base = store.read_base(published.base)
    return Catalog(city, base, layers, unserved, former, published.trouble)


def _revisions(catalog: Catalog) -> dict[tuple[str, str], Revision]:
    every = (*catalog.layers.values(), *catalog.former.values())
    return {(layer.id, layer.revision.id): layer.revision for layer in every}


def _revision(
    store: Store, layer_id: str, revision_id: str, known: Mapping[tuple[str, str], Revision]
) -> Revision | None:
    """The revision; the current one when it was deleted since."""
    if (layer_id, revision_id) in known:
        return known[layer_id, revision_id]
    try:
        return store.revision(layer_id, revision_id)
    except FileNotFoundError:
        return store.current(layer_id)


def check_catalog(
    definitions: Path,
    data: Path,
    chosen: Collection[str] | None = None,
    home: Path | None = None,
) -> list[Report]:
    """Read layers and report, with the difference to what is published in `home`; keeps nothing.

    `chosen` are ids of layers in `definitions` or paths of definition files; None: every layer.
    Raises `DefinitionError` when the city cannot be read, `UnknownLayer` for a choice that is none.
    """
    city = load_city(definitions / CITY)
    every = layer_files(definitions)
    paths = every if chosen is None else [_file(definitions, one) for one in chosen]
    store = Store(home / city.code) if home else None
    reports = []
    for path in paths:
        try:
            definition = load_declared(path, city)
        except DefinitionError as error:
            reports.append(wrong_definition(path, error))
        else:
            before = store.current(definition.id) if store else None
            reports.append(inspect(definition, city, data, before))
    return reports


def _file(definitions: Path, chosen: str) -> Path:
    """The definition file of an id, or of its own path."""
    for path in (definitions / f"{chosen}.toml", Path(chosen)):
        if path.is_file():
            return path
    raise UnknownLayer(chosen)


def _ordered(layers: list[Layer], city: CityDefinition) -> list[Layer]:
    position = {group.id: index for index, group in enumerate(city.groups)}

    def key(layer: Layer) -> tuple[int, int, str]:
        definition = layer.revision.definition
        return position.get(definition.group, len(position)), definition.order, definition.id

    return sorted(layers, key=key)
