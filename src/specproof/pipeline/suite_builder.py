"""The CPU work of an attempt in a child process, so that the beats of the lease and the routes of the service never wait for it.

The child gets bytes and gives back values; it never opens the database. It is started at the first use, renewed now and then (what a big
document has taken of memory goes back to the system), killed when the attempt is cancelled, and ends with its parent, however that ends.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import structlog

from specproof.domain.ports import GeneratedSuite
from specproof.domain.suites import USUAL_CHOICES, QualityReport, SuiteChoices
from specproof.errors import AttemptInterruptedError

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Generation:
    """What the child calls: picklable functions of the top level of a module, given by ``bootstrap``."""

    digest: Callable[[bytes], str]
    generate: Callable[[bytes, str, bytes | None, SuiteChoices], GeneratedSuite]
    """Document, slug, previous document, the project's choices."""
    assess: Callable[[GeneratedSuite], QualityReport]


@dataclass(frozen=True, slots=True)
class ChildPolicy:
    """``calls`` is after how many calls a child is renewed; ``idle_seconds`` after how long without one it is ended."""

    calls: int = 60
    idle_seconds: float = 300.0


class ProcessSuiteBuilder:
    """:class:`~specproof.domain.ports.SuiteBuilder` with one child. Calls wait for each other."""

    def __init__(self, generation: Generation, *, policy: ChildPolicy) -> None:
        self._generation = generation
        self._policy = policy
        self._turn = asyncio.Lock()
        self._child: _Child | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def digest(self, document: bytes) -> str:
        """See the port."""
        return await self._call(self._generation.digest, document)

    async def generate(
        self, document: bytes, *, slug: str, previous: bytes | None, choices: SuiteChoices = USUAL_CHOICES
    ) -> GeneratedSuite:
        """See the port. Raises ``AttemptInterruptedError`` if the child dies, for instance for lack of memory."""
        return await self._call(self._generation.generate, document, slug, previous, choices)

    async def assess(self, generated: GeneratedSuite) -> QualityReport:
        """See the port."""
        return await self._call(self._generation.assess, generated)

    def close(self) -> None:
        """End the child; a later call starts a new one."""
        if self._idle is not None:
            self._idle.cancel()
        self._drop()

    async def _call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            child = self._child = self._child or _Child()
            try:
                return await child.call(function, *arguments, **named)
            except BrokenProcessPool as error:
                self._drop()
                hint = "If it happens again, the document may need more memory than the machine has; the job is tried again by itself."
                raise AttemptInterruptedError("the process that builds suites was killed", hint=hint) from error
            except asyncio.CancelledError:
                self._drop()
                raise
            finally:
                self._after_call(child)

    def _after_call(self, child: _Child) -> None:
        if child.calls >= self._policy.calls:
            self._drop()
        elif self._child is not None:
            self._idle = asyncio.get_running_loop().call_later(self._policy.idle_seconds, self._drop)

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()


class _Child:
    """A pool of one process whose id we know, so that its work can be ended by public means."""

    def __init__(self) -> None:
        self.calls = 0
        self._pid: int | None = None
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_prepare_child)

    async def call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What ``function`` returns or raises in the child. Raises ``BrokenProcessPool`` if the child dies."""
        if self._pid is None:
            self._pid = await asyncio.wrap_future(self._pool.submit(os.getpid))
            log.debug("Child for building suites started", child=self._pid)
        self.calls += 1
        return await asyncio.wrap_future(self._pool.submit(function, *arguments, **named))

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._pid is not None:
            try:
                os.kill(self._pid, signal.SIGKILL)
            except ProcessLookupError:
                log.debug("The child had ended already", child=self._pid)


def _prepare_child() -> None:
    """In the child: Ctrl-C is the parent's business, and a parent that dies takes the child along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A pool's process that waits for work does not notice that its parent was killed: it holds the other end of the pipe itself.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
