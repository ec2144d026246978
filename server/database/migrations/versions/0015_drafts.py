"""Drafts of layers: what staff uploaded, its definition, and what reading it found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the tables, all empty."""
    op.create_table(
        "drafts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("folder", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("origin", sa.JSON, nullable=False),
        sa.Column("layer_id", sa.Text, nullable=False, index=True),
        sa.Column("state", sa.String(32), nullable=False, index=True),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("proposal", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("check", sa.JSON),
        sa.Column("department", sa.Text),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text),
        sa.Column("publish_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("version", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "draft_files",
        sa.Column("folder", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
    )
