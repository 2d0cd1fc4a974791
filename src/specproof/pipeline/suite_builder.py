"""Building suites in a child process.

The child is started at the first use, renewed now and then (what a big document has taken of memory goes back to the system), and killed
when the attempt is cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from specproof.domain.ports import GeneratedSuite
from specproof.domain.suites import USUAL_CHOICES, QualityReport, SuiteChoices
from specproof.errors import AttemptInterruptedError
from specproof.pipeline.children import Child, ChildPolicy

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Generation:
    """What the child calls: picklable functions of the top level of a module, given by ``bootstrap``."""

    digest: Callable[[bytes], str]
    generate: Callable[[bytes, str, bytes | None, SuiteChoices], GeneratedSuite]
    """Document, slug, previous document, the project's choices."""
    assess: Callable[[GeneratedSuite], QualityReport]


class ProcessSuiteBuilder:
    """:class:`~specproof.domain.ports.SuiteBuilder` with one child. Calls wait for each other."""

    def __init__(self, generation: Generation, *, policy: ChildPolicy) -> None:
        self._generation = generation
        self._policy = policy
        self._turn = asyncio.Lock()
        self._child: Child | None = None
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
            child = self._child = self._child or Child()
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

    def _after_call(self, child: Child) -> None:
        if child.calls >= self._policy.calls:
            self._drop()
        elif self._child is not None:
            self._idle = asyncio.get_running_loop().call_later(self._policy.idle_seconds, self._drop)

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
