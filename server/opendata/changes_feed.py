"""What changed of the datasets, as Atom (RFC 4287): of each its newest publication."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from layers.schema.values import REQUIRED_LANGUAGES
from server.opendata.dataset import Dataset, media_type, site_name
from server.pages.atom import ATOM, XML_LANG, entry_id, link, put_atom
from server.pages.xml import document
from server.texts import LANGUAGES, Translate, plain
from server.texts.wording import localized

PATH = "/layers.atom"
CHANGE = "change"  # where a layer's page tells of it


def changes_feed(
    city_code: str, datasets: Sequence[Dataset], title: str, at: str, lang: str, _: Translate
) -> bytes:
    """The feed, newest first. Counts of changes are in Japanese or English, as reports are."""
    newest = sorted(datasets, key=lambda dataset: dataset.modified, reverse=True)
    query = urlencode({"lang": lang})
    root = Element(f"{{{ATOM}}}feed", {XML_LANG: LANGUAGES[lang].tag})
    put_atom(root, "id", entry_id(f"layers {city_code}"))
    put_atom(root, "title", title)
    latest = newest[0].modified.isoformat() if newest else "1970-01-01T00:00:00+00:00"
    put_atom(root, "updated", latest)
    link(root, "self", f"{at}{PATH}?{query}", "application/atom+xml")
    link(root, "alternate", f"{at}/layers?{query}", "text/html")
    for dataset in newest:
        entry = put_atom(root, "entry")
        revision = dataset.layer.revision.id
        put_atom(entry, "id", entry_id(f"revision {city_code} {dataset.layer.id} {revision}"))
        put_atom(entry, "title", plain(localized(dataset.definition.title, lang)))
        put_atom(entry, "updated", dataset.modified.isoformat())
        author = put_atom(entry, "author")
        put_atom(author, "name", site_name(dataset.city, lang))
        link(entry, "alternate", f"{dataset.page}?{query}#{CHANGE}", "text/html")
        for file_format, address in dataset.downloads():
            link(entry, "related", address, media_type(file_format))
        put_atom(entry, "summary", _summary(dataset, lang, _))
    return document(root)


def _summary(dataset: Dataset, lang: str, _: Translate) -> str:
    pointer = dataset.layer.pointer
    if pointer is None or pointer.change is None:
        return _("Published for the first time.")
    code = next(c for c in (lang, *LANGUAGES[lang].instead) if c in REQUIRED_LANGUAGES)
    counts = pointer.change.in_words(code)
    return _("Changes since the previous version: {change}").format(change=counts)
