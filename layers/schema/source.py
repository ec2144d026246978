"""Where a layer is read from."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    Field as Option,
    field_serializer,
    model_validator,
)

from layers.schema.validation import rule
from layers.schema.values import (
    Strict,
)

Service = Literal["arcgis", "ogc-features", "wfs", "file"]

ARCGIS = re.compile(r"/(Feature|Map)Server(/\d+)?(/query)?/?$", re.IGNORECASE)
OGC_COLLECTION = re.compile(r"/collections/[^/]+(/items)?/?$")
PAGED_FORMAT = re.compile("json|gml|xml", re.IGNORECASE)  # of those a WFS may be asked for
URL_LENGTH = 2000  # characters; no server of a city's data needs more


class Source(Strict):
    """Where a layer is read from, and what the source does not say itself.

    `path` is below the data folder: a file, an archive, or the folder of a Shapefile. `url` is an
    http(s) address, asked again every `refresh_hours`, or a PostgreSQL one (`postgresql://…`), of
    which `table` or `query` is taken; its password comes from PGPASSWORD, ~/.pgpass or a service.
    `service` is what the address is of, told from its form where it is not written: a service whose
    features come in pages, or a `file`.
    `sublayer` chooses one of several in a file or an archive, of a table's geometry columns, or of
    a WFS's feature types, and `geometry` the rows of one kind where there are several: a layer is
    of one.
    In a table `longitude` and `latitude`, `wkt` or `address` name the columns with positions, and
    `header` the row of the column names; what is not named is looked for.
    """

    path: Annotated[str, Option(min_length=1)] | None = None
    url: str | None = Option(default=None, repr=False)
    service: Service | None = None
    refresh_hours: Annotated[int, Option(ge=1, le=24 * 366)] = 24
    table: str | None = None
    query: str | None = None
    sublayer: str | None = None
    geometry: Literal["point", "line", "polygon"] | None = None
    encoding: str | None = None
    crs: str | None = None
    header: Annotated[int, Option(ge=1)] | None = None
    longitude: str | None = None
    latitude: str | None = None
    wkt: str | None = None
    address: str | None = None
    id: str | None = None
    clip_to: Literal["boundary"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _service_by_address(cls, keys: Any) -> Any:
        """What leaves the definition holds no query to tell the service by: it is written down."""
        if isinstance(keys, dict) and keys.get("service") is None:
            service = service_at(keys.get("url"))
            return keys if service is None else {**keys, "service": service}
        return keys

    @model_validator(mode="after")
    def _both_coordinates(self) -> Self:
        if (self.longitude is None) != (self.latitude is None):
            raise rule("both_coordinates", "longitude", self.longitude)
        return self

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise rule("one_place", "path", self.path)
        if self.service is not None and (self.url is None or self.is_database):
            raise rule("service_without_url", "service", self.service)
        if self.is_database == (self.table is None and self.query is None) or (
            self.table is not None and self.query is not None
        ):
            raise rule("table_or_query", "table", self.table)
        return self

    @model_validator(mode="after")
    def _usable_url(self) -> Self:
        if self.url is not None:
            _require_usable(self.url)
        return self

    @field_serializer("url")
    def _stored_url(self, url: str | None) -> str | None:
        """What leaves the definition, for a revision say, holds no user and no key."""
        return None if url is None else without_secrets(url)

    @property
    def is_database(self) -> bool:
        """Whether the source is a table or query of PostgreSQL."""
        return self.url is not None and self.url.startswith(("postgresql://", "postgres://"))

    @property
    def name(self) -> str:
        """What reports call the source: its path, or its address without user and password."""
        if self.path is not None:
            return self.path
        return without_secrets(str(self.url)) + (f"#{self.table}" if self.table else "")


def service_at(url: object) -> Service | None:
    """The service that an address is of, by its form; None for that of a file."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    if ARCGIS.search(parts.path):
        return "arcgis"
    if OGC_COLLECTION.search(parts.path):
        return "ogc-features"
    asked = {name.casefold(): values[0] for name, values in parse_qs(parts.query).items()}
    if asked.get("service", "").casefold() != "wfs":
        return None
    is_paged = PAGED_FORMAT.search(asked.get("outputformat", "json"))
    return "wfs" if is_paged else None


def without_secrets(url: str) -> str:
    """The address without user, password and query: what messages and revisions may say of it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _require_usable(url: str) -> None:
    """Raise for an address that is of no use.

    A password is refused, not masked: definitions are mailed, copied and kept in repositories.
    """
    if len(url) > URL_LENGTH or not url.isprintable():
        raise rule("url_long", "url", len(url), str(URL_LENGTH))
    try:
        parts, said = urlsplit(url), without_secrets(url)
        is_database = parts.scheme in ("postgresql", "postgres")
        asked = parse_qs(parts.query)
        _ = is_database or parts.port
    except ValueError:  # whose words may hold the password
        raise rule("url_unreadable", "url") from None
    if " " in url:
        raise rule("url_space", "url", said)
    if is_database:
        if parts.password is not None or "password" in asked or "sslpassword" in asked:
            raise rule("database_password", "url", said)
        return
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise rule("url_form", "url", said)
    if "@" in parts.netloc:
        raise rule("url_password", "url", said)
