"""One transaction as the repositories see it: statements in, rows out, driver errors translated, and no commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Executable, Result, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.util import immutabledict

from specproof.database.errors import translated
from specproof.database.models import Base
from specproof.database.times import MomentFromNow

PROJECT_LOCKS = 0x53504543
"""The first half of the advisory locks' key on PostgreSQL: "SPEC"; the second is the project's hash."""

NOW = select(MomentFromNow())
LOCK_PROJECT = select(func.pg_advisory_xact_lock(PROJECT_LOCKS, func.hashtext(bindparam("project"))))
OPTIONS = immutabledict({"synchronize_session": False, "populate_existing": True})
"""Reads always take what the database says now, and updates leave the session's memory alone: nothing is ever stale."""

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Transaction:
    """Wraps a session. Nothing here commits by itself."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._is_postgresql = session.get_bind().dialect.name == "postgresql"

    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> Result[Any]:
        """Run a statement, once or for many sets of parameters. Raises ``DatabaseUnavailableError``; ``IntegrityError`` passes through."""
        with translated():
            return await self._session.execute(statement, parameters, execution_options=OPTIONS)

    async def count(self, statement: Executable) -> int:
        """Run an update or delete; how many rows it met."""
        result = await self.execute(statement)
        assert isinstance(result, CursorResult)  # noqa: S101  # what SQLAlchemy returns for every DML statement without RETURNING
        return result.rowcount

    async def scalar(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.execute(statement, parameters)).scalar()

    async def now(self) -> datetime:
        """The database's time."""
        moment = await self.scalar(NOW)
        assert isinstance(moment, datetime)  # noqa: S101  # by the expression's type
        return moment

    async def lock_project(self, project: str) -> None:
        """Let one transaction at a time decide which of a project's events is the newest; held until the end of the transaction.

        Without it two deliveries at once would not see each other's row, and an older document could come last. SQLite has one
        writer anyway.
        """
        if self._is_postgresql:
            await self.execute(LOCK_PROJECT, {"project": project})

    def upsert(self, table: type[Base], **values: Any) -> Any:
        """An insert of the dialect in use, with its ``on_conflict_do_update``."""
        chosen = postgresql.insert if self._is_postgresql else sqlite.insert
        return chosen(table).values(**values)

    async def add(self, table: type[Base], **values: Any) -> None:
        """Insert one row."""
        await self.execute(insert(table).values(**values))

    async def add_all(self, table: type[Base], rows: list[dict[str, Any]]) -> None:
        """Insert many rows in one statement."""
        if rows:
            await self.execute(insert(table), rows)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What happens inside is undone by an exception, and the transaction goes on."""
        with translated():
            async with self._session.begin_nested():
                yield

    async def close(self) -> None:
        """Roll back what was not committed and give the connection back, also while being cancelled."""
        closing = asyncio.ensure_future(self._session.close())
        with translated():
            await asyncio.shield(closing)
