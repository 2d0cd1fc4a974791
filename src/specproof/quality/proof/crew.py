"""Workers of a proof: forked from the process that has collected the suite, so that nothing is read, collected or recorded twice.

Each takes one unit of work at a time and writes its result, one line of JSON, into a pipe of its own. A worker that dies or does not come back
ends the proof with an error that names the unit: silence never counts as a result.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Any, BinaryIO, Generic, NoReturn, TypeVar

from specproof.errors import ProofError
from specproof.quality.proof.leash import end_with

Unit = TypeVar("Unit")

_READ_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Result(Generic[Unit]):
    """What came back for one unit."""

    unit: Unit
    value: Any


@dataclass(slots=True)
class _Worker(Generic[Unit]):
    pid: int
    tasks: int
    results: int
    unit: Unit | None = None
    deadline: float = 0.0
    pending: bytes = b""


class _LastWords:
    """Tells the process that waits for a result why there will be none, when the worker ends by an exception."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self._out.write(json.dumps({"error": f"{kind.__name__}: {error}"[:2000]}).encode() + b"\n")
            self._out.flush()


class Crew(Generic[Unit]):
    """Deals ``units`` to forked workers. ``work`` gives a JSON value; ``label`` says in words what a unit is."""

    def __init__(
        self, work: Callable[[Unit], Any], *, workers: int, unit_seconds: float, label: Callable[[Unit], str] = str
    ) -> None:
        self._work = work
        self._count = workers
        self._unit_seconds = unit_seconds
        self._label = label

    def results(self, units: Sequence[Unit]) -> Iterator[Result[Unit]]:
        """The results, in the order in which they come. With one worker or one unit everything happens in this process."""
        if self._count < 2 or len(units) < 2:
            for unit in units:
                yield Result(unit, self._work(unit))
            return
        workers: list[_Worker[Unit]] = []
        # What the workers share is not to be looked through, or copied for that, by the garbage collection of each.
        gc.freeze()
        try:
            for _ in range(min(self._count, len(units))):
                workers.append(self._started(units, workers))
            yield from self._dealt(units, workers)
        finally:
            for worker in workers:
                _end(worker)
            gc.unfreeze()

    def _started(self, units: Sequence[Unit], others: Sequence[_Worker[Unit]]) -> _Worker[Unit]:
        task_reader, task_writer = os.pipe()
        result_reader, result_writer = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            end_with(parent)
            for descriptor in (task_writer, result_reader, *(fd for other in others for fd in (other.tasks, other.results))):
                os.close(descriptor)
            self._serve(units, task_reader, result_writer)
        os.close(task_reader)
        os.close(result_writer)
        return _Worker(pid, task_writer, result_reader)

    def _serve(self, units: Sequence[Unit], tasks: int, results: int) -> NoReturn:
        """The life of a worker; it never returns into what it was forked from."""
        code = 1
        try:
            with os.fdopen(tasks, "rb") as lines, os.fdopen(results, "wb") as out, _LastWords(out):
                for line in lines:
                    out.write(json.dumps({"value": self._work(units[int(line)])}).encode() + b"\n")
                    out.flush()
            code = 0
        finally:
            os._exit(code)

    def _dealt(self, units: Sequence[Unit], workers: Sequence[_Worker[Unit]]) -> Iterator[Result[Unit]]:
        waiting = iter(range(len(units)))
        with selectors.DefaultSelector() as selector:
            for worker in workers:
                selector.register(worker.results, selectors.EVENT_READ, worker)
                self._deal(worker, units, waiting)
            while any(worker.unit is not None for worker in workers):
                nearest = min(worker.deadline for worker in workers if worker.unit is not None)
                for key, _ in selector.select(max(0.0, nearest - monotonic())):
                    result = self._received(key.data)
                    if result is not None:
                        self._deal(key.data, units, waiting)
                        yield result
                self._check_deadlines(workers)

    def _deal(self, worker: _Worker[Unit], units: Sequence[Unit], waiting: Iterator[int]) -> None:
        index = next(waiting, None)
        worker.unit = None if index is None else units[index]
        if index is not None:
            worker.deadline = monotonic() + self._unit_seconds
            # A worker that is dead already is noticed where its result is missed.
            with contextlib.suppress(BrokenPipeError):
                os.write(worker.tasks, b"%d\n" % index)

    def _received(self, worker: _Worker[Unit]) -> Result[Unit] | None:
        chunk = os.read(worker.results, _READ_BYTES)
        unit = worker.unit
        if unit is None:
            raise ProofError("a worker of the proof ended or spoke unasked")
        if not chunk:
            raise ProofError(f"a worker of the proof died ({_reaped(worker)}) at {self._label(unit)}")
        worker.pending += chunk
        line, end, worker.pending = worker.pending.partition(b"\n")
        if not end:
            worker.pending = line
            return None
        answer = json.loads(line)
        if "error" in answer:
            raise ProofError(f"a worker of the proof failed at {self._label(unit)}: {answer['error']}")
        return Result(unit, answer["value"])

    def _check_deadlines(self, workers: Sequence[_Worker[Unit]]) -> None:
        now = monotonic()
        for worker in workers:
            if worker.unit is not None and worker.deadline <= now:
                label = self._label(worker.unit)
                raise ProofError(f"a worker of the proof did not come back within {self._unit_seconds:g} s from {label}")


def _reaped(worker: _Worker[Any]) -> str:
    """How the worker ended, in words."""
    _, status = os.waitpid(worker.pid, 0)
    worker.pid = 0
    code = os.waitstatus_to_exitcode(status)
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _end(worker: _Worker[Any]) -> None:
    """Close the pipes; a worker that still works is killed."""
    os.close(worker.tasks)
    os.close(worker.results)
    if worker.pid:
        if worker.unit is not None:
            os.kill(worker.pid, signal.SIGKILL)
        os.waitpid(worker.pid, 0)
        worker.pid = 0
