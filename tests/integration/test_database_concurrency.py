"""Several workers, receivers and processes on one real database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text, update
from structlog.testing import capture_logs

from databases import SqlStore, empty, migrate, opened, postgres_database, sqlite_url
from fakes import new_event
from specproof.database.connections import DatabasePolicy
from specproof.database.database import Database, create_database
from specproof.database.models import EventRow
from specproof.domain.events import Claim, EventStatus, NewEvent, Success
from specproof.domain.repositories import EventQuery, Page
from specproof.errors import DatabaseUnavailableError, EngineTakenError, LeaseLostError, SettingsError


@pytest.fixture(scope="module")
def migrated_postgres() -> Iterator[str]:
    with postgres_database() as address:
        migrate(address)
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        address = sqlite_url(tmp_path / "specproof.db")
        migrate(address)
        yield address
    else:
        address = request.getfixturevalue("migrated_postgres")
        empty(address)
        yield address


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[Database, Database]]:
    """The same database as two processes would hold it."""
    async with opened(url) as one, opened(url) as other:
        yield one, other


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(sqlite_url(tmp_path / "specproof.db")) as database:
        await database.upgrade()
        yield database


async def claim(database: Database, worker: str) -> Claim | None:
    async with database.unit_of_work() as uow:
        claimed = await uow.events.claim(worker, 30)
        await uow.commit()
    return claimed


async def drain(database: Database, worker: str) -> list[str]:
    """What a worker does: claim and succeed until nothing is left."""
    done: list[str] = []
    misses = 0
    while misses < 5:
        job = await claim(database, worker)
        if job is None:
            misses += 1
            await asyncio.sleep(0.01)
            continue
        async with database.unit_of_work() as uow:
            await uow.events.succeed(job, Success(worker))
            await uow.commit()
        done.append(job.event_id)
    return done


async def receive_all(database: Database, events: list[NewEvent]) -> None:
    await asyncio.gather(*(database.receiver.receive(event) for event in events))


async def statuses(database: Database) -> Counter[EventStatus]:
    async with database.reader() as uow:
        events, _ = await uow.events.find(EventQuery(), Page(limit=200))
    return Counter(event.status for event in events)


async def test_two_workers_share_one_queue_and_no_job_is_done_twice(two: tuple[Database, Database]) -> None:
    one, other = two
    await receive_all(one, [new_event(f"evt-{number}", project=f"p{number}") for number in range(20)])
    by_one, by_other = await asyncio.gather(drain(one, "one"), drain(other, "two"))
    assert sorted(by_one + by_other) == sorted(f"evt-{number}" for number in range(20))
    assert await statuses(one) == {EventStatus.SUCCEEDED: 20}


async def test_workers_that_claim_at_once_never_run_one_project_twice(two: tuple[Database, Database]) -> None:
    one, other = two
    await receive_all(one, [new_event(f"evt-{number}", project=f"p{number % 2}", delivery_id=str(number)) for number in range(2)])
    claims = await asyncio.gather(*(claim(database, "w") for database in (one, other) * 4))
    assert sorted(job.project for job in claims if job) == ["p0", "p1"]


async def test_the_database_itself_refuses_a_second_running_job_of_a_project(two: tuple[Database, Database]) -> None:
    from sqlalchemy.exc import IntegrityError

    database, _ = two
    await receive_all(database, [new_event("evt-1")])
    await claim(database, "w")
    await receive_all(database, [new_event("evt-2")])
    running = update(EventRow).where(EventRow.event_id == "evt-2").values(status="running", lease_expires_at=EventRow.run_at)
    async with database._write() as uow:
        with pytest.raises(IntegrityError):
            await uow.transaction.execute(running)


async def test_deliveries_through_two_processes_leave_exactly_the_newest_waiting(two: tuple[Database, Database]) -> None:
    one, other = two
    await asyncio.gather(
        receive_all(one, [new_event(f"a-{number}") for number in range(25)]),
        receive_all(other, [new_event(f"b-{number}") for number in range(25)]),
    )
    assert await statuses(one) == {EventStatus.PENDING: 1, EventStatus.SUPERSEDED: 49}
    async with one.reader() as uow:
        newest, _ = await uow.events.find(EventQuery(), Page(limit=1))
    assert newest[0].status is EventStatus.PENDING


async def test_one_delivery_sent_many_times_at_once_is_one_event(two: tuple[Database, Database]) -> None:
    deliveries = [
        database.receiver.receive(new_event(f"evt-{which}-{number}", body=b"same"))
        for number in range(10)
        for which, database in enumerate(two)
    ]
    received = await asyncio.gather(*deliveries)
    assert len({answer.event_id for answer in received}) == 1
    assert [answer.is_duplicate for answer in received].count(False) == 1


async def test_a_retry_beside_a_delivery_never_leaves_the_older_one_waiting(two: tuple[Database, Database]) -> None:
    from specproof.domain.events import Failure

    one, other = two
    for number in range(10):
        project = f"p{number}"
        await receive_all(one, [new_event(f"old-{number}", project=project)])
        job = await claim(one, "w")
        assert job is not None

        async def give_up(job: Claim) -> None:
            async with one.unit_of_work() as uow:
                await uow.events.retry_later(job, Failure("x", "y", "z"), 0)
                await uow.commit()

        await asyncio.gather(give_up(job), receive_all(other, [new_event(f"new-{number}", project=project)]))
        async with one.unit_of_work() as uow:
            old = await uow.events.get(f"old-{number}")
            assert old is not None
            assert old.status is EventStatus.SUPERSEDED
            await uow.events.claim("w", 30)
            await uow.commit()


async def test_a_lost_worker_cannot_write_over_the_one_that_took_over(two: tuple[Database, Database]) -> None:
    one, other = two
    await receive_all(one, [new_event()])
    lost = await claim(one, "one")
    await SqlStore(one).advance(31)
    async with other.unit_of_work() as uow:
        assert await uow.events.expire_leases(3) == 1
        await uow.commit()
    assert await claim(other, "two") is not None
    assert lost is not None
    async with one.unit_of_work() as uow:
        with pytest.raises(LeaseLostError):
            await uow.events.succeed(lost, Success("late"))


async def test_one_delivery_that_cannot_be_stored_does_not_take_the_others_along(two: tuple[Database, Database]) -> None:
    database, _ = two
    await receive_all(database, [new_event("taken", project="x")])
    events = [new_event("evt-1", project="a"), new_event("taken", project="b"), new_event("evt-2", project="c")]
    with capture_logs() as logs:
        answers = await asyncio.gather(*(database.receiver.receive(event) for event in events), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["Received", "IntegrityError", "Received"]
    assert await statuses(database) == {EventStatus.PENDING: 3}
    assert logs[0]["size"] == 3


async def test_a_caller_that_goes_away_does_not_take_the_others_along(two: tuple[Database, Database]) -> None:
    database, _ = two
    gone = asyncio.create_task(database.receiver.receive(new_event("evt-1", project="a")))
    stays = asyncio.create_task(database.receiver.receive(new_event("evt-2", project="b")))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).event_id == "evt-2"
    assert await statuses(database) == {EventStatus.PENDING: 2}


async def test_an_unreachable_server_is_said_in_our_words(unused_tcp_port: int) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{unused_tcp_port}/nothing"
    async with opened(url) as database:
        with pytest.raises(DatabaseUnavailableError):
            await database.receiver.receive(new_event())
        with pytest.raises(DatabaseUnavailableError):
            await database.upgrade()


@pytest.mark.needs_postgres
async def test_connections_that_the_server_has_cut_are_replaced() -> None:
    with postgres_database() as url:
        migrate(url)
        await cut_connections(url)


async def cut_connections(url: str) -> None:
    async with opened(url) as database, opened(url) as other:
        await database.receiver.receive(new_event("evt-1"))
        async with other._write() as uow:
            kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            await uow.transaction.execute(text(kill))
            await uow.commit()
        assert (await database.receiver.receive(new_event("evt-2"))).superseded == 1


async def test_on_sqlite_a_second_engine_is_refused_until_the_first_has_gone(sqlite: Database) -> None:
    assert sqlite.path is not None
    other = create_database(sqlite_url(sqlite.path))
    async with sqlite.engine_lock():
        with pytest.raises(EngineTakenError) as caught:
            async with other.engine_lock():
                pass
        await sqlite.receiver.receive(new_event())
    assert "PostgreSQL" in caught.value.hint
    async with other.engine_lock():
        pass


async def test_the_engines_lock_frees_itself_when_its_holder_is_killed(sqlite: Database) -> None:
    import sys

    assert sqlite.path is not None
    script = "import asyncio, sys, pathlib\nfrom specproof.database.engine_lock import held\n"
    script += "async def main():\n async with held(pathlib.Path(sys.argv[1])):\n  print('held', flush=True)\n  await asyncio.sleep(600)\n"
    script += "asyncio.run(main())\n"
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(sqlite.path), stdout=asyncio.subprocess.PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(EngineTakenError):
        async with sqlite.engine_lock():
            pass
    holder.kill()
    await holder.wait()
    async with sqlite.engine_lock():
        pass


async def test_on_sqlite_readers_see_what_was_committed_beside_an_open_writer(sqlite: Database) -> None:
    await sqlite.receiver.receive(new_event("evt-1"))
    async with sqlite.unit_of_work() as writing:
        await writing.events.receive(new_event("evt-2", project="other"))
        async with sqlite.reader() as reading:
            assert (await reading.events.find(EventQuery(), Page()))[1] == 1
            with pytest.raises(DatabaseUnavailableError):
                await reading.events.receive(new_event("evt-3"))


async def test_on_sqlite_another_process_that_writes_too_long_is_an_outage(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "busy.db")
    database = create_database(url, policy=DatabasePolicy(busy_seconds=0.05))
    try:
        await database.upgrade()
        other = sqlite3.connect(tmp_path / "busy.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailableError, match="locked"):
            await database.receiver.receive(new_event("evt-1"))
        other.execute("ROLLBACK")
        other.close()
        assert (await database.receiver.receive(new_event("evt-2"))).superseded == 0
    finally:
        await database.close()


async def test_on_sqlite_one_writer_at_a_time_and_a_queue_that_ends(tmp_path: Path) -> None:
    database = create_database(sqlite_url(tmp_path / "queue.db"), policy=DatabasePolicy(wait_seconds=0.05))
    try:
        await database.upgrade()
        async with database.unit_of_work() as first:
            await first.events.counts()
            async with database.unit_of_work() as second:
                with pytest.raises(DatabaseUnavailableError, match="in time"):
                    await second.events.counts()
    finally:
        await database.close()


async def test_sqlite_is_set_to_lose_nothing(sqlite: Database) -> None:
    async with sqlite._write() as uow:
        mode = await uow.transaction.scalar(text("PRAGMA journal_mode"))
        synchronous = await uow.transaction.scalar(text("PRAGMA synchronous"))
    assert (mode, synchronous) == ("wal", 2)


async def test_a_file_that_is_no_database_is_said_in_our_words(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database at all, whatever its name says" * 100)
    async with opened(sqlite_url(tmp_path / "broken.db")) as database:
        with pytest.raises(DatabaseUnavailableError, match="not a database"):
            await database.upgrade()


async def test_a_folder_that_cannot_be_made_is_said_in_our_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with opened(sqlite_url(tmp_path / "file" / "specproof.db")) as database:
        with pytest.raises(DatabaseUnavailableError) as caught:
            await database.upgrade()
    assert caught.value.at == str(tmp_path / "file")


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        create_database(url)
