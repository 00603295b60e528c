"""Read what one person has, and no more; count what is open from an index.

SQLite writes the grants anew: it needs three times the space they take, and keeps one of them for later rows.
"""

from alembic import op

revision = "c3d0a94e7b52"
down_revision = "7a05056ddbdc"

GRANTS = "uq_grants_ticket_id"
OF_ONE = "ix_tickets_assignee"
OF_ALL = "ix_tickets_queue"


def upgrade() -> None:
    _arrange(
        grants=["ticket_id", "holder_kind", "holder_id", "compartment", "epoch"],
        of_one=["assignee_id", "closed_at"],
        of_all=["state", "level", "waiting_since", "id", "assignee_id", "reply_due_at"],
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index("ix_drafts_account", ["account_id", "saved_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index("ix_drafts_account")
    _arrange(
        grants=["ticket_id", "compartment", "epoch", "holder_kind", "holder_id"],
        of_one=["assignee_id", "state"],
        of_all=["state", "level", "waiting_since", "id"],
    )


def _arrange(*, grants: list[str], of_one: list[str], of_all: list[str]) -> None:
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(GRANTS), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(GRANTS), grants)

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name, columns in ((OF_ONE, of_one), (OF_ALL, of_all)):
            batch_op.drop_index(name)
            batch_op.create_index(name, columns, unique=False)
