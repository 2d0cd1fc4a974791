"""One transaction, with every repository on it. :meth:`SqlUnitOfWork.commit` is the one place that commits."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from specproof.database.errors import translated
from specproof.database.events import SqlEvents
from specproof.database.runs import SqlRuns
from specproof.database.suites import SqlSuites
from specproof.database.transaction import Transaction
from specproof.database.upkeep import SqlApiKeys, SqlAudit, SqlBreakers, SqlEngines
from specproof.domain.repositories import (
    ApiKeyRepository,
    AuditRepository,
    BreakerRepository,
    EngineRepository,
    EventRepository,
    RunRepository,
    SuiteRepository,
)


class SqlUnitOfWork:
    """:class:`~specproof.domain.repositories.UnitOfWork`. A connection is taken at the first statement, and given back at the end."""

    events: EventRepository
    suites: SuiteRepository
    runs: RunRepository
    api_keys: ApiKeyRepository
    breakers: BreakerRepository
    audit: AuditRepository
    engines: EngineRepository

    def __init__(self, sessions: async_sessionmaker[AsyncSession], *, require: Callable[[], None] | None = None) -> None:
        self._sessions = sessions
        self._require = require

    async def __aenter__(self) -> Self:
        self._session = self._sessions()
        self.transaction = Transaction(self._session)
        self.received = SqlEvents(self.transaction)
        self.events = self.received
        self.suites = SqlSuites(self.transaction)
        self.runs = SqlRuns(self.transaction)
        self.api_keys = SqlApiKeys(self.transaction)
        self.breakers = SqlBreakers(self.transaction)
        self.audit = SqlAudit(self.transaction)
        self.engines = SqlEngines(self.transaction)
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.transaction.close()

    async def commit(self) -> None:
        """Make everything since the start of the block durable. Raises ``DatabaseUnavailableError``."""
        if self._require is not None:
            self._require()
        with translated():
            await self._session.commit()
