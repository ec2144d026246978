"""Who supports a request, and the pairs of letters that like titles are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from layers.japanese.likeness import letters, pairs

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables; what is public already can be found by its title."""
    op.create_table(
        "request_supports",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("requests.number", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("digest", sa.String(64), primary_key=True),
        sqlite_with_rowid=False,
    )
    rows = op.create_table(
        "request_title_pairs",
        sa.Column("pair", sa.String(2), primary_key=True),
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("request_publications.number", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
        sa.Column("pairs", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    titles = sa.text("SELECT number, title FROM request_publications")
    for number, title in op.get_bind().execute(titles).all():
        own = pairs(letters(title))
        if own:
            op.bulk_insert(
                rows, [{"pair": pair, "number": number, "pairs": len(own)} for pair in own]
            )
