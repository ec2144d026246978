"""The operator's secret: a file that every key of a request is wrapped under.

A backup without it is worth nothing to a thief, and nothing to the city: it is kept elsewhere.
"""

from __future__ import annotations

import logging
import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.desk.confidential.sealing import KEY_BYTES
from server.desk.errors import VaultClosed

LEAST_LENGTH = 32  # characters: `openssl rand -hex 16` is the shortest that is taken
MOST_BYTES = 4096

LOG = logging.getLogger(__name__)


class Secret:
    """The secret in a file, read whenever it is needed: a file that comes back is used at once.

    One line of ASCII, as a secret of Docker or a credential of systemd is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def key(self, purpose: str) -> bytes:
        """32 bytes for this purpose, of no use for any other. Raises `VaultClosed`."""
        derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
        return derivation.derive(self._read())

    def make(self) -> None:
        """Make the file, readable by its owner alone, unless there is one. Raises `VaultClosed`.

        It is there whole or not at all, also when several processes make it at the same time.
        """
        if os.path.lexists(self._path):
            self._warn_if_readable()
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not _write_new(self._path, f"{secrets.token_urlsafe(KEY_BYTES)}\n".encode()):
                return  # another process was a moment quicker
        except OSError as error:
            LOG.error("%s: %s", self._path, error.strerror)  # noqa: TRY400 - the reason is enough
            raise VaultClosed(f"the secret cannot be made: {error.strerror}") from error
        LOG.warning(
            "%s is made: what people sent in confidence can be read with it alone. Back it up now, "
            "apart from the database's backups: without it the database's copies are of no use",
            self._path.absolute(),
        )

    def _read(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                content = file.read(MOST_BYTES + 1).rstrip(b"\r\n")
        except FileNotFoundError as error:
            raise VaultClosed(
                "the secret is missing, and what people sent in confidence cannot be read without "
                "it; restore the file that BOSAI_SECRET_FILE names (secret.key in the home folder "
                "unless it is set)"
            ) from error
        except OSError as error:
            raise VaultClosed(f"the secret cannot be read: {error.strerror}") from error
        is_line = all(0x20 < byte < 0x7F for byte in content)
        if not is_line or not LEAST_LENGTH <= len(content) <= MOST_BYTES:
            raise VaultClosed(
                f"the secret is {len(content)} bytes; wanted one line of at least {LEAST_LENGTH} "
                "letters, digits and signs, without spaces"
            )
        return content

    def _warn_if_readable(self) -> None:
        try:
            mode = self._path.stat().st_mode
        except OSError:
            return  # reading it says why
        if mode & stat.S_IROTH:
            LOG.warning(
                "%s can be read by every user of this machine (mode %o); wanted 600",
                self._path.absolute(),
                stat.S_IMODE(mode),
            )


def _write_new(path: Path, content: bytes) -> bool:
    """Write a file for good, under its name only when it is whole; False where there is one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True
