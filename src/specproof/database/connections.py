"""Engines: one writer and a few readers on SQLite, one pool on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from specproof.errors import DatabaseUnavailableError, SettingsError


@dataclass(frozen=True, slots=True)
class DatabasePolicy:
    """How connections are made. Times in seconds.

    ``pool_size`` counts connections on PostgreSQL; ``readers`` on SQLite, beside its one writer. ``busy_seconds`` is how long SQLite waits
    for another *process*; within this one the writers queue.
    """

    pool_size: int = 10
    readers: int = 2
    wait_seconds: float = 10.0
    connect_seconds: int = 5
    busy_seconds: float = 10.0


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite address; None for PostgreSQL. Raises ``SettingsError`` for a database in memory, which forgets."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:" or "mode=memory" in url:
        raise SettingsError(
            "a database in memory would lose every event", at="SPECPROOF_DATABASE__URL", hint="Use sqlite:///FILE."
        )
    return Path(parsed.database)


def make_room(path: Path) -> None:
    """Create the folder of an SQLite file. Raises ``DatabaseUnavailableError``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "Create the folder, or let SPECPROOF_DATABASE__URL point elsewhere."
        raise DatabaseUnavailableError(f"the folder of the database: {error.strerror}", at=str(path.parent), hint=hint) from error


def postgresql_engine(url: str, policy: DatabasePolicy) -> AsyncEngine:
    """One pool; each connection is tested when it is taken, so that a restarted server costs nobody an error."""
    return create_async_engine(
        url,
        pool_size=policy.pool_size,
        max_overflow=0,
        pool_timeout=policy.wait_seconds,
        pool_pre_ping=True,
        connect_args={"connect_timeout": policy.connect_seconds},
    )


def sqlite_writer(url: str, policy: DatabasePolicy) -> AsyncEngine:
    """Exactly one connection: several with busy_timeout starve each other, one with a queue is fair and fast."""
    engine = _sqlite_engine(url, policy, connections=1)
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def sqlite_readers(url: str, policy: DatabasePolicy) -> AsyncEngine:
    """Connections that cannot write, so that a long list never holds up a delivery."""
    engine = _sqlite_engine(url, policy, connections=policy.readers, is_read_only=True)
    _begin_with(engine, "BEGIN")
    return engine


def _sqlite_engine(url: str, policy: DatabasePolicy, *, connections: int, is_read_only: bool = False) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=policy.wait_seconds,
        connect_args={"timeout": policy.busy_seconds, "isolation_level": None},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        if is_read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    return engine


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    sync_engine: Engine = engine.sync_engine

    @event.listens_for(sync_engine, "begin")
    def begin(connection: Connection) -> Any:
        # The driver's own begin would be deferred: two writers that have both read would then refuse each other at once.
        return connection.exec_driver_sql(statement)
