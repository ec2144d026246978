"""What every file handed on says of its source."""

from __future__ import annotations

from layers.revision.revision import Revision


def provenance(revision: Revision) -> dict[str, object]:
    """Whose data a revision is, under which terms, and as of when."""
    definition = revision.definition
    credit = definition.credit
    return {
        "name": revision.definition.id,
        "title": definition.title,
        "source": credit.attribution,
        "source_url": credit.url,
        "source_files": [vars(source) for source in revision.sources],
        "licence": credit.licence,
        "licence_url": credit.licence_url,
        "date": credit.date.isoformat(),
        "revision": revision.id,
        "sample": definition.sample,
    }
