"""Text in XML: elements with what people wrote, which holds characters that XML has not."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from server.texts import plain

# All but Char of XML 1.0 (2.2): one of them, and nothing of the document is read.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def put(parent: Element, name: str, text: str | None = None) -> Element:
    """A new element in the parent, with the text without its marks."""
    element = SubElement(parent, name)
    if text:
        element.text = UNWRITABLE.sub("\ufffd", plain(text))
    return element


def document(root: Element) -> bytes:
    """The document in UTF-8, with its declaration."""
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content
