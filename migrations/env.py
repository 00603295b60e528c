"""How Alembic meets this project: on the connection that `hotline.base.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator

from hotline.base.schema import every_table


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 (Alembic's own signature)
    """Our own column types are written as what they store: migrations import no program code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=every_table(),
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
