"""What is said of a database that cannot be used."""

from __future__ import annotations


class Unusable(Exception):
    """A database that is left as it is. The message names no host, user or folder."""
