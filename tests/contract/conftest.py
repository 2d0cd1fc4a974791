"""Each contract test runs against the fake, SQLite and PostgreSQL: ``store`` is one of them, empty and migrated."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from databases import FakeStore, SqlStore, Store, empty, migrate, opened, postgres_database, sqlite_url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "migrated.db"
    migrate(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    with postgres_database() as url:
        migrate(url)
        yield url


@pytest.fixture(params=["fake", "sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "fake":
        yield FakeStore()
        return
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "contract.db")
        url = sqlite_url(path)
    else:
        url = request.getfixturevalue("migrated_postgres")
        empty(url)
    async with opened(url) as database:
        yield SqlStore(database)
