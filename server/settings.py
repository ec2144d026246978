"""The service's settings: environment variables `BOSAI_*`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field as Option, StringConstraints, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from layers.process.limits import SECONDS, Limits, limits_of_machine
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS

# As a page's Content-Security-Policy takes it: https://www.city.example.lg.jp
Origin = Annotated[
    str, StringConstraints(pattern=r"^https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?$")
]


class Settings(BaseSettings):
    """Where the service listens, reads and writes."""

    model_config = SettingsConfigDict(env_prefix="BOSAI_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8000
    definitions: Path = BUNDLED_DEFINITIONS
    data: Path = BUNDLED_DATA
    home: Path = Path(".bosai")
    database_url: str | None = None
    base_url: str | None = None
    samples: Literal["on", "off"] = "on"
    tile_cache_mb: int = 64
    reader_memory_mb: Annotated[int, Option(ge=256)] | None = None
    reader_seconds: Annotated[int, Option(ge=10)] = SECONDS
    private_sources: Literal["refuse", "allow"] = "refuse"
    embed_origins: Annotated[tuple[Origin, ...], NoDecode] = ()

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _separated_by_spaces(cls, origins: object) -> object:
        return tuple(origins.split()) if isinstance(origins, str) else origins

    @field_validator("base_url")
    @classmethod
    def _without_trailing_slash(cls, address: str | None) -> str | None:
        """What paths, which begin with a slash, are put behind; an empty one is none."""
        if not address:
            return None
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("wanted an address with its scheme: https://map.city.example.jp")
        return address.rstrip("/")

    @property
    def allows_private_sources(self) -> bool:
        """Whether a layer's url may lead inside private networks."""
        return self.private_sources == "allow"

    @property
    def shows_samples(self) -> bool:
        """Whether layers of sample data are served."""
        return self.samples == "on"

    @property
    def reader_limits(self) -> Limits:
        """What a process that reads a file may use at most."""
        memory = None if self.reader_memory_mb is None else self.reader_memory_mb << 20
        return limits_of_machine(memory, self.reader_seconds)

    @property
    def database(self) -> str:
        """The database's URL: a SQLite file in `home` unless one is given."""
        return self.database_url or f"sqlite:///{(self.home / 'bosai.sqlite').resolve()}"
