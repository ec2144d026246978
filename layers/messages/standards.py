"""What was found of known column sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message

Kind = Literal["standard", "kept_as_text"]

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
    "kept_as_text": Message(
        {
            "ja": "数値の列とされていますが、ほとんどの値が数値ではありません。",
            "en": "The standard has numbers in this column; most of its values are none.",
        },
        {"ja": "文字のまま載せました。", "en": "They are published as text, as they are."},
    ),
}
