"""What was found of known column sets."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import Message

MESSAGES: Mapping[str, Message] = {}
