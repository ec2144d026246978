"""Publishing what a folder declares, and opening it."""

from __future__ import annotations

from pathlib import Path

from layers.catalog.catalog import Catalog, open_published
from layers.process.sandbox import Sandbox
from layers.publish.definitions import DeskSource
from layers.publish.publisher import Publisher
from layers.store.store import Home


def open_catalog(
    definitions: Path,
    data: Path,
    home: Home,
    sandbox: Sandbox | None = None,
    *,
    desk: DeskSource | None = None,
    private_sources: bool = False,
) -> Catalog:
    """Prepare what is not prepared yet and open every layer declared in `definitions` or by `desk`.

    What is due is fetched first, from private networks only with `private_sources`. Without
    `sandbox` there is one for this alone.
    A layer that cannot be read keeps no other from being served. Raises `DefinitionError`,
    `SourceError` or `PreparationError` when the city itself cannot be read.
    """
    publisher = Publisher(
        definitions,
        data,
        home,
        sandbox or Sandbox(),
        desk=desk,
        private_sources=private_sources,
    )
    return open_published(publisher.publish(), home)
