"""Runs in the background."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from fakes import FakeClock, FakeDatabase
from specproof.domain.runs import RunStatus, RunView
from specproof.engine.run_queue import RunQueue
from specproof.errors import NotFoundError

THEN = datetime(2026, 1, 1, tzinfo=UTC)


async def with_run(run_id: str = "run-1") -> FakeDatabase:
    database = FakeDatabase(FakeClock())
    async with database() as uow:
        await uow.runs.add(RunView(run_id, "shop", "suite-1", 1, "http://x", RunStatus.QUEUED, {}, 0, THEN, None, None, "", ""))
        await uow.commit()
    return database


async def test_runs_are_carried_out_one_after_another() -> None:
    order: list[str] = []

    async def execute(run_id: str) -> None:
        order.append(f"{run_id} begins")
        await asyncio.sleep(0)
        order.append(f"{run_id} ends")

    queue = RunQueue(execute=execute, work=FakeDatabase(FakeClock()))
    queue.submit("a")
    queue.submit("b")
    await queue.join()
    assert order == ["a begins", "a ends", "b begins", "b ends"]


async def test_a_start_gives_up_what_an_earlier_process_left() -> None:
    database = await with_run()
    await RunQueue(execute=pytest.fail, work=database).start()  # type: ignore[arg-type]
    run = database.tables.runs["run-1"]
    assert run.status is RunStatus.BROKEN
    assert "start it again" in run.message


async def test_a_run_that_ends_by_a_defect_is_broken_and_the_next_goes_on() -> None:
    done: list[str] = []

    async def execute(run_id: str) -> None:
        if run_id == "run-1":
            raise ZeroDivisionError
        done.append(run_id)

    database = await with_run()
    queue = RunQueue(execute=execute, work=database)
    with capture_logs() as logs:
        queue.submit("run-1")
        queue.submit("run-2")
        await queue.join()
    assert database.tables.runs["run-1"].status is RunStatus.BROKEN
    assert done == ["run-2"]
    assert logs[0]["run_id"] == "run-1"


async def test_an_error_of_ours_is_logged_and_leaves_the_row_alone() -> None:
    async def execute(run_id: str) -> None:
        raise NotFoundError("no such run", at=run_id)

    database = await with_run()
    queue = RunQueue(execute=execute, work=database)
    with capture_logs() as logs:
        queue.submit("run-1")
        await queue.join()
    assert database.tables.runs["run-1"].status is RunStatus.QUEUED
    assert logs[0]["log_level"] == "error"


async def test_a_stop_ends_running_and_drops_waiting_runs() -> None:
    begun: list[str] = []

    async def execute(run_id: str) -> None:
        begun.append(run_id)
        await asyncio.Event().wait()

    queue = RunQueue(execute=execute, work=FakeDatabase(FakeClock()))
    queue.submit("a")
    queue.submit("b")
    await asyncio.sleep(0)
    await queue.stop()
    assert begun == ["a"]
