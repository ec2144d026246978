"""Authenticated encryption (AES-256-GCM): what is sealed for one context opens in no other."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.desk.errors import Unreadable

KEY_BYTES = 32
NONCE_BYTES = 12  # as NIST SP 800-38D wants it


def seal(key: bytes, context: str, content: bytes) -> bytes:
    """`content` for nobody to read who has no key, its nonce in front."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def unseal(key: bytes, context: str, content: bytes) -> bytes:
    """What was sealed. Raises `Unreadable` for another key or context, or bytes that changed."""
    nonce, rest = content[:NONCE_BYTES], content[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, context.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(context) from error
