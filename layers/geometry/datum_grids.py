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
    said = os.environ.get(SETTING)
    return Path(said).resolve() if said else None


def environment() -> dict[str, str]:
    """What a process with another working folder needs in its environment to find the folder."""
    found = folder()
    return {SETTING: str(found)} if found else {}


def hashes() -> dict[str, str]:
    """The grids that are there, by name: they decide where features are."""
    found = folder()
    return {
        name: hashlib.sha256((found / name).read_bytes()).hexdigest()
        for name in KNOWN
        if found is not None and (found / name).is_file()
    }
