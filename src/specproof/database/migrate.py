"""Alembic by program: the migrations lie in the package, and a connection is all that they need."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from specproof.database.models import Base

MIGRATION_LOCK = 0x5350454300000001
"""Two processes that upgrade one PostgreSQL database do it one after the other."""


def _config(connection: Connection) -> Config:
    config = Config()
    # Alembic interpolates its options: a percent sign in the path of an installation must be doubled.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def upgrade(connection: Connection, revision: str) -> None:
    """Apply what is missing up to ``revision``."""
    _alone(connection)
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Undo down to ``revision``."""
    _alone(connection)
    command.downgrade(_config(connection), revision)


def is_current(connection: Connection) -> bool:
    """Whether the database is at the newest revision that this package knows."""
    heads = set(ScriptDirectory.from_config(_config(connection)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def drift(connection: Connection) -> tuple[str, ...]:
    """The differences between the database and the models, as Alembic describes them."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return tuple(str(difference) for difference in compare_metadata(context, Base.metadata))
