"""Read what one person has, and no more.

SQLite writes the grants anew, so it needs as much free space as they take.
"""

from alembic import op

revision = "c3d0a94e7b52"
down_revision = "7a05056ddbdc"

GRANTS = "uq_grants_ticket_id"
TICKETS = "ix_tickets_assignee"


def upgrade() -> None:
    _arrange(
        grants=["ticket_id", "holder_kind", "holder_id", "compartment", "epoch"],
        tickets=["assignee_id", "closed_at"],
    )


def downgrade() -> None:
    _arrange(
        grants=["ticket_id", "compartment", "epoch", "holder_kind", "holder_id"],
        tickets=["assignee_id", "state"],
    )


def _arrange(*, grants: list[str], tickets: list[str]) -> None:
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(GRANTS), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(GRANTS), grants)

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(TICKETS)
        batch_op.create_index(TICKETS, tickets, unique=False)
