"""The desk's work: who looks after a request, duplicates, notes, channels, reply templates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables, all empty."""
    op.create_table(
        "request_assignments",
        _number(primary_key=True),
        sa.Column("department", sa.Text, index=True),
        sa.Column("staff", sa.Text, index=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "request_merges",
        _number(primary_key=True),
        sa.Column(
            "original",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("chosen", sa.Integer, sa.ForeignKey("requests.number", ondelete="SET NULL")),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number <> original", name="not_of_itself"),
    )
    op.create_table(
        "request_channels",
        _number(primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "request_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        _number(index=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.String(32)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )


def _number(*, primary_key: bool = False, index: bool = False) -> sa.Column[int]:
    """The number of the request that a row is about, with which it goes."""
    return sa.Column(
        "number",
        sa.Integer,
        sa.ForeignKey("requests.number", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        index=index,
    )
