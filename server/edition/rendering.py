"""Rendering the map pages in a process of its own, which loads Folium and then ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from layers.catalog.catalog import Catalog, open_published
from layers.store.record import Published
from layers.store.store import Home

PROGRAM = "server.renderer"
LONGEST = 300.0  # seconds: rendering a city takes one or two, where nothing else is done
CHANGED = 3  # exit status: the catalogue is another one by now


class RenderingFailed(Exception):
    """The map pages could not be rendered."""


class CatalogChanged(RenderingFailed):
    """A revision of the catalogue was withdrawn before the renderer opened it."""


@dataclass(frozen=True)
class RenderingJob:
    """What the program is handed.

    `static` names the bundled file of each of the viewer's entries. `key` is that of the catalogue
    to render, with the version `renderer` (see `server.edition.page_key`).
    """

    published: Published
    home: Path
    samples: bool
    static: Mapping[str, str]
    renderer: str
    key: str


JOB = TypeAdapter(RenderingJob)


def open_catalog(
    published: Published, home: Home, earlier: Catalog | None = None, *, samples: bool
) -> Catalog:
    """The catalogue that is served of what is published, with its `samples` or without.

    Revisions that `earlier` holds are not opened again.
    """
    catalog = open_published(published, home, earlier)
    return catalog if samples else catalog.without_samples()


def render(job: RenderingJob) -> bytes:
    """The pages by language, as `server.viewer.parts` reads them. Takes a second or two.

    Raises `RenderingFailed`, `CatalogChanged`.
    """
    command = [sys.executable, "-m", PROGRAM]
    content = JOB.dump_json(job)
    try:
        process = _run(command, content)
        if process.returncode < 0:  # killed, as by a system that was short of memory
            process = _run(command, content)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderingFailed(f"the map pages: {error}") from error
    if process.returncode == CHANGED:
        raise CatalogChanged(f"the map pages of {job.key}: what is published has changed")
    if process.returncode != 0:
        lines = process.stderr.decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else f"the renderer ended with {process.returncode}"
        raise RenderingFailed(f"the map pages: {reason}")
    return process.stdout


def _run(command: list[str], content: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=content, capture_output=True, timeout=LONGEST, check=False)
