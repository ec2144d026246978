"""Hosts of one service: a city's folder and a home for each, and the database of all."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from layers.catalog.catalog import open_published
from layers.publish.pauses import Pauses
from layers.publish.publisher import Publisher
from layers.revision.digests import Digests, digests_of
from layers.store.record import Published
from layers.store.store import Home, Record, Store
from server.database.announcements import listening
from server.hosts.shared_home import SharedHome
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX
from tests.server.layer_service import POINTS, SOURCE, points_named

LARGE = 500_000_000  # bytes of levels that are tables of PostGIS
AT_ONCE = Pauses(poll=0.02, settle=0.0)
WHEN_WOKEN = Pauses(poll=3600.0, settle=0.0)  # what nobody is woken for is not seen in a test


def city_of(folder: Path, name: str) -> SmallCity:
    """A city with one layer of one point of this name."""
    folder.mkdir(exist_ok=True)
    city = SmallCity(folder)
    city.put("points.csv", points_named(name))
    city.declare(POINTS, SOURCE)
    return city


def name_served(record: Record, home: Home) -> str:
    """The name of the point that is served of what is published."""
    published = record.read()
    assert published is not None
    revision = open_published(published, home).layer(POINTS).revision
    (properties,) = revision.table.properties.take(np.arange(1))
    return str(json.loads(properties)["name"])


class Host:
    """A host in `folder`, with a city of its own or a copy of another host's."""

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        city: SmallCity | str,
        pauses: Pauses = AT_ONCE,
        large: int = LARGE,
    ) -> None:
        self.engine = engine
        if isinstance(city, str):
            city = city_of(folder, city)
        else:
            for path in (city.definitions, city.data):
                shutil.copytree(path, folder / path.name)
        self.definitions, self.data = folder / "definitions", folder / "data"
        self.path = folder / "home"
        self.home = SharedHome(self.path, engine, large)
        self.publisher = Publisher(self.definitions, self.data, self.home, SANDBOX, pauses=pauses)
        self.record = self.publisher.record

    @property
    def store(self) -> Store:
        return self.home.store("00000")

    def leading(self) -> AbstractContextManager[bool]:
        return self.record.leading()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Publish or follow meanwhile, as a process of the service does."""
        stop = threading.Event()
        keeper = threading.Thread(target=self.publisher.keep_up, args=(stop,))
        with listening(self.engine, self.publisher.wake):
            keeper.start()
            try:
                yield
            finally:
                stop.set()
                self.publisher.wake()
                keeper.join()

    def put(self, name: str) -> None:
        """Change the name of the point in the host's own file."""
        (self.data / "points.csv").write_text(points_named(name), encoding="utf-8")

    def publish(self, name: str) -> Published:
        """Publish a point of another name; for the host that leads."""
        self.put(name)
        published = self.publisher.publish()
        self.record.write(published)
        return published

    def name(self) -> str:
        """The name of the point that the host serves."""
        return name_served(self.record, self.home)

    def digests(self) -> dict[str, Digests]:
        """The files of the host's revisions of the layer, as they were written."""
        folder = self.path / "00000" / "revisions" / POINTS
        return {each.name: digests_of(each) for each in folder.iterdir() if each.is_dir()}
