"""Claim, attempt, settle: what a worker does with whatever an attempt brings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.contextvars import get_contextvars

from fakes import FakeClock, FakeDatabase, FakeObserver, new_event
from specproof.domain.events import Claim, EventStatus, Stage, Success
from specproof.errors import DatabaseUnavailableError, FetchRefusedError, FetchUnavailableError, LeaseLostError
from specproof.pipeline.attempt_policy import AttemptPolicy
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.progress import Progress
from specproof.pipeline.worker import LeasePolicy, Worker

Attempt = Callable[[Claim, Progress], Awaitable[Success]]


class Room:
    def __init__(self, attempt: Attempt | None = None) -> None:
        self.clock = FakeClock(is_manual=True)
        self.database = FakeDatabase(self.clock)
        self.observer = FakeObserver()
        self.attempts: list[Claim] = []
        self._attempt = attempt

    def worker(self, *, max_attempts: int = 3) -> Worker:
        return Worker(
            name="worker-1",
            attempt=self.attempt,
            work=self.database,
            clock=self.clock,
            bus=EventBus([self.observer]),
            draw=lambda: 1.0,
            policy=AttemptPolicy(max_attempts=max_attempts, initial_seconds=1, max_seconds=60),
            lease=LeasePolicy(),
        )

    async def attempt(self, claim: Claim, progress: Progress) -> Success:
        self.attempts.append(claim)
        if self._attempt is not None:
            return await self._attempt(claim, progress)
        return await self.succeed(claim, progress)

    async def succeed(self, claim: Claim, progress: Progress) -> Success:
        progress.settle()
        async with self.database() as uow:
            await uow.events.succeed(claim, Success("done"))
            await uow.commit()
        return Success("done")

    async def receive(self, event_id: str = "evt-1") -> None:
        async with self.database() as uow:
            await uow.events.receive(new_event(event_id))
            await uow.commit()

    def row(self, event_id: str = "evt-1"):
        return self.database.tables.events[event_id]


def failing(error: Exception, stage: Stage = Stage.FETCHING) -> Attempt:
    async def attempt(claim: Claim, progress: Progress) -> Success:
        progress.enter(stage)
        raise error

    return attempt


async def settled() -> None:
    """Let every task that can go on go on."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_nothing_due_is_no_step() -> None:
    room = Room()
    assert await room.worker().step() is False
    assert room.attempts == []


async def test_a_due_job_is_seen_through() -> None:
    room = Room()
    await room.receive()
    assert await room.worker().step() is True
    assert room.row().status is EventStatus.SUCCEEDED
    assert (room.row().worker, room.attempts[0].attempt) == ("worker-1", 1)


async def test_the_event_is_bound_to_every_log_line_of_its_attempt() -> None:
    seen: dict[str, object] = {}

    async def attempt(claim: Claim, progress: Progress) -> Success:
        seen.update(get_contextvars())
        return await room.succeed(claim, progress)

    room = Room(attempt)
    await room.receive()
    await room.worker().step()
    assert seen == {"event_id": "evt-1", "project": "shop", "attempt": 1}
    assert get_contextvars() == {}


async def test_a_transient_failure_is_tried_again_later() -> None:
    room = Room(failing(FetchUnavailableError("no answer", at="https://api")))
    await room.receive()
    await room.worker().step()
    row = room.row()
    assert row.status is EventStatus.RETRYING
    assert row.failure is not None
    assert (row.failure.code, row.failure.stage, row.failure.at) == ("fetch.unavailable", "fetching", "https://api")
    assert (row.run_at - room.clock.now()).total_seconds() == 1
    assert room.observer.kinds == []


async def test_the_last_failed_attempt_makes_a_dead_letter_and_tells_of_it() -> None:
    room = Room(failing(FetchUnavailableError("no answer")))
    await room.receive()
    worker = room.worker(max_attempts=2)
    await worker.step()
    room.clock.advance(1)
    await worker.step()
    assert room.row().status is EventStatus.DEAD
    assert room.observer.kinds == ["event.dead"]
    assert room.observer.notices[0].facts["attempts"] == 2


async def test_a_permanent_failure_is_a_dead_letter_at_once() -> None:
    room = Room(failing(FetchRefusedError("401")))
    await room.receive()
    await room.worker().step()
    assert (room.row().status, room.row().attempts) == (EventStatus.DEAD, 1)


async def test_a_defect_of_ours_buries_the_job_without_quoting_what_it_was_about() -> None:
    room = Room(failing(KeyError("token=s3cret"), Stage.PARSING))
    await room.receive()
    assert await room.worker().step() is True
    failure = room.row().failure
    assert failure is not None
    assert (failure.code, failure.stage) == ("internal", "parsing")
    assert "KeyError" in failure.message
    assert "s3cret" not in str(failure)


async def test_beats_keep_the_lease_while_the_attempt_goes_on() -> None:
    going_on = asyncio.Event()

    async def attempt(claim: Claim, progress: Progress) -> Success:
        progress.enter(Stage.GENERATING)
        await going_on.wait()
        return await room.succeed(claim, progress)

    room = Room(attempt)
    await room.receive()
    step = asyncio.create_task(room.worker().step())
    await settled()
    for _ in range(6):
        room.clock.advance(10)
        await settled()
    row = room.row()
    assert (row.stage, row.status) == ("generating", EventStatus.RUNNING)
    assert row.lease_expires_at is not None
    assert (row.lease_expires_at - room.clock.now()).total_seconds() == 30
    going_on.set()
    assert await step is True
    assert room.row().status is EventStatus.SUCCEEDED


async def test_a_lost_lease_cancels_the_attempt_and_writes_nothing() -> None:
    cancelled: list[str] = []

    async def attempt(claim: Claim, progress: Progress) -> Success:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(claim.event_id)
            raise
        raise AssertionError

    room = Room(attempt)
    await room.receive()
    step = asyncio.create_task(room.worker().step())
    await settled()
    room.row().token += 1  # another worker has taken over
    room.clock.advance(10)
    assert await step is True
    assert cancelled == ["evt-1"]
    assert (room.row().status, room.row().failure) == (EventStatus.RUNNING, None)
    assert room.observer.kinds == []


async def test_an_attempt_that_finds_its_lease_lost_is_left_alone() -> None:
    room = Room(failing(LeaseLostError("gone")))
    await room.receive()
    assert await room.worker().step() is True
    assert (room.row().status, room.row().failure) == (EventStatus.RUNNING, None)


async def test_a_beat_that_the_database_does_not_take_does_not_end_the_attempt() -> None:
    going_on = asyncio.Event()

    async def attempt(claim: Claim, progress: Progress) -> Success:
        await going_on.wait()
        return await room.succeed(claim, progress)

    room = Room(attempt)
    await room.receive()
    step = asyncio.create_task(room.worker().step())
    await settled()
    room.database.is_away = True
    room.clock.advance(10)
    await settled()
    room.database.is_away = False
    going_on.set()
    assert await step is True
    assert room.row().status is EventStatus.SUCCEEDED


async def test_settling_outlasts_an_outage() -> None:
    async def attempt(claim: Claim, progress: Progress) -> Success:
        room.database.is_away = True
        raise FetchRefusedError("401")

    room = Room(attempt)
    await room.receive()
    step = asyncio.create_task(room.worker().step())
    for _ in range(20):
        await settled()
        room.clock.advance(5)
    assert not step.done()
    room.database.is_away = False
    await settled()
    room.clock.advance(5)
    assert await step is True
    assert room.row().status is EventStatus.DEAD


async def test_an_end_that_is_written_too_late_is_refused_and_nobody_is_told() -> None:
    async def attempt(claim: Claim, progress: Progress) -> Success:
        room.row().token += 1
        raise FetchRefusedError("401")

    room = Room(attempt)
    await room.receive()
    await room.worker().step()
    assert room.row().status is EventStatus.RUNNING
    assert room.observer.kinds == []


async def test_cancelling_hands_the_job_back_without_charging_the_attempt() -> None:
    async def attempt(claim: Claim, progress: Progress) -> Success:
        await asyncio.Event().wait()
        raise AssertionError

    room = Room(attempt)
    await room.receive()
    step = asyncio.create_task(room.worker().step())
    await settled()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert (room.row().status, room.row().attempts) == (EventStatus.PENDING, 0)


async def test_cancelling_after_the_end_was_written_changes_nothing() -> None:
    async def attempt(claim: Claim, progress: Progress) -> Success:
        await room.succeed(claim, progress)
        await asyncio.Event().wait()
        raise AssertionError

    room = Room(attempt)
    await room.receive()
    step = asyncio.create_task(room.worker().step())
    await settled()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert room.row().status is EventStatus.SUCCEEDED


async def test_beats_stop_when_the_attempt_writes_its_end() -> None:
    """Telling people comes after the commit, when the row is not ours any more: a beat then must not cancel it."""
    told = asyncio.Event()

    async def attempt(claim: Claim, progress: Progress) -> Success:
        success = await room.succeed(claim, progress)
        await told.wait()
        return success

    room = Room(attempt)
    await room.receive()
    step = asyncio.create_task(room.worker().step())
    await settled()
    for _ in range(5):
        room.clock.advance(10)
        await settled()
    told.set()
    assert await step is True
    assert room.row().status is EventStatus.SUCCEEDED


async def test_no_claim_without_a_database() -> None:
    room = Room()
    room.database.is_away = True
    with pytest.raises(DatabaseUnavailableError):
        await room.worker().step()
