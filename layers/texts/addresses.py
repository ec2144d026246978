"""What was found while placing rows by their address."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import Message

MESSAGES: Mapping[str, Message] = {}
