"""What every file handed on says of its source."""

from __future__ import annotations

from layers.exports.names import free
from layers.revision.revision import Revision
from layers.schema.values import Scalar

LANGUAGE = "ja"  # of the credit where there is room for one language


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


def credit_values(revision: Revision) -> dict[str, Scalar]:
    """The same in one language, for each feature of a format with no other place for it.

    A name that a field already has gets a `_`.
    """
    credit = revision.definition.credit
    values: dict[str, Scalar] = {
        "source": credit.attribution[LANGUAGE],
        "licence": credit.licence[LANGUAGE],
        "date": credit.date.isoformat(),
        "revision": revision.id,
        "sample": revision.definition.sample,
    }
    fields = revision.definition.public_fields
    return {free(name, fields): value for name, value in values.items()}


def credit_texts(revision: Revision) -> dict[str, str]:
    """The same as texts by name, for a format with a place for a few of them."""
    definition = revision.definition
    credit = definition.credit
    texts = {
        "title": definition.title[LANGUAGE],
        "title_en": definition.title["en"],
        "source": credit.attribution[LANGUAGE],
        "source_en": credit.attribution["en"],
        "source_url": credit.url,
        "licence": credit.licence[LANGUAGE],
        "licence_en": credit.licence["en"],
        "licence_url": credit.licence_url,
        "date": credit.date.isoformat(),
        "revision": revision.id,
        "sample": "true" if definition.sample else "false",
    }
    return {name: str(text) for name, text in texts.items() if text is not None}


def credit_line(revision: Revision) -> str:
    """The same in one line of Japanese; of a sample it begins with that."""
    credit = revision.definition.credit
    sample = "【見本データ・実際のものではありません】" if revision.definition.sample else ""
    return (
        f"{sample}出典: {credit.attribution[LANGUAGE]}／利用条件: {credit.licence[LANGUAGE]}"
        f"／{credit.date.isoformat()}現在／版: {revision.id}"
    )
