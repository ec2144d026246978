"""The form of a message: what was found and what was done, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Message(NamedTuple):
    """Templates by language; `{value}` and `{detail}` are the problem's."""

    found: Mapping[str, str]
    action: Mapping[str, str]


LEFT_OUT = {"ja": "この行は地図に載せていません。", "en": "The row is left out."}
VALUE_LEFT_OUT = {"ja": "この値だけを空にしました。", "en": "The value is left empty."}
NOT_PUBLISHED = {"ja": "このデータは公開していません。", "en": "This data is not published."}
