"""The workers of a proof: forked, dealt units, and never silent about one that is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from specproof.errors import ProofError
from specproof.quality.proof.crew import Crew


def outcome(
    work: Callable[[int], object], units: list[int], *, workers: int = 2, seconds: float = 20.0
) -> list[tuple[int, object]]:
    crew = Crew(work, workers=workers, unit_seconds=seconds, label=lambda unit: f"unit {unit}")
    return sorted((result.unit, result.value) for result in crew.results(units))


def at_three(deed: Callable[[], object]) -> Callable[[int], int]:
    def work(unit: int) -> int:
        if unit == 3:
            deed()
        return unit

    return work


def test_every_unit_comes_back_once_whoever_does_it() -> None:
    assert outcome(lambda unit: unit * unit, list(range(40)), workers=3) == [(unit, unit * unit) for unit in range(40)]


def test_several_workers_are_other_processes_and_one_is_this_one() -> None:
    pids = {pid for _, pid in outcome(lambda _: (time.sleep(0.05), os.getpid())[1], [1, 2, 3, 4])}
    assert os.getpid() not in pids
    assert len(pids) == 2
    assert {pid for _, pid in outcome(lambda _: os.getpid(), [1, 2, 3], workers=1)} == {os.getpid()}


def test_a_result_longer_than_a_pipe_arrives_whole() -> None:
    assert outcome(lambda unit: "x" * 300_000 * unit, [1, 2]) == [(1, "x" * 300_000), (2, "x" * 600_000)]


def test_a_worker_that_dies_is_an_error_that_names_the_unit() -> None:
    with pytest.raises(ProofError, match=r"died \(SIGKILL\) at unit 3"):
        outcome(at_three(lambda: os.kill(os.getpid(), signal.SIGKILL)), [1, 2, 3, 4])
    with pytest.raises(ProofError, match=r"died \(exit code 0\) at unit 3"):
        outcome(at_three(lambda: os._exit(0)), [1, 2, 3, 4])


def test_a_worker_that_hangs_is_an_error_that_names_the_unit() -> None:
    with pytest.raises(ProofError, match=r"did not come back within 0.3 s from unit 3"):
        outcome(at_three(lambda: time.sleep(86_400)), [1, 2, 3, 4], seconds=0.3)


def test_an_exception_of_a_worker_is_told() -> None:
    with pytest.raises(ProofError, match="failed at unit 3: ZeroDivisionError"):
        outcome(at_three(lambda: 1 // 0), [1, 2, 3, 4])


def test_no_worker_is_left_when_the_results_are_not_wanted_any_more() -> None:
    before = children()
    results = Crew(lambda unit: unit, workers=2, unit_seconds=20).results([1, 2, 3, 4, 5])
    next(results)
    assert len(children() - before) == 2
    results.close()  # type: ignore[attr-defined]
    assert children() <= before


def children() -> set[str]:
    """The processes that this one has started, whoever wanted them."""
    return set(Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text(encoding="ascii").split())
