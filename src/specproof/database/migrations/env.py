"""Alembic's entry: runs on the connection that :mod:`specproof.database.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from specproof.database.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter a column: Alembic copies the table instead.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
