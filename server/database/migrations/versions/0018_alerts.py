"""Alerts: for where they are, when each was told, and what waits for other programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the columns and tables. An alert of before is for what its own words say."""
    op.add_column(
        "notices", sa.Column("reach", sa.String(16), nullable=False, server_default="own")
    )
    for name, empty in (("region", "{}"), ("places", "[]")):
        op.add_column("notices", sa.Column(name, sa.JSON, nullable=False, server_default=empty))
    op.add_column("notices", sa.Column("once", sa.String(64)))
    op.create_index("ix_notices_once", "notices", ["once"], unique=True)
    op.create_table(
        "alert_messages",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("notices.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "alert_webhooks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("notices.number", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failure", sa.String(64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("alert_webhooks_due", "alert_webhooks", ["state", "due_at"])
