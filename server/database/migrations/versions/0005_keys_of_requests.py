"""The key that what its sender sent in confidence is sealed with, of each request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column: a request without a key is of before, and its contact not sealed yet."""
    op.add_column("requests", sa.Column("key", sa.String(32)))
