"""The database as the rest of the product holds it: units of work, a quick receiver, and the migrations."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from specproof.database import connections, engine_lock, migrate
from specproof.database.connections import DatabasePolicy
from specproof.database.errors import translated
from specproof.database.receiving import Receiver
from specproof.database.same_file import SameFile
from specproof.database.unit_of_work import SqlUnitOfWork
from specproof.domain.repositories import UnitOfWork


class Database:
    """An open database. ``receiver`` is the quick way in; close it at the end."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, *, path: Path | None = None) -> None:
        self.path = path
        """The file of an SQLite database, None for PostgreSQL."""
        self._writer = writer
        self._reader = reader
        self._writing = async_sessionmaker(writer, expire_on_commit=False)
        self._reading = async_sessionmaker(reader, expire_on_commit=False)
        self._same_file = SameFile(path) if path else None
        self.receiver = Receiver(self._write)

    @property
    def is_sqlite(self) -> bool:
        """Whether one process is all that this database serves."""
        return self.path is not None

    def unit_of_work(self) -> UnitOfWork:
        """One transaction, not yet begun."""
        return self._write()

    def reader(self) -> UnitOfWork:
        """One transaction for reading: on SQLite beside the writer, where a write is refused."""
        return SqlUnitOfWork(self._reading)

    def _write(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._writing, require=self._same_file.require if self._same_file else None)

    def engine_lock(self) -> AbstractAsyncContextManager[None]:
        """Held by an embedded engine while it works; ``EngineTakenError`` if another has it. On PostgreSQL nothing is held."""
        return engine_lock.held(self.path) if self.path else nullcontext()

    async def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to ``revision``, creating what is missing. Raises ``DatabaseUnavailableError``."""
        if self.path is not None:
            connections.make_room(self.path)
        with translated():
            async with self._writer.begin() as connection:
                await connection.run_sync(migrate.upgrade, revision)

    async def downgrade(self, revision: str) -> None:
        """Bring the tables back to ``revision`` (``base``: none). For tests and for undoing an upgrade by hand."""
        with translated():
            async with self._writer.begin() as connection:
                await connection.run_sync(migrate.downgrade, revision)

    async def is_current(self) -> bool:
        """Whether every migration is applied. Raises ``DatabaseUnavailableError``."""
        with translated():
            async with self._writer.connect() as connection:
                return await connection.run_sync(migrate.is_current)

    async def drift(self) -> tuple[str, ...]:
        """What differs between the migrated tables and the models: nothing, or a release was made carelessly."""
        with translated():
            async with self._writer.connect() as connection:
                return await connection.run_sync(migrate.drift)

    async def close(self) -> None:
        """Write what was received, then close every connection."""
        await self.receiver.close()
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def create_database(url: str, *, policy: DatabasePolicy | None = None) -> Database:
    """A database at ``url`` (``sqlite+aiosqlite:///FILE`` or ``postgresql+psycopg://...``). Nothing is opened yet.

    Raises ``SettingsError`` for an address that cannot be used.
    """
    policy = policy or DatabasePolicy()
    path = connections.sqlite_path(url)
    if path is None:
        engine = connections.postgresql_engine(url, policy)
        return Database(engine, engine)
    return Database(connections.sqlite_writer(url, policy), connections.sqlite_readers(url, policy), path=path)
