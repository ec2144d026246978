"""Requests with their contacts and subjects, and alerts.

Databases of before there were steps have these tables, or all but `request_subjects`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create those of the tables that are not there."""
    op.create_table(
        "requests",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("submission", sa.String(64), nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("latitude", sa.Float(53)),
        sa.Column("longitude", sa.Float(53)),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_table(
        "request_contacts",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("contact", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "request_subjects",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("layer", sa.Text),
        sa.Column("feature", sa.BigInteger),
        sa.Column("name", sa.Text),
        sa.CheckConstraint("feature IS NULL OR layer IS NOT NULL", name="feature_of_a_layer"),
        if_not_exists=True,
    )
    op.create_table(
        "notices",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("layers", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
