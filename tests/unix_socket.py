"""A socket in the place of a file."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def unix_socket(path: Path) -> None:
    """Put one at `path`, however long that is: an address of one has 107 bytes."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)
