"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0ad2b8922e96"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("alias", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=True),
        sa.Column("roles", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "audit_lines",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("chained", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_lines")),
    )
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.create_index("ix_audit_lines_subject_id_number", ["subject_id", "number"], unique=False)

    op.create_table(
        "counters",
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("period", "dimension", "value", "slot", name=op.f("pk_counters")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("form_key", sa.LargeBinary(), nullable=False),
        sa.Column("stretching", sa.Integer(), nullable=False),
        sa.Column("team_version", sa.Integer(), nullable=False),
        sa.Column("members_stamp", sa.Integer(), nullable=False),
        sa.Column("team_stamp", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.create_table(
        "slow_downs",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slow_downs")),
    )
    with op.batch_alter_table("slow_downs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slow_downs_until"), ["until"], unique=False)

    op.create_table(
        "admissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("roles", sa.String(length=64), nullable=False),
        sa.Column("custodian_id", sa.Uuid(), nullable=False),
        sa.Column("custodian_version", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_admissions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["custodian_id"], ["accounts.id"], name=op.f("fk_admissions_custodian_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admissions")),
    )
    with op.batch_alter_table("admissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_admissions_account_id"), ["account_id"], unique=False)

    op.create_table(
        "credentials",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("stretching", sa.Integer(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_root", sa.LargeBinary(), nullable=False),
        sa.Column("generated", sa.Boolean(), nullable=False),
        sa.Column("sealed_factor", sa.LargeBinary(), nullable=True),
        sa.Column("factor_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_credentials_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_credentials")),
    )
    op.create_table(
        "duties",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_duties_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_duties")),
    )
    op.create_table(
        "escrow_shares",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("mask", sa.LargeBinary(), nullable=False),
        sa.Column("masked_root", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["accounts.id"], name=op.f("fk_escrow_shares_first_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["accounts.id"], name=op.f("fk_escrow_shares_second_id_accounts")
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_escrow_shares")),
    )
    op.create_table(
        "factor_orders",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("as_role", sa.String(length=64), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_factor_orders_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by"], ["accounts.id"], name=op.f("fk_factor_orders_ordered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", "as_role", name=op.f("pk_factor_orders")),
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_invitations_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_account_id"), ["account_id"], unique=False)

    op.create_table(
        "known_browsers",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_known_browsers_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("token_hash", "account_id", name=op.f("pk_known_browsers")),
    )
    op.create_table(
        "late_posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_late_posts_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_posts")),
    )
    with op.batch_alter_table("late_posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_late_posts_account_id"), ["account_id"], unique=False)

    op.create_table(
        "staff_keys",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kem_public", sa.LargeBinary(), nullable=False),
        sa.Column("signing_public", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staff_keys_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", "version", name=op.f("pk_staff_keys")),
    )
    op.create_table(
        "teams",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kem_public", sa.LargeBinary(), nullable=False),
        sa.Column("maker_id", sa.Uuid(), nullable=False),
        sa.Column("maker_version", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["maker_id"], ["accounts.id"], name=op.f("fk_teams_maker_id_accounts")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_teams")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("follow_up", sa.String(length=64), nullable=False),
        sa.Column("privacy_version", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["accounts.id"], name=op.f("fk_tickets_assignee_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("reference", name=op.f("uq_tickets_reference")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("ix_tickets_assignee", ["assignee_id", "state"], unique=False)
        batch_op.create_index("ix_tickets_queue", ["state", "level", "waiting_since", "id"], unique=False)

    op.create_table(
        "caller_keys",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("kem_public", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_caller_keys_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_caller_keys")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_drafts_account_id_accounts")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_drafts_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("ticket_id", "account_id", "purpose", name=op.f("uq_drafts_ticket_id")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder_kind", sa.String(length=64), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("holder_version", sa.Integer(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("maker_id", sa.Uuid(), nullable=True),
        sa.Column("maker_version", sa.Integer(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["maker_id"], ["accounts.id"], name=op.f("fk_grants_maker_id_accounts")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_grants_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint(
            "ticket_id", "compartment", "epoch", "holder_kind", "holder_id", name=op.f("uq_grants_ticket_id")
        ),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index("ix_grants_holder", ["holder_kind", "holder_version"], unique=False)

    op.create_table(
        "level_proposals",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["accounts.id"], name=op.f("fk_level_proposals_proposed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_level_proposals_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_level_proposals")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_kind", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_messages_author_id_accounts")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_messages_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("ticket_id", "number", name=op.f("uq_messages_ticket_id")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_notes_author_id_accounts")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notes_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_receipts_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_receipts")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_receipts_ticket_id")),
    )
    op.create_table(
        "sent_forms",
        sa.Column("request_id", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("journey", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_code", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_sent_forms_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_sent_forms")),
    )
    with op.batch_alter_table("sent_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_forms_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sent_forms_journey"), ["journey"], unique=False)
        batch_op.create_index(batch_op.f("ix_sent_forms_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_sessions_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_sessions_ends_at", ["ends_at"], unique=False)
        batch_op.create_index("ix_sessions_ticket_id", ["ticket_id"], unique=False)

    op.create_table(
        "team_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_version", sa.Integer(), nullable=False),
        sa.Column("holder_kind", sa.String(length=64), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("holder_version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("maker_id", sa.Uuid(), nullable=False),
        sa.Column("maker_version", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["maker_id"], ["accounts.id"], name=op.f("fk_team_shares_maker_id_accounts")),
        sa.ForeignKeyConstraint(
            ["team_version"], ["teams.version"], name=op.f("fk_team_shares_team_version_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_shares")),
        sa.UniqueConstraint(
            "team_version", "holder_kind", "holder_id", name=op.f("uq_team_shares_team_version")
        ),
    )
    op.create_table(
        "ticket_keys",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("compartment", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_keys_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "compartment", "epoch", name=op.f("pk_ticket_keys")),
    )


def downgrade() -> None:
    op.drop_table("ticket_keys")
    op.drop_table("team_shares")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sessions_ticket_id")
        batch_op.drop_index("ix_sessions_ends_at")
        batch_op.drop_index("ix_sessions_account_id")

    op.drop_table("sessions")
    with op.batch_alter_table("sent_forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_forms_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_sent_forms_journey"))
        batch_op.drop_index(batch_op.f("ix_sent_forms_expires_at"))

    op.drop_table("sent_forms")
    op.drop_table("receipts")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_ticket_id"))

    op.drop_table("notes")
    op.drop_table("messages")
    op.drop_table("level_proposals")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index("ix_grants_holder")

    op.drop_table("grants")
    op.drop_table("drafts")
    op.drop_table("caller_keys")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("ix_tickets_queue")
        batch_op.drop_index("ix_tickets_assignee")

    op.drop_table("tickets")
    op.drop_table("teams")
    op.drop_table("staff_keys")
    with op.batch_alter_table("late_posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_late_posts_account_id"))

    op.drop_table("late_posts")
    op.drop_table("known_browsers")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_account_id"))

    op.drop_table("invitations")
    op.drop_table("factor_orders")
    op.drop_table("escrow_shares")
    op.drop_table("duties")
    op.drop_table("credentials")
    with op.batch_alter_table("admissions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_admissions_account_id"))

    op.drop_table("admissions")
    with op.batch_alter_table("slow_downs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slow_downs_until"))

    op.drop_table("slow_downs")
    op.drop_table("deployment")
    op.drop_table("counters")
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_lines_subject_id_number")

    op.drop_table("audit_lines")
    op.drop_table("accounts")
