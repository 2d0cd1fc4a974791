"""At most one embedded engine on an SQLite database, and a lock that frees itself however its holder ends."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from specproof.errors import DatabaseUnavailableError, EngineTakenError


def lock_file(database: Path) -> Path:
    """The file beside ``database`` whose lock is the engine's. It stays empty."""
    return database.with_name(database.name + ".engine")


@asynccontextmanager
async def held(path: Path | None) -> AsyncIterator[None]:
    """Hold the lock of the database at ``path`` (None: nothing to hold). Raises ``EngineTakenError`` if another engine has it.

    It is an exclusive SQLite transaction on a file of its own: the operating system frees it even after ``kill -9``, it works wherever the
    database itself works, and it never stands in the way of the database's writers.
    """
    if path is None:
        yield
        return
    try:
        connection = sqlite3.connect(lock_file(path), timeout=0, isolation_level=None, check_same_thread=False)
        with closing(connection):
            connection.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise EngineTakenError("another engine works on this database already", at=str(path)) from error
        raise DatabaseUnavailableError(f"the engine's lock cannot be taken: {error}", at=str(lock_file(path))) from error
