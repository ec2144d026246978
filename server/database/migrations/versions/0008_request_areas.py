"""The area that a request is about, where it is drawn on the map rather than a point."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the table; requests that are there have a point or no place."""
    op.create_table(
        "request_areas",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("area", sa.Text, nullable=False),
    )
