"""A layer as a dataset of open data: what every catalogue says of it, in its own words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.exports.formats import Format, formats_of
from layers.geometry.tile import Bounds
from layers.japanese.time_zone import JAPAN_TIME
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition
from layers.schema.renewal import Rhythm
from layers.schema.values import Text
from server.pages.downloads import export_path
from server.texts import EASY, LANGUAGES, plain, translator
from server.texts.wording import site_title

# やさしい日本語 is Japanese again, with its readings in the text: catalogues have no place for it.
TAGS: Mapping[str, str] = {
    code: language.tag for code, language in LANGUAGES.items() if code != EASY
}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the datasets: the city once it has adopted the map, before that the map itself.

    `mail` is the office's; None where the city's definition names none.
    """

    name: Text
    mail: str | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """One layer of the city's own data. `at` is where the service is, without a trailing slash."""

    layer: Layer
    city: CityDefinition
    publisher: Publisher
    at: str

    @property
    def definition(self) -> LayerDefinition:
        return self.layer.definition

    @property
    def page(self) -> str:
        """The address of the layer's page, by which the dataset is known."""
        return f"{self.at}/layers/{self.layer.id}"

    @property
    def group(self) -> Text:
        """The heading under which the map lists it."""
        return next(g.title for g in self.city.groups if g.id == self.definition.group)

    @property
    def issued(self) -> datetime.date:
        """The day of the data, as its source states it."""
        return self.definition.credit.date

    @property
    def modified(self) -> datetime.datetime:
        """When what is served was published here; without a record of it, the day of the data."""
        if self.layer.pointer is None:
            return datetime.datetime.combine(self.issued, datetime.time(), JAPAN_TIME)
        return datetime.datetime.fromtimestamp(int(self.layer.pointer.since), JAPAN_TIME)

    @property
    def rhythm(self) -> Rhythm | None:
        """How often it is renewed; None where nothing says so."""
        renewal = self.definition.renewal
        return None if renewal is None else renewal.rhythm

    @property
    def bounds(self) -> Bounds:
        """The extent in degrees: of the features, or of the city where there are none."""
        return self.layer.bounds or Bounds(*self.city.extent)

    def downloads(self) -> Iterator[tuple[Format, str]]:
        """The formats that the layer is handed on in, with their addresses."""
        for file_format in formats_of(self.layer.revision):
            yield file_format, f"{self.at}{export_path(self.layer.id, file_format)}"

    @property
    def tilejson(self) -> str:
        """The address of the TileJSON."""
        return f"{self.at}/tiles/{self.layer.id}.json"

    @property
    def collection(self) -> str:
        """The address of the layer in OGC API."""
        return f"{self.at}/ogc/collections/{self.layer.id}"

    @property
    def described_by(self) -> str:
        """The address that gives the fields and their codes to programs."""
        return f"{self.page}?f=json"


def datasets(catalog: Catalog, at: str) -> tuple[Dataset, ...]:
    """The layers that are served and no sample, in the order of the map."""
    publisher = publisher_of(catalog.city)
    return tuple(
        Dataset(layer, catalog.city, publisher, at)
        for layer in catalog.layers.values()
        if not layer.definition.sample
    )


def publisher_of(city: CityDefinition) -> Publisher:
    """Who publishes the city's datasets: never the city, as long as it has not adopted the map."""
    if city.official:
        office = city.office
        return Publisher(city.name, None if office is None else office.mail)
    return Publisher({code: site_name(city, code) for code in TAGS}, None)


def site_name(city: CityDefinition, lang: str) -> str:
    """What the site is called, as plain text."""
    return plain(site_title(city, lang, translator(lang)))


def media_type(file_format: Format) -> str:
    """The media type alone, as catalogues name it: without its parameters."""
    return file_format.media_type.partition(";")[0]
