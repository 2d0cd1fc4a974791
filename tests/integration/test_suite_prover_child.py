"""The prover's child process: reports, errors, time, death, and what it has started."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from proofexamples import weak_report
from proofwork import prover as started
from proofwork import proving
from specproof.domain.ports import ProofLimits
from specproof.domain.suites import SuiteFile
from specproof.errors import ProofError
from specproof.pipeline.children import ChildPolicy
from specproof.pipeline.suite_prover import ChildSuiteProver

FILES = (SuiteFile("conftest.py", ""),)


@pytest.fixture
async def prover() -> AsyncIterator[ChildSuiteProver]:
    prover = started()
    yield prover
    prover.close()


async def test_the_child_gives_back_the_report(prover: ChildSuiteProver) -> None:
    assert await prover.prove(FILES, b"prove", ProofLimits(), project="shop") == weak_report()


async def test_a_prepared_child_is_the_one_that_proves_and_is_ended_when_no_proof_comes(prover: ChildSuiteProver) -> None:
    prover.prepare()
    prepared = prover._child
    prover.prepare()
    assert await prover.prove(FILES, b"prove", ProofLimits()) == weak_report()
    assert prover._child is prepared
    unused = ChildSuiteProver(proving, policy=ChildPolicy(idle_seconds=0))
    unused.prepare()
    assert await until(lambda: unused._child is None)


async def test_every_error_is_one_of_a_proof_and_keeps_its_words(prover: ChildSuiteProver) -> None:
    with pytest.raises(ProofError, match="pytest collects nothing") as told:
        await prover.prove(FILES, b"unprovable", ProofLimits())
    assert (type(told.value), told.value.hint) == (ProofError, "look at it")
    assert "conftest.py" in str(told.value)
    with pytest.raises(ProofError, match=r"a defect of ours: KeyError: 'spot'"):
        await prover.prove(FILES, b"defect spot", ProofLimits())
    assert await prover.prove(FILES, b"prove", ProofLimits()) == weak_report()


async def test_a_child_that_is_killed_is_an_error_and_the_next_proof_has_a_new_one(prover: ChildSuiteProver) -> None:
    with pytest.raises(ProofError, match="was killed"):
        await prover.prove(FILES, b"die", ProofLimits())
    assert await prover.prove(FILES, b"prove", ProofLimits()) == weak_report()


async def test_a_proof_that_is_too_slow_is_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    prover = started(grace_seconds=0)
    try:
        await prover.prove(FILES, b"prove", ProofLimits(seconds=60))
        with pytest.raises(ProofError, match="longer than 3 s") as told:
            await prover.prove(FILES, f"hang {tmp_path / 'begun'}".encode(), ProofLimits(seconds=3))
        assert "SPECPROOF_PROOF__SECONDS" in told.value.hint
        assert await all_gone(tmp_path / "begun")
    finally:
        prover.close()


async def test_cancelling_ends_the_proof_with_all_that_it_has_started(prover: ChildSuiteProver, tmp_path: Path) -> None:
    call = asyncio.create_task(prover.prove(FILES, f"hang {tmp_path / 'begun'}".encode(), ProofLimits(seconds=600)))
    assert await until((tmp_path / "begun").exists)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await all_gone(tmp_path / "begun")
    assert await prover.prove(FILES, b"prove", ProofLimits()) == weak_report()


async def test_the_child_and_what_it_has_started_end_with_the_service_however_that_ends(tmp_path: Path) -> None:
    script, begun = Path(__file__).parents[1] / "proofwork.py", tmp_path / "begun"
    parent = await asyncio.create_subprocess_exec(sys.executable, str(script), str(begun), stdout=asyncio.subprocess.DEVNULL)
    assert await until(begun.exists)
    parent.kill()
    await parent.wait()
    assert await all_gone(begun)


async def test_an_idle_child_is_ended_and_a_used_one_renewed(prover: ChildSuiteProver) -> None:
    idle = ChildSuiteProver(proving, policy=ChildPolicy(idle_seconds=0), grace_seconds=30)
    renewed = ChildSuiteProver(proving, policy=ChildPolicy(calls=1), grace_seconds=30)
    try:
        for each in (idle, renewed):
            assert await each.prove(FILES, b"prove", ProofLimits()) == weak_report()
            assert await until(lambda each=each: each._child is None)  # type: ignore[misc]
            assert await each.prove(FILES, b"prove", ProofLimits()) == weak_report()
    finally:
        idle.close()
        renewed.close()


async def test_proofs_wait_for_each_other(prover: ChildSuiteProver) -> None:
    reports = await asyncio.gather(*(prover.prove(FILES, b"prove", ProofLimits()) for _ in range(3)))
    assert reports == [weak_report()] * 3


async def all_gone(begun: Path) -> bool:
    pids = [int(pid) for pid in begun.read_text().split()]  # noqa: ASYNC240  # a short file
    return await until(lambda: all(is_gone(pid) for pid in pids))


async def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:  # noqa: ASYNC110  # files and processes give no signal
        await asyncio.sleep(0.02)
    return condition()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
