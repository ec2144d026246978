"""The service's settings: environment variables `BOSAI_*`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

from layers.definition import BUNDLED_DATA, BUNDLED_DEFINITIONS


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
    private_sources: Literal["refuse", "allow"] = "refuse"

    @property
    def allows_private_sources(self) -> bool:
        """Whether a layer's url may lead inside private networks."""
        return self.private_sources == "allow"

    @property
    def database(self) -> str:
        """The database's URL: a SQLite file in `home` unless one is given."""
        return self.database_url or f"sqlite:///{(self.home / 'bosai.sqlite').resolve()}"
