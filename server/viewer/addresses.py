"""Addresses in the map page: those filled in for each request, and what the base map's carries."""

from __future__ import annotations

from hashlib import blake2b

# What stands in the page for addresses that depend on how it was asked for.
MAP_ADDRESS, PICTURE_ADDRESS = "map-address.invalid", "picture-address.invalid"


def base_revision(base: bytes) -> str:
    """What the address of the bundled base carries, so that it may be kept for ever."""
    return blake2b(base, digest_size=8).hexdigest()
