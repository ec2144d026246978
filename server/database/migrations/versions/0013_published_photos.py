"""The photos that are public, apart from those that are sealed.

A migration cannot open the vault, so it copies none. No version was released that published photos
of before: where there is one nevertheless, its request is public without it until it is published
with it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the table, empty; nothing is public with a photo that is not in it."""
    op.create_table(
        "request_publication_photos",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("request_publications.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.execute(sa.text("UPDATE request_publications SET with_photo = false"))
