"""What was found while reading geodata files and archives."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import Message

MESSAGES: Mapping[str, Message] = {}
