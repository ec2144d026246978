"""Grids of datum shifts that an operator supplies, because PROJ may not ship them.

`BOSAI_GRIDS` names a folder with files as the 国土地理院 hands them on, in the NTv2 format:
`tky2jgd.gsb` (Tokyo datum) and `touhokutaiheiyouoki2011.gsb` (the earthquake of 2011).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

SETTING = "BOSAI_GRIDS"
KNOWN = ("tky2jgd.gsb", "touhokutaiheiyouoki2011.gsb")  # the names by which PROJ asks for them


def folder() -> Path | None:
    """The operator's folder, absolute; None when none is set."""
    setting = os.environ.get(SETTING)
    return Path(setting).resolve() if setting else None


def environment() -> dict[str, str]:
    """The setting for the environment of a process that has another working folder."""
    grids = folder()
    return {SETTING: str(grids)} if grids else {}


def hashes() -> dict[str, str]:
    """Hashes of the grids in the folder, by name: they decide where features are."""
    grids = folder()
    return {
        name: hashlib.sha256((grids / name).read_bytes()).hexdigest()
        for name in KNOWN
        if grids is not None and (grids / name).is_file()
    }
