"""What was found by comparing rows with one another."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import Message

MESSAGES: Mapping[str, Message] = {}
