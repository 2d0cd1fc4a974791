"""Real databases for tests: an SQLite file, or a PostgreSQL database of a random name that is dropped afterwards."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Float, Interval, cast, literal, select, type_coerce, update
from sqlalchemy.engine import make_url

from fakes import FakeClock, FakeDatabase
from specproof.database.database import Database, create_database
from specproof.database.models import Base, BreakerRow, EngineBeatRow, EventRow
from specproof.domain.repositories import UnitOfWork

DEFAULT_POSTGRES_URL = "postgresql://postgres@127.0.0.1:5432/postgres"


def postgres_admin_url() -> str:
    """Where tests may create databases."""
    return os.environ.get("SPECPROOF_TEST_POSTGRES_URL", DEFAULT_POSTGRES_URL)


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of a new, empty database; the test is skipped with the reason where login is refused."""
    admin = make_url(postgres_admin_url()).set(drivername="postgresql")
    name = f"specproof_test_{secrets.token_hex(6)}"
    address = admin.render_as_string(hide_password=False)
    try:
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL for tests: {str(error).splitlines()[0]}")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield admin.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


def migrate(url: str) -> None:
    """Create the tables, in an event loop of another thread: a fixture may be called from within one."""

    async def upgrade() -> None:
        async with opened(url) as database:
            await database.upgrade()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, upgrade()).result()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A database that is closed at the end."""
    database = create_database(url)
    try:
        yield database
    finally:
        await database.close()


def empty(url: str) -> None:
    """Delete all rows of a PostgreSQL database of tests."""
    tables = "webhook_events, documents, suites, runs, outcomes, api_keys, circuit_breakers, audit, engine_beats"
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")


class FakeStore:
    """The in-memory database, for contract tests."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.database = FakeDatabase(self.clock)

    def work(self) -> UnitOfWork:
        return self.database()

    async def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)


class SqlStore:
    """A real database, for contract tests. Time passes by setting back every moment that is stored."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def work(self) -> UnitOfWork:
        return self.database.unit_of_work()

    async def rows(self, table: type[Base]) -> list[Any]:
        """All rows of a table that no repository lists."""
        async with self.database._write() as uow:
            return list((await uow.transaction.execute(select(table))).scalars())

    async def advance(self, seconds: float) -> None:
        moments = {
            EventRow: ("received_at", "run_at", "lease_expires_at", "burst_started_at", "first_failed_at", "last_failed_at"),
            BreakerRow: ("opened_at", "probing_at"),
            EngineBeatRow: ("beat_at",),
        }
        async with self.database._write() as uow:
            for table, names in moments.items():
                values = {name: _earlier(self.database, getattr(table, name), seconds) for name in names}
                await uow.transaction.execute(update(table).values(values))
            await uow.commit()


def _earlier(database: Database, column: Any, seconds: float) -> Any:
    if database.is_sqlite:
        return type_coerce(column, Float()) - seconds
    return column.op("-")(cast(literal(timedelta(seconds=seconds)), Interval))


Store = FakeStore | SqlStore
