"""The service, composed: database, engine, pipeline, observers, and the services that the routes need."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from uuid import uuid4

import structlog

from specproof.bootstrap.execution import suite_runner
from specproof.bootstrap.fetching import spec_fetcher
from specproof.bootstrap.generation import assess_suite, document_digest, generate_suite
from specproof.bootstrap.observers import observers
from specproof.bootstrap.pipeline_proof import suite_prover
from specproof.bootstrap.policies import attempt_policy, generation_policy, project_policies
from specproof.database.connections import DatabasePolicy
from specproof.database.database import Database, create_database
from specproof.domain.ports import Clock, SuiteStorage
from specproof.engine.embedded import EmbeddedEngine, EnginePolicy
from specproof.engine.run_queue import RunQueue
from specproof.engine.signal import LocalSignal
from specproof.errors import DatabaseUnavailableError
from specproof.pipeline.children import ChildPolicy
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.process_event import ProcessEvent
from specproof.pipeline.prove_suite import SuiteProofs
from specproof.pipeline.run_suite import RunSuite, SuiteRuns
from specproof.pipeline.suite_builder import Generation, ProcessSuiteBuilder
from specproof.pipeline.suite_prover import ChildSuiteProver
from specproof.pipeline.transactions import Transactions
from specproof.pipeline.worker import LeasePolicy, Worker
from specproof.settings.sections import Settings
from specproof.storage.suite_storage import FolderSuiteStorage

BEATS_PER_LEASE = 3


class SystemClock:
    """:class:`~specproof.domain.ports.Clock` of the machine."""

    def now(self) -> datetime:
        """See the port."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See the port."""
        return monotonic()

    async def sleep(self, seconds: float) -> None:
        """See the port."""
        await asyncio.sleep(seconds)


def new_id() -> str:
    """A fresh id for events, suites and runs."""
    return uuid4().hex


async def open_database(settings: Settings) -> Database:
    """The configured database. Raises ``DatabaseUnavailableError`` if it is away or its tables are missing or old."""
    database = configured_database(settings)
    if database.path is not None and not await asyncio.to_thread(database.path.exists):
        hint = "Run: specproof db upgrade (or specproof serve, which does it too)"
        raise DatabaseUnavailableError("there is no database yet", at=str(database.path), hint=hint)
    try:
        is_current = await database.is_current()
    except BaseException:
        await database.close()
        raise
    if not is_current:
        await database.close()
        raise DatabaseUnavailableError("the tables are missing or old", hint="Run: specproof db upgrade")
    return database


def configured_database(settings: Settings) -> Database:
    """The configured database, not yet opened."""
    return create_database(settings.database.url, policy=DatabasePolicy(pool_size=settings.database.pool_size))


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that lives as long as the process."""

    settings: Settings
    database: Database
    clock: Clock
    signal: LocalSignal
    storage: SuiteStorage
    builder: ProcessSuiteBuilder
    prover: ChildSuiteProver
    engine: EmbeddedEngine | None
    run_queue: RunQueue

    async def start(self) -> None:
        """Begin to work. Raises ``EngineTakenError`` if another engine works on this SQLite database."""
        if self.engine is not None:
            await self.engine.start()
        await self.run_queue.start()

    async def stop(self) -> None:
        """Finish or hand back what is running, then close everything."""
        if self.engine is not None:
            await self.engine.stop()
        await self.run_queue.stop()
        self.builder.close()
        self.prover.close()
        await self.database.close()


def compose(settings: Settings, database: Database, *, works: bool) -> Parts:
    """Put the parts together; ``works``: with an engine. Raises ``SettingsError`` for settings that contradict each other."""
    clock = SystemClock()
    signal = LocalSignal()
    storage = FolderSuiteStorage(settings.storage.output_dir)
    transactions = Transactions(database.unit_of_work, clock)
    runs = SuiteRuns(transactions, storage, suite_runner(settings, keeps_reports=True), clock)
    bus = EventBus(observers(settings, clock))
    builder = suite_builder(settings)
    prover = suite_prover(settings)
    projects = project_policies(settings)
    process_event = ProcessEvent(
        transactions=transactions,
        fetcher=spec_fetcher(settings, database.unit_of_work, _stored_document(database)),
        builder=builder,
        storage=storage,
        proofs=SuiteProofs(transactions, storage, prover),
        runs=runs,
        projects=projects,
        bus=bus,
        clock=clock,
        new_id=new_id,
        lease_seconds=settings.engine.lease_seconds,
    )
    engine = _engine(settings, database, clock, signal, process_event, bus) if works else None
    run_queue = RunQueue(execute=RunSuite(transactions, runs, projects, bus), work=database.unit_of_work)
    return Parts(settings, database, clock, signal, storage, builder, prover, engine, run_queue)


def suite_builder(settings: Settings) -> ProcessSuiteBuilder:
    """The builder whose child does the CPU work."""
    policy = generation_policy(settings)
    generation = Generation(
        digest=partial(document_digest, policy), generate=partial(generate_suite, policy), assess=assess_suite
    )
    return ProcessSuiteBuilder(generation, policy=ChildPolicy())


def _engine(
    settings: Settings, database: Database, clock: Clock, signal: LocalSignal, attempt: ProcessEvent, bus: EventBus
) -> EmbeddedEngine:
    name = f"{socket.gethostname()}-{os.getpid()}"
    lease = LeasePolicy(settings.engine.lease_seconds, beat_seconds=settings.engine.lease_seconds / BEATS_PER_LEASE)
    policy = attempt_policy(settings)
    worker = Worker(
        name=name,
        attempt=attempt,
        work=database.unit_of_work,
        clock=clock,
        bus=bus,
        draw=random.random,
        policy=policy,
        lease=lease,
    )
    return EmbeddedEngine(
        step=worker.step,
        work=database.unit_of_work,
        signal=signal,
        clock=clock,
        lock=database.engine_lock(),
        policy=EnginePolicy(
            name=name,
            poll_seconds=settings.engine.poll_seconds,
            stop_seconds=settings.engine.stop_seconds,
            max_attempts=settings.retry.max_attempts,
            # A dead worker's lease is noticed within one beat of the others'.
            beat_seconds=min(5.0, lease.beat_seconds),
        ),
    )


def _stored_document(database: Database) -> Callable[[str], Awaitable[bytes | None]]:
    async def document(event_id: str) -> bytes | None:
        async with database.reader() as uow:
            return await uow.events.document(event_id)

    return document


def log_start(settings: Settings, database: Database) -> None:
    """One line that says what was started."""
    structlog.get_logger(__name__).info(
        "Service started",
        database="sqlite" if database.is_sqlite else "postgresql",
        engine=settings.engine.mode,
        projects=sorted(settings.projects),
        output_dir=str(settings.storage.output_dir),
    )
