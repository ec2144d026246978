"""The vault of a test's database."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from server.desk.confidential.secret import Secret
from server.desk.confidential.vault import Vault, open_keys
from server.desk.mail.news import News

VAULTS: WeakKeyDictionary[Engine, Vault] = WeakKeyDictionary()


def vault_of(engine: Engine) -> Vault:
    """The vault beside the database, made at its first use; of a file, as the service has it."""
    vault = VAULTS.get(engine)
    if vault is None:
        if engine.dialect.name == "sqlite":
            secret = Path(engine.url.database or "").with_name("secret.key")
            keys = open_keys(engine.url.render_as_string(hide_password=False))
        else:
            secret, keys = _same_secret(), engine
        vault = VAULTS[engine] = Vault(Secret(secret), keys)
        vault.prepare(new=True)
    return vault


def news_of(engine: Engine) -> News:
    """News that nobody is sent: no mail is set up."""
    vault = vault_of(engine)
    return News(engine, vault, vault.secret)


@functools.cache
def _same_secret() -> Path:
    """A file of the secret that is the same in all processes of the tests."""
    path = Path(tempfile.mkdtemp(prefix="bosai-secret-")) / "secret.key"
    path.write_text("the-secret-of-the-tests-is-no-secret\n")
    return path
