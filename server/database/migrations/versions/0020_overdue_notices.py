"""Which departments were written to about a layer that is overdue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create the table, empty: nobody has been written to."""
    op.create_table(
        "overdue_notices",
        sa.Column("layer", sa.String(128), primary_key=True),
        sa.Column("due_on", sa.Date, primary_key=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
    )
