"""A read-me beside files that cannot say themselves where they are from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from layers.revision.revision import Revision

LINE = "\r\n"  # for Windows's Notepad, too


def readme(revisions: Iterable[Revision]) -> bytes:
    """The source, terms, date and revision of each layer, in Japanese and English, in UTF-8."""
    lines = (line for revision in revisions for line in _lines(revision))
    return b"\xef\xbb\xbf" + LINE.join(lines).encode()


def _lines(revision: Revision) -> Iterator[str]:
    definition, credit = revision.definition, revision.definition.credit
    yield f"{definition.id}: {definition.title['ja']} / {definition.title['en']}"
    if definition.sample:
        yield "  【見本データです。実際のものではありません / SAMPLE DATA, not real】"
    yield f"  出典 / source: {credit.attribution['ja']} / {credit.attribution['en']}"
    if credit.url:
        yield f"    {credit.url}"
    yield f"  利用条件 / licence: {credit.licence['ja']} / {credit.licence['en']}"
    if credit.licence_url:
        yield f"    {credit.licence_url}"
    yield f"  日付 / date: {credit.date.isoformat()}"
    yield f"  版 / revision: {revision.id}"
    yield f"  件数 / features: {revision.feature_count}"
    for source in revision.sources:
        yield f"  元のファイル / source file: {source.name} (SHA-256 {source.sha256})"
    yield ""
