"""Everything that an attempt needs, in memory: ``room = Room(); await room.process(new_event())``."""

from __future__ import annotations

from dataclasses import dataclass, field

from fakes import (
    FakeBuilder,
    FakeClock,
    FakeDatabase,
    FakeFetcher,
    FakeObserver,
    FakeProver,
    FakeRunner,
    FakeStorage,
    StoredEvent,
    numbered_ids,
    outcome,
)
from specproof.domain.events import Claim, NewEvent, Success
from specproof.domain.runs import OutcomeKind
from specproof.errors import ProjectNotFoundError
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.process_event import ProcessEvent
from specproof.pipeline.progress import Progress
from specproof.pipeline.project_policy import ProjectPolicy
from specproof.pipeline.prove_suite import SuiteProofs
from specproof.pipeline.run_suite import SuiteRuns
from specproof.pipeline.transactions import Transactions

POLICY = ProjectPolicy(
    "shop",
    "shop",
    target_url="http://127.0.0.1:9",
    credentials={"SPECPROOF_CREDENTIAL_BEARER": "s3cret"},
    run_timeout_seconds=30,
    memory_bytes=1 << 20,
    strictness="lenient",
)


def unknown_project(name: str) -> ProjectPolicy:
    raise ProjectNotFoundError("no such project", at=name)


@dataclass
class Room:
    """Everything that an attempt needs."""

    policy: ProjectPolicy = POLICY
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)
    builder: FakeBuilder = field(default_factory=FakeBuilder)
    storage: FakeStorage = field(default_factory=FakeStorage)
    runner: FakeRunner = field(
        default_factory=lambda: FakeRunner(outcome("a"), outcome("b", OutcomeKind.FAILED, title="it breaks"))
    )
    observer: FakeObserver = field(default_factory=FakeObserver)
    prover: FakeProver = field(default_factory=FakeProver)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.database = FakeDatabase(self.clock)
        self.new_id = numbered_ids()

    def attempt(self) -> ProcessEvent:
        transactions = Transactions(self.database, self.clock)
        return ProcessEvent(
            transactions=transactions,
            fetcher=self.fetcher,
            builder=self.builder,
            storage=self.storage,
            proofs=SuiteProofs(transactions, self.storage, self.prover),
            runs=SuiteRuns(transactions, self.storage, self.runner, self.clock, progress_seconds=0),
            projects=lambda name: self.policy if name == "shop" else unknown_project(name),
            bus=EventBus([self.observer]),
            clock=self.clock,
            new_id=self.new_id,
        )

    async def claim(self, event: NewEvent | None = None) -> Claim:
        async with self.database() as uow:
            if event is not None:
                await uow.events.receive(event)
            claim = await uow.events.claim("worker", 30)
            await uow.commit()
        assert claim is not None
        return claim

    def progress(self) -> Progress:
        return Progress()

    async def process(self, event: NewEvent, progress: Progress | None = None) -> Success:
        return await self.attempt()(await self.claim(event), progress or Progress())

    def row(self, event_id: str = "evt-1") -> StoredEvent:
        return self.database.tables.events[event_id]
