"""The embedded engine, the worker and the pipeline on a real database; what lies beyond the ports is in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import monotonic

import pytest

from databases import empty, migrate, opened, postgres_database, sqlite_url
from fakes import FakeBuilder, FakeFetcher, FakeObserver, FakeProver, FakeRunner, FakeStorage, new_event, numbered_ids, outcome
from specproof.database.database import Database
from specproof.domain.events import EventStatus, EventView
from specproof.domain.repositories import EventQuery, Page
from specproof.engine.embedded import EmbeddedEngine, EnginePolicy
from specproof.engine.signal import LocalSignal
from specproof.errors import FetchUnavailableError
from specproof.pipeline.attempt_policy import AttemptPolicy
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.process_event import ProcessEvent
from specproof.pipeline.project_policy import ProjectPolicy
from specproof.pipeline.prove_suite import SuiteProofs
from specproof.pipeline.run_suite import SuiteRuns
from specproof.pipeline.transactions import Transactions
from specproof.pipeline.worker import LeasePolicy, Worker


class LoopClock:
    """Real time, for what waits in earnest."""

    def now(self):
        from datetime import UTC, datetime

        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Service:
    """What ``bootstrap`` would put together."""

    def __init__(self, database: Database, *, fetcher: FakeFetcher | None = None, runner: FakeRunner | None = None) -> None:
        clock = LoopClock()
        self.database = database
        self.signal = LocalSignal()
        self.observer = FakeObserver()
        self.storage = FakeStorage()
        self.runner = runner or FakeRunner(outcome("a"))
        transactions = Transactions(database.unit_of_work, clock)
        bus = EventBus([self.observer])
        attempt = ProcessEvent(
            transactions=transactions,
            fetcher=fetcher or FakeFetcher(),
            builder=FakeBuilder(),
            storage=self.storage,
            proofs=SuiteProofs(transactions, self.storage, FakeProver()),
            runs=SuiteRuns(transactions, self.storage, self.runner, clock),
            projects=lambda name: ProjectPolicy(name, "shop", target_url="http://127.0.0.1:9"),
            bus=bus,
            clock=clock,
            new_id=numbered_ids(),
        )
        worker = Worker(
            name="w",
            attempt=attempt,
            work=database.unit_of_work,
            clock=clock,
            bus=bus,
            draw=lambda: 1.0,
            policy=AttemptPolicy(initial_seconds=0.01),
            lease=LeasePolicy(beat_seconds=0.05),
        )
        self.engine = EmbeddedEngine(
            step=worker.step,
            work=database.unit_of_work,
            signal=self.signal,
            clock=clock,
            lock=database.engine_lock(),
            policy=EnginePolicy(poll_seconds=0.05, stop_seconds=0.2),
        )

    async def receive(self, event_id: str, **fields: object) -> None:
        await self.database.receiver.receive(new_event(event_id, **fields))
        self.signal.wake()

    async def until(self, event_id: str, status: EventStatus) -> EventView:
        deadline = monotonic() + 30
        while True:
            async with self.database.reader() as uow:
                event = await uow.events.get(event_id)
            if event is not None and event.status is status:
                return event
            assert monotonic() < deadline, event
            await asyncio.sleep(0.01)


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
async def database(url: str) -> AsyncIterator[Database]:
    async with opened(url) as database:
        yield database


async def test_from_delivery_to_a_stored_suite_that_has_run(database: Database) -> None:
    service = Service(database)
    await service.engine.start()
    await service.receive("evt-1")
    event = await service.until("evt-1", EventStatus.SUCCEEDED)
    await service.receive("evt-2")
    unchanged = await service.until("evt-2", EventStatus.SUCCEEDED)
    await service.engine.stop()
    assert (event.revision, unchanged.revision) == (1, 1)
    async with database.reader() as uow:
        assert event.run_id is not None
        run = await uow.runs.get(event.run_id)
        assert (await uow.suites.find("shop", Page()))[1] == 1
    assert run is not None
    assert (run.status.value, run.counts["passed"]) == ("passed", 1)
    assert service.observer.kinds == ["suite.generated", "run.finished", "suite.unchanged"]


async def test_transient_failures_are_tried_again_and_then_it_works(database: Database) -> None:
    away = FetchUnavailableError("no answer")
    service = Service(database, fetcher=FakeFetcher(away, away, b"document"))
    await service.engine.start()
    await service.receive("evt-1")
    event = await service.until("evt-1", EventStatus.SUCCEEDED)
    await service.engine.stop()
    assert (event.attempts, event.revision) == (3, 1)


async def test_a_dead_letter_is_revived_and_succeeds(database: Database) -> None:
    away = FetchUnavailableError("no answer")
    service = Service(database, fetcher=FakeFetcher(away, away, away, b"document"))
    await service.engine.start()
    await service.receive("evt-1")
    await service.until("evt-1", EventStatus.DEAD)
    async with database.unit_of_work() as uow:
        assert await uow.events.revive(EventQuery()) == ("evt-1",)
        await uow.commit()
    event = await service.until("evt-1", EventStatus.SUCCEEDED)
    await service.engine.stop()
    assert (event.attempts, event.revision) == (1, 1)


async def test_a_stop_in_the_middle_hands_the_job_back_and_the_next_start_finishes_it_once(database: Database) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    stopped = Service(database, runner=FakeRunner(outcome("a"), hold=hang))
    await stopped.engine.start()
    await stopped.receive("evt-1")
    await asyncio.wait_for(begun.wait(), 30)
    await stopped.engine.stop()
    handed_back = await stopped.until("evt-1", EventStatus.PENDING)
    assert handed_back.attempts == 0
    again = Service(database)
    again.storage.saved.update(stopped.storage.saved)
    await again.engine.start()
    await again.until("evt-1", EventStatus.SUCCEEDED)
    await again.engine.stop()
    async with database.reader() as uow:
        assert (await uow.suites.find("", Page()))[1] == 1
        assert (await uow.runs.find("", Page()))[1] == 1
