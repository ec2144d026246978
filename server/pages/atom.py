"""Atom (RFC 4287): what the feeds of this service have in common."""

from __future__ import annotations

import uuid
from xml.etree.ElementTree import Element, register_namespace

from server.pages.xml import put

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
register_namespace("", ATOM)
# Of this package's ids. They tell neither where the service is nor that it has moved: an address
# would be another one at another host, and each reader would have every entry again.
NAMESPACE = uuid.UUID("9d6f3c1e-5b0a-4b8e-9a53-0c5d6b1f7a42")


def entry_id(name: str) -> str:
    """The id of what has this name, the same wherever the service is."""
    return uuid.uuid5(NAMESPACE, name).urn


def put_atom(parent: Element, name: str, text: str | None = None) -> Element:
    """A new element of Atom's in the parent."""
    return put(parent, f"{{{ATOM}}}{name}", text)


def link(parent: Element, rel: str, href: str, media_type: str) -> None:
    """A link of a feed or an entry."""
    element = put_atom(parent, "link")
    for name, value in (("rel", rel), ("href", href), ("type", media_type)):
        element.set(name, value)
