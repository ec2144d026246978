"""Figures: how often what was asked for, by day, and what was searched for in vain.

What tells senders apart for a day is in tables of its own, emptied when the day is over.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create the tables, all empty."""
    op.create_table(
        "figures",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "figure_keys",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("vault_key", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "figure_senders",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("word", sa.LargeBinary(16), primary_key=True),
        sa.Column("sender", sa.LargeBinary(16), primary_key=True),
    )
