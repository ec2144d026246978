"""Addresses in a definition that pages make links of: of nothing that could run in a page."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from layers.schema.validation import rule, shown

LONGEST = 2000  # characters
# RFC 3986, 2: an address is written in these, and in letters of other scripts (RFC 3987).
BLANK_OR_UNSAFE = re.compile(r"[\s\x00-\x20\x7f-\xa0<>\"\\^`{|}]")
TELEPHONE = re.compile(r"\+?[0-9(][0-9()\-. ]{1,28}[0-9]")
MAIL = re.compile(r"[A-Za-z0-9.!#$'*+/=_~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _web_address(text: str) -> str:
    if BLANK_OR_UNSAFE.search(text) or len(text) > LONGEST or not text.isprintable():
        raise rule("link_characters", "", shown(text), str(LONGEST))
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise rule("link_form", "", shown(text)) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise rule("link_form", "", shown(text))
    return text


def _telephone(text: str) -> str:
    if not TELEPHONE.fullmatch(text):
        raise rule("telephone_form", "", shown(text))
    return text


def _mail_address(text: str) -> str:
    if not MAIL.fullmatch(text):
        raise rule("mail_form", "", shown(text))
    return text


WebAddress = Annotated[str, AfterValidator(_web_address)]
Telephone = Annotated[str, AfterValidator(_telephone)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
