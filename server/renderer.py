"""The program of the process that renders the map pages: a job in, the pages out, and it ends.

The only one of `server` that loads Folium. It is on the way of every publication: so it loads
neither the framework nor what the database is asked by. See `server.edition.rendering`.
"""

from __future__ import annotations

import signal
import sys

from layers.query.search.build import index_of
from layers.revision.revision import NoLevels
from layers.store.folder import HomeFolder
from server.edition.page_key import page_key
from server.edition.rendering import CHANGED, JOB, RenderingJob, open_catalog
from server.texts import LANGUAGES, translator
from server.viewer.parts import to_json


def main() -> None:
    """Read a job from the standard input; write the pages to the standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's; it is for who started us
    job = JOB.validate_json(sys.stdin.buffer.read())
    # Folium does without pandas where there is none. Loading it took as long as all of the rest.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    sys.stdout.buffer.write(rendered(job))


def rendered(job: RenderingJob) -> bytes:
    """The pages by language. Raises `SystemExit` when the catalogue is another one by now."""
    catalog = open_catalog(
        job.published, HomeFolder(job.home, shared=NoLevels()), samples=job.samples
    )
    if page_key(catalog, job.static, job.renderer) != job.key:
        sys.exit(CHANGED)
    from server.viewer.page import map_page  # Folium takes long: a revision may go meanwhile

    index = index_of(catalog)
    return to_json(
        {lang: map_page(catalog, index, lang, translator(lang), job.static) for lang in LANGUAGES}
    )


if __name__ == "__main__":
    main()
