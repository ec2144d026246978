"""Links of a KML document to others: which are read in their place, and which only named."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from layers.schema.source import without_secrets
from layers.sources.vector import xml

LINK = "NetworkLink"
HOST = re.compile(r"\w+://[^\[\]]*$")


def linked(path: Path) -> list[Path]:
    """The documents that are read where the document is read. Raises `SourceError`."""
    documents = [path]
    for document in documents:  # which grows
        for event, element in xml.events(document):
            if event == "start":
                continue
            if xml.local(element.tag) == LINK:
                target = target_of(document, address_of(element))
                if target is not None and target not in documents:
                    documents.append(target)
            elif xml.local(element.tag) == "Placemark":
                element.clear()
    return documents[1:]


def address_of(link: Element) -> str:
    """Where a link leads; "" where it does not say it."""
    return next((e.text or "" for e in link.iter() if xml.local(e.tag) == "href"), "").strip()


def target_of(path: Path, address: str) -> Path | None:
    """The KML file beside or below the document that an address means, if there is one."""
    if ":" in address or address.startswith("/"):
        return None
    target = path.parent / unquote(address.partition("#")[0])
    if ".." in target.parts or target.suffix.lower() != ".kml" or "\0" in str(target):
        return None
    try:
        inside = target.is_relative_to(path.parent) and target.is_file() and not target.is_symlink()
    except OSError:  # a name that no file can have
        return None
    return target if inside else None


def described(address: str) -> str:
    """A link that leads elsewhere, without what may be secret in its address."""
    bare = address.partition("?")[0]
    return f"{LINK} {without_secrets(bare) if HOST.match(bare) else bare}".strip()
