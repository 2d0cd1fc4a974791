"""The builder's child process: results, errors, death, cancellation."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from childwork import assess, digest, generate
from specproof.domain.suites import SuiteChoices
from specproof.errors import AttemptInterruptedError, SpecUnreadableError
from specproof.pipeline.children import ChildPolicy
from specproof.pipeline.suite_builder import Generation, ProcessSuiteBuilder


@pytest.fixture
async def builder() -> AsyncIterator[ProcessSuiteBuilder]:
    builder = ProcessSuiteBuilder(Generation(digest, generate, assess), policy=ChildPolicy())
    yield builder
    builder.close()


async def test_the_child_builds_and_assesses(builder: ProcessSuiteBuilder) -> None:
    assert int(await builder.digest(b"pid")) != os.getpid()
    generated = await builder.generate(b"document", slug="shop", previous=b"before", choices=SuiteChoices("tested"))
    assert generated.suite.slug == "shop"
    assert generated.title == "document after before from tested"
    assert (await builder.assess(generated)).score == 91.0


async def test_errors_of_ours_come_across_with_place_and_hint(builder: ProcessSuiteBuilder) -> None:
    with pytest.raises(SpecUnreadableError) as caught:
        await builder.digest(b"unreadable")
    error = caught.value
    assert (error.message, error.at, error.hint, error.code) == ("no JSON", "line 1", "write JSON", "spec.unreadable")


async def test_a_child_that_is_killed_is_a_transient_error_and_the_next_call_has_a_new_one(builder: ProcessSuiteBuilder) -> None:
    first = await builder.digest(b"pid")
    with pytest.raises(AttemptInterruptedError):
        await builder.digest(b"die")
    assert await builder.digest(b"pid") != first


async def test_cancelling_ends_the_childs_work(builder: ProcessSuiteBuilder, tmp_path: Path) -> None:
    pid = int(await builder.digest(b"pid"))
    call = asyncio.create_task(builder.generate(b"hang", slug=str(tmp_path / "begun"), previous=None))
    assert await until((tmp_path / "begun").exists)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await gone(pid)
    assert int(await builder.digest(b"pid")) != pid


async def test_the_child_is_renewed_after_so_many_calls() -> None:
    builder = ProcessSuiteBuilder(Generation(digest, generate, assess), policy=ChildPolicy(calls=2))
    try:
        pids = [await builder.digest(b"pid") for _ in range(4)]
    finally:
        builder.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_an_idle_child_is_ended() -> None:
    builder = ProcessSuiteBuilder(Generation(digest, generate, assess), policy=ChildPolicy(idle_seconds=0))
    pid = int(await builder.digest(b"pid"))
    assert await gone(pid)


async def test_calls_wait_for_each_other(builder: ProcessSuiteBuilder) -> None:
    results = await asyncio.gather(*(builder.digest(b"pid") for _ in range(3)))
    assert len(set(results)) == 1


async def test_the_child_ends_with_its_parent_however_that_ends(tmp_path: Path) -> None:
    script, answer = Path(__file__).parents[1] / "childwork.py", tmp_path / "pid"
    parent = await asyncio.create_subprocess_exec(sys.executable, str(script), str(answer), stdout=asyncio.subprocess.DEVNULL)
    assert await until(answer.exists)
    child = int(answer.read_text())
    parent.kill()
    await parent.wait()
    assert await gone(child)


async def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:  # noqa: ASYNC110  # files and processes give no signal
        await asyncio.sleep(0.02)
    return condition()


async def gone(pid: int) -> bool:
    return await until(lambda: is_gone(pid))


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
