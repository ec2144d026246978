"""What staff withdraw and change of layers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the table, empty: nothing is withdrawn or changed."""
    op.create_table(
        "layer_changes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("layer", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("feature", sa.BigInteger),
        sa.Column("field", sa.Text),
        sa.Column("titles", sa.JSON, nullable=False),
        sa.Column("revisions", sa.JSON, nullable=False),
        sa.Column("content", sa.JSON),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ended", sa.String(16), index=True),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_reason", sa.Text),
        sqlite_autoincrement=True,
    )
