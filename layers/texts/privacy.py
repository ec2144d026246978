"""What was found of personal data, and what was kept back."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import Message

MESSAGES: Mapping[str, Message] = {}
