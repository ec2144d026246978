"""What the form asks besides: how urgent, what is done today, the revision looked at, files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns and the table; of a request of before none of it is known."""
    op.add_column("requests", sa.Column("urgency", sa.String(16)))
    op.add_column("requests", sa.Column("today", sa.Text))
    op.add_column("request_subjects", sa.Column("revision", sa.String(32)))
    op.add_column(
        "request_publications",
        sa.Column("with_photo", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "request_attachments",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("name", sa.LargeBinary),
        sa.Column("content", sa.LargeBinary),
    )
