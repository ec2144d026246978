"""Accounts of the desk that are signed in to with the city's own accounts (OpenID Connect)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the tables, both empty; whoever is signed in has proved it by a password."""
    op.create_table(
        "staff_identities",
        sa.Column(
            "account",
            sa.Integer,
            sa.ForeignKey("staff_accounts.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False, unique=True),
        sa.Column("issuer", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("bound_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("issuer", "subject", name="one_account_each"),
    )
    op.create_table(
        "staff_openid_used",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    proof = sa.Column("proof", sa.String(16), nullable=False, server_default="password")
    op.add_column("staff_sessions", proof)
