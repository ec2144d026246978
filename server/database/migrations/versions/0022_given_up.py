"""What was given up is called the same of messages for other programs as of mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"


def upgrade() -> None:
    """Give the state its one name."""
    webhooks = sa.table("alert_webhooks", sa.column("state"))
    given_up = sa.update(webhooks).where(webhooks.c.state == "given up")
    op.execute(given_up.values(state="given_up"))
