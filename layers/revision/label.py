"""A revision of data that is prepared already, presented in another way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import orjson

from layers.revision.digests import write_digests
from layers.revision.revision import ARRAYS, LEVELS, META, SHARED
from layers.schema.layer import LayerDefinition
from layers.schema.presentation import presented


def label(prepared: Path, target: Path, revision_id: str, definition: LayerDefinition) -> None:
    """Write a revision's files into the new folder `target`.

    `prepared` is the folder of one with the same data. Raises `OSError`.
    """
    meta = orjson.loads((prepared / META).read_bytes())
    data = LayerDefinition.model_validate(meta["data"]["definition"])
    labelled = presented(data, definition).model_dump(mode="json")
    target.mkdir()
    document = {**meta, "revision": revision_id, "definition": labelled}
    (target / META).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    _link_arrays(prepared, target)
    write_digests(target, prepared)


def _link_arrays(prepared: Path, target: Path) -> None:
    """Have the arrays of one revision's folder in another one too. Raises `OSError`."""
    for name in (ARRAYS, LEVELS, SHARED):
        if not (prepared / name).is_file():
            continue
        try:
            os.link(prepared / name, target / name)
        except PermissionError:  # a file system without hard links
            shutil.copyfile(prepared / name, target / name)
