"""What was found by comparing rows with one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, Text

Kind = Literal[
    "duplicate",
    "duplicates",
    "near_duplicate",
    "near_duplicates",
]

_BOTH_KEPT: Text = {
    "ja": "どちらも載せました。元のデータを確かめてください。",
    "en": "Both are published; check the source.",
}

MESSAGES: Mapping[Kind, Message] = {
    "duplicate": Message(
        {
            "ja": "{value}行目と、位置も内容も同じです。",
            "en": "Same place and content as row {value}.",
        },
        _BOTH_KEPT,
    ),
    "duplicates": Message(
        {"ja": "同じ行がほかに{value}組あります。", "en": "{value} more such pairs."}, _BOTH_KEPT
    ),
    "near_duplicate": Message(
        {
            "ja": "同じ種類のものが{value}行目にもあり、{detail}mしか離れていません。",
            "en": "Row {value} is of the same kind and only {detail} m away.",
        },
        _BOTH_KEPT,
    ),
    "near_duplicates": Message(
        {"ja": "すぐ近くの組がほかに{value}組あります。", "en": "{value} more such pairs."},
        _BOTH_KEPT,
    ),
}
