"""The migrations: up, down, and no drift between them and the models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Boolean, bindparam, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from databases import opened, postgres_database, sqlite_url
from fakes import new_event
from http_service import revision
from proofexamples import weak_report
from specproof.database.connections import make_room
from specproof.database.database import Database
from specproof.database.times import Moment
from specproof.domain.suite_proofs import NO_PROOF, ProofGate, proof_details, suite_proof
from specproof.domain.suites import SpecChange
from specproof.errors import DatabaseUnavailableError


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "with 100% spaces" / "new folder" / "specproof.db")
    else:
        with postgres_database() as address:
            yield address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with opened(url) as database:
        yield database


async def test_up_and_up_again_brings_what_the_models_say(database: Database) -> None:
    await database.upgrade()
    assert await database.is_current()
    await database.upgrade()
    assert await database.drift() == ()


async def test_a_difference_between_tables_and_models_is_seen(database: Database) -> None:
    await database.upgrade()
    async with database._write() as uow:
        await uow.transaction.execute(text("ALTER TABLE audit ADD COLUMN surplus INTEGER"))
        await uow.transaction.execute(text("DROP INDEX uq_webhook_events_running"))
        await uow.commit()
    drift = "\n".join(await database.drift())
    assert "surplus" in drift
    assert "uq_webhook_events_running" in drift


async def test_down_leaves_nothing_and_up_works_again(database: Database) -> None:
    await database.upgrade()
    await database.downgrade("base")
    assert not await database.is_current()
    async with database.unit_of_work() as uow:
        with pytest.raises(DatabaseUnavailableError, match="not migrated") as caught:
            await uow.events.counts()
    assert "specproof db upgrade" in caught.value.hint
    await database.upgrade()
    async with database.unit_of_work() as uow:
        await uow.events.receive(new_event())
        await uow.commit()


async def test_a_change_that_was_stored_before_changes_were_judged_is_read(database: Database) -> None:
    await database.upgrade()
    async with database._write() as uow:
        await uow.suites.add(revision(), b"{}")
        earlier = (
            '{"added": ["GET /orders"], "removed": [], "changed": ["GET /books"], "details": ["GET /books: response 404 added"]}'
        )
        await uow.transaction.execute(text("UPDATE suites SET change = :stored").bindparams(stored=earlier))
        await uow.commit()
    async with database.unit_of_work() as uow:
        stored = await uow.suites.get("suite-1")
    assert stored is not None
    assert stored.change == SpecChange(
        added=("GET /orders",), changed=("GET /books",), details=("GET /books: response 404 added",)
    )


async def test_suites_from_before_there_were_proofs_have_none_and_stay_through_up_and_down(database: Database) -> None:
    await database.upgrade()
    await database.downgrade("0001")
    async with database._write() as uow:
        columns = "suite_id, project, revision, slug, title, spec_digest, path, file_count, case_count, operations_total"
        await uow.transaction.execute(
            text(
                f"INSERT INTO suites (seq, {columns}, operations_covered, quality_score, quality_grade, findings, change, event_id,"
                " created_at, is_retired) VALUES (7, 'old', 'shop', 3, 'shop', 'Shop', 'd', 'shop/r0003', 1, 1, 1, 1, 90.0, 'A', '[]',"
                """ '{"added": [], "removed": [], "changed": [], "details": []}', '', :now, :retired)"""
            ).bindparams(bindparam("now", datetime(2026, 1, 1, tzinfo=UTC), Moment()), bindparam("retired", False, Boolean()))
        )
        await uow.commit()
    assert not await database.is_current()
    await database.upgrade()
    async with database._write() as uow:
        old = await uow.suites.get("old")
        assert old is not None
        assert old.proof == NO_PROOF
        await uow.suites.record_proof("old", suite_proof(weak_report(), ProofGate()), proof_details(weak_report()), ())
        await uow.commit()
    await database.downgrade("0001")
    await database.upgrade()
    assert await database.drift() == ()
    async with database.unit_of_work() as uow:
        again = await uow.suites.get("old")
        assert again is not None
        assert (again.revision, again.proof) == (3, NO_PROOF)
        assert await uow.suites.proof_details("old") is None


async def test_the_database_refuses_a_state_of_proofs_that_it_does_not_know(database: Database) -> None:
    await database.upgrade()
    async with database._write() as uow:
        await uow.suites.add(revision(), b"{}")
        with pytest.raises(IntegrityError):
            await uow.transaction.execute(text("UPDATE suites SET proof_state = 'fine'"))


async def test_a_failing_migration_changes_nothing(database: Database) -> None:
    if database.path is not None:
        make_room(database.path)
    async with database._write() as uow:
        await uow.transaction.execute(text("CREATE TABLE outcomes (surplus INTEGER)"))  # the last table of the revision
        await uow.commit()
    with pytest.raises((DatabaseUnavailableError, ProgrammingError), match="already exists"):
        await database.upgrade()
    assert not await database.is_current()
    async with database._write() as uow:
        await uow.transaction.execute(text("DROP TABLE outcomes"))
        await uow.commit()
    await database.upgrade()
    assert await database.drift() == ()
