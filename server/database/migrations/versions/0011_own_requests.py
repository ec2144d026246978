"""What senders do with their requests: what they add, that they withdraw; and what was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table and the columns."""
    op.create_table(
        "request_supplements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_text", sa.Text),
        sqlite_autoincrement=True,
    )
    op.add_column("requests", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.add_column("requests", sa.Column("erased_at", sa.DateTime(timezone=True)))
