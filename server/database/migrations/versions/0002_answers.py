"""What of a request is public, and how it was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables; of what is there nothing becomes public."""
    op.create_table(
        "request_publications",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("sought", sa.Text, nullable=False),
        sa.Column("with_place", sa.Boolean, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "request_decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("layer", sa.Text),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
