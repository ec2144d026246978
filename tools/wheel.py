"""What a wheel holds beside the packages: the browser bundle, so that an operator needs no Node,
and the bundled data, as `layers/data`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig


class WheelHook(BuildHookInterface[WheelBuilderConfig]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "server/viewer/static/manifest.json").is_file():
            raise FileNotFoundError("server/viewer/static is missing; run `make bundle` first")
        build_data["force_include"][str(root / "data")] = "layers/data"
