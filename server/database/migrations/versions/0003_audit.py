"""The audit, to which entries can be added and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite's REPLACE deletes without asking a trigger for DELETE: a number that exists is refused.
SQLITE = {"BEFORE UPDATE": "OLD", "BEFORE DELETE": "OLD", "BEFORE INSERT": "NEW"}
SQLITE_GUARD = """
CREATE TRIGGER audit_keeps_{name} {when} ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = {row}.id)
BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END
"""
POSTGRESQL_GUARD = """
CREATE OR REPLACE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$;
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()
"""


def upgrade() -> None:
    """Create the table with what guards it."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("action", sa.String(64), nullable=False, index=True),
        sa.Column("subject", sa.Text, nullable=False, index=True),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_GUARD)
        return
    for when, row in SQLITE.items():
        op.execute(SQLITE_GUARD.format(when=when, name=when.split()[1].lower(), row=row))
