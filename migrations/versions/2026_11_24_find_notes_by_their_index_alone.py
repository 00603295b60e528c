"""Find notes by their index alone."""

from alembic import op

revision = "7a05056ddbdc"
down_revision = "86fa04c34fd5"


def upgrade() -> None:
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_ticket_id"))
        batch_op.create_index("ix_notes_ticket", ["ticket_id", "is_final", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index("ix_notes_ticket")
        batch_op.create_index(batch_op.f("ix_notes_ticket_id"), ["ticket_id"], unique=False)
