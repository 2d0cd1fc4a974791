"""The embedded engine: woken, polling, outliving outages, stopping gently."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import pytest
from structlog.testing import capture_logs

from fakes import FakeClock, FakeDatabase, new_event
from specproof.domain.events import EventStatus
from specproof.engine.embedded import EmbeddedEngine, EnginePolicy
from specproof.engine.signal import LocalSignal
from specproof.errors import DatabaseUnavailableError, EngineTakenError


async def settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


class Room:
    """An engine whose step does what ``plan`` says, one entry a step: True, False or an exception; then there is no work."""

    def __init__(self, *plan: bool | Exception, policy: EnginePolicy | None = None) -> None:
        self.clock = FakeClock(is_manual=True)
        self.database = FakeDatabase(self.clock)
        self.signal = LocalSignal()
        self.plan = list(plan)
        self.steps = 0
        self.policy = policy or EnginePolicy()
        self.lock = nullcontext()

    async def step(self) -> bool:
        self.steps += 1
        answer = self.plan.pop(0) if self.plan else False
        if isinstance(answer, Exception):
            raise answer
        return answer

    def engine(self) -> EmbeddedEngine:
        return EmbeddedEngine(
            step=self.step, work=self.database, signal=self.signal, clock=self.clock, lock=self.lock, policy=self.policy
        )


@asynccontextmanager
async def running(room: Room) -> AsyncIterator[EmbeddedEngine]:
    engine = room.engine()
    await engine.start()
    try:
        await settled()
        yield engine
    finally:
        await engine.stop()


async def test_it_works_on_while_there_is_work_and_then_waits() -> None:
    room = Room(True, True)
    async with running(room):
        assert room.steps == 3


async def test_a_signal_wakes_it() -> None:
    room = Room()
    async with running(room):
        room.signal.wake()
        await settled()
        assert room.steps == 2


async def test_it_looks_by_itself_every_half_second() -> None:
    room = Room()
    async with running(room):
        room.clock.advance(0.5)
        await settled()
        assert room.steps == 2


async def test_a_signal_during_work_is_not_lost() -> None:
    room = Room()
    room.signal.wake()
    async with running(room):
        assert room.steps == 2


async def test_it_outlives_an_outage_with_growing_waits() -> None:
    room = Room(*[DatabaseUnavailableError("away")] * 3, True)
    async with running(room):
        for seconds in (0.5, 1.0, 2.0):
            room.clock.advance(seconds)
            await settled()
        assert room.steps == 5


async def test_it_shows_that_it_lives_and_takes_up_what_dead_workers_left() -> None:
    room = Room()
    async with room.database() as uow:
        await uow.events.receive(new_event())
        await uow.events.claim("dead worker", 3)
        await uow.commit()
    async with running(room):
        assert list(room.database.tables.beats) == ["embedded"]
        room.clock.advance(5)
        await settled()
        assert room.database.tables.events["evt-1"].status is EventStatus.RETRYING


async def test_beats_go_on_after_an_outage() -> None:
    room = Room()
    async with running(room):
        room.database.is_away = True
        room.clock.advance(5)
        await settled()
        room.database.is_away = False
        room.clock.advance(5)
        await settled()
        assert room.database.tables.beats["embedded"] == room.clock.now()


async def test_several_jobs_side_by_side_if_so_set() -> None:
    room = Room(policy=EnginePolicy(concurrency=3))
    async with running(room):
        assert room.steps == 3


async def test_a_stop_waits_for_running_work() -> None:
    room = Room()
    finished: list[bool] = []
    going_on = asyncio.Event()

    async def step() -> bool:
        await going_on.wait()
        finished.append(True)
        return True

    room.step = step  # type: ignore[method-assign]
    engine = room.engine()
    await engine.start()
    stop = asyncio.create_task(engine.stop())
    await settled()
    assert not stop.done()
    going_on.set()
    await stop
    assert finished == [True]


async def test_a_stop_cancels_what_takes_too_long() -> None:
    room = Room(policy=EnginePolicy(stop_seconds=0))
    handed_back: list[bool] = []

    async def step() -> bool:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            handed_back.append(True)
            raise
        raise AssertionError

    room.step = step  # type: ignore[method-assign]
    engine = room.engine()
    await engine.start()
    await settled()
    await engine.stop()
    assert handed_back == [True]


async def test_stopping_what_was_never_started_does_nothing() -> None:
    await Room().engine().stop()


async def test_a_second_engine_is_refused_by_the_lock() -> None:
    @asynccontextmanager
    async def taken() -> AsyncIterator[None]:
        raise EngineTakenError("taken")
        yield

    room = Room()
    room.lock = taken()  # type: ignore[assignment]
    with pytest.raises(EngineTakenError):
        await room.engine().start()
    assert room.steps == 0


async def test_an_engine_that_died_by_a_defect_says_so_and_does_not_look_alive() -> None:
    room = Room(ZeroDivisionError())
    engine = room.engine()
    with capture_logs() as logs:
        await engine.start()
        await settled()
    assert [entry["log_level"] for entry in logs if "defect" in entry["event"]] == ["critical"]
    beat_at = room.database.tables.beats.get("embedded")
    room.clock.advance(5)
    await settled()
    assert room.database.tables.beats.get("embedded") == beat_at
    with pytest.raises(ZeroDivisionError):
        await engine.wait()
    with pytest.raises(ZeroDivisionError):
        await engine.stop()
