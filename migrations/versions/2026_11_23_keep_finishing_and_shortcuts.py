"""Keep finishing and shortcuts."""

import sqlalchemy as sa
from alembic import op

revision = "86fa04c34fd5"
down_revision = "01b8343e838e"


def upgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("finished_at")

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("shortcuts")
