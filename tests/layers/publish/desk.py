"""A desk's database in memory, for tests of what follows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layers.publish.desk_folder import DeskFolder, DeskVersion, Unreachable
from tests.layers.city import LAYER


@dataclass
class MemoryDesk:
    """A `layers.publish.desk_folder.DeskDatabase`. `is_away` is while it cannot be asked."""

    versions: dict[str, list[tuple[str, dict[str, bytes]]]] = field(default_factory=dict)
    given_back: set[str] = field(default_factory=set)
    is_away: bool = False

    def publish(self, layer_id: str, source: str, files: Mapping[str, bytes], **top: str) -> None:
        """Publish a version; `source` is the TOML of its source."""
        text = LAYER.format(group="fire", top="", source=source, fields="") + top.get("more", "")
        self.versions.setdefault(layer_id, []).append((text, dict(files)))
        self.given_back.discard(layer_id)

    def folder(self, home: Path) -> DeskFolder:
        return DeskFolder(home / "desk", self)

    def numbers(self) -> Mapping[str, int]:
        self._require_there()
        counts = {key: len(versions) for key, versions in self.versions.items()}
        return {key: count for key, count in counts.items() if key not in self.given_back}

    def version(self, layer_id: str, number: int) -> DeskVersion:
        self._require_there()
        text, files = self.versions[layer_id][number - 1]
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        return DeskVersion(text, digests, self._content)

    def _content(self, sha256: str) -> Iterator[bytes]:
        self._require_there()
        for versions in self.versions.values():
            for _, files in versions:
                for content in files.values():
                    if hashlib.sha256(content).hexdigest() == sha256:
                        yield content[:5]
                        yield content[5:]
                        return

    def _require_there(self) -> None:
        if self.is_away:
            raise Unreachable
