"""The browser bundle: which file, with a hash in its name, each of its entries is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

BUNDLE = Path(__file__).with_name("static")
MANIFEST = "manifest.json"
ENTRIES = (
    "map.js",
    "map.css",
    "page.css",
    "staff.css",
    "here.js",
    "request.js",
    "draft.js",
    "draft_map.js",
    "request_layer.js",
    "alert_area.js",
    "place_map.js",
    "place_area.js",
    "place_map.css",
    "kept.js",
    "static_answers.js",
    "print.js",
    "print.css",
    "print-landscape.css",
    "sw.js",
)


class BundleMissing(Exception):
    """The browser bundle is not built, or not whole."""


class StaticFiles(Mapping[str, str]):
    """From an entry's own name, such as `page.css`, to its file's name under /static/."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    @classmethod
    def load(cls, folder: Path) -> StaticFiles:
        """The bundle in `folder`. Raises `BundleMissing`."""
        path = folder / MANIFEST
        try:
            files: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BundleMissing(f"{path} is missing: `make serve` builds it") from None
        for entry in ENTRIES:
            if entry not in files or not (folder / files[entry]).is_file():
                raise BundleMissing(f"{path} has no file for {entry}: `make serve` builds it")
        return cls(files)

    def __getitem__(self, entry: str) -> str:
        return self._files[entry]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
