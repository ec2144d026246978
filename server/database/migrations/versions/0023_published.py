"""What is published, for services of several hosts. On SQLite these tables stay empty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the tables, empty: nothing is published yet."""
    op.create_table(
        "published",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
    )
    op.create_table(
        "published_revisions",
        sa.Column("layer", sa.String(255), primary_key=True),
        sa.Column("revision", sa.String(64), primary_key=True),
        sa.Column("files", sa.JSON, nullable=False),
    )
    op.create_table(
        "published_chunks",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "accepted_data",
        sa.Column("city", sa.String(64), primary_key=True),
        sa.Column("layer", sa.String(255), primary_key=True),
        sa.Column("data", sa.String(64), nullable=False),
    )
