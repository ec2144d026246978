"""What was found of known column sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message

Kind = Literal["standard"]

MESSAGES: Mapping[Kind, Message] = {
    "standard": Message(
        {
            "ja": "列の名前が「{value}」の形式と一致します。",
            "en": "The columns are those of the standard {detail!r}.",
        },
        {
            "ja": "定義に項目（fields）がないため、この形式の項目を使いました。",
            "en": "The definition has no fields: those of the standard are used.",
        },
    ),
}
