"""Where a paragraph is printed, and which sources hold a report only by its title."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("paragraphs", sa.Column("boxes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("source_reports", sa.Column("by_title", sa.Boolean(), nullable=False, server_default=sa.false()))
