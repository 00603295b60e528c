"""Keep released statistics."""

import sqlalchemy as sa
from alembic import op

revision = "01b8343e838e"
down_revision = "810511c95601"


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_withheld", sa.Boolean(), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "period", name=op.f("pk_releases")),
    )
    op.create_table(
        "released_cells",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("median", sa.Integer(), nullable=True),
        sa.Column("ninetieth", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kind", "period"],
            ["releases.kind", "releases.period"],
            name=op.f("fk_released_cells_kind_releases"),
        ),
        sa.PrimaryKeyConstraint("kind", "period", "label", name=op.f("pk_released_cells")),
    )


def downgrade() -> None:
    op.drop_table("released_cells")
    op.drop_table("releases")
