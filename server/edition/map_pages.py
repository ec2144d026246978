"""The map pages that every worker reads, so that none needs Folium.

`<home>/<city>/pages/<key>.json` holds the pages of every language, named by what decides them,
below a line with the SHA-256 of the rest: a page that a failing disk changed is rendered again. One
process at a time renders; those that wait for it find what it wrote. Only what was rendered last is
kept: an older page may tell where something is that was taken back since.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from layers.catalog.catalog import Catalog
from layers.files import locked, read_file, replace_durably
from layers.store.record import Published
from server.edition.page_key import page_key, renderer_version
from server.edition.rendering import RenderingFailed, RenderingJob, render
from server.viewer.parts import Parts, from_json

LOCK = "lock"

LOG = logging.getLogger(__name__)


class MapPages:
    """The pages of what is published in `home`, with sample layers or without.

    `static` names the bundled file of each of the viewer's entries.
    """

    def __init__(self, home: Path, static: Mapping[str, str], *, samples: bool) -> None:
        self._home, self._static, self.samples = home, dict(static), samples

    def pages(self, catalog: Catalog, published: Published) -> Mapping[str, Parts]:
        """The pages of `catalog`, opened from `published`, by language; rendered if none are kept.

        Where they cannot be kept, as on a full disk, each process renders for itself. Raises
        `RenderingFailed`.
        """
        renderer = renderer_version()
        key = page_key(catalog, self._static, renderer)
        file = self._home / catalog.city.code / "pages" / f"{key}.json"
        pages = _read(file)
        if pages is not None:
            return pages
        with _turn(file.parent) as is_alone:
            pages = _read(file)  # another process may have rendered them meanwhile
            if pages is not None:
                return pages
            content = render(
                RenderingJob(published, self._home, self.samples, self._static, renderer, key)
            )
            try:
                pages = from_json(content)
            except ValueError as error:
                raise RenderingFailed(f"the map pages: {error}") from None
            if is_alone:
                _keep(file, content)
            return pages


def _read(file: Path) -> Mapping[str, Parts] | None:
    """The pages kept in the file; None where there are none, or a failing disk damaged them."""
    try:
        digest, content = read_file(file).split(b"\n", 1)
        if digest != _digest(content):
            raise ValueError("it is damaged")
        return from_json(content)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        LOG.warning("the map pages in %s are rendered again: %s", file, error)
        return None


@contextmanager
def _turn(folder: Path) -> Iterator[bool]:
    """Wait until no other process renders into the folder; False where nothing can be written."""
    with ExitStack() as stack:
        try:
            is_alone = stack.enter_context(locked(folder / LOCK))
        except OSError as error:
            LOG.warning("the map pages are not kept in %s: %s", folder, error.strerror)
            is_alone = False
        yield is_alone


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _keep(file: Path, content: bytes) -> None:
    """Write the file, whole whatever happens, in the place of all others of its folder."""
    try:
        for path in file.parent.iterdir():
            if path.name != LOCK:
                path.unlink()
        replace_durably(file, _digest(content) + b"\n" + content)
    except OSError as error:
        LOG.warning("the map pages are not kept in %s: %s", file.parent, error.strerror)
