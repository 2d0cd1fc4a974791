"""Proving suites in a child process of its own: a suite that hangs, eats memory or kills its process harms no attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool

from specproof.domain.ports import ProofLimits
from specproof.domain.proofs import ProofReport
from specproof.domain.suites import SuiteFile
from specproof.errors import ProofError, SpecProofError
from specproof.pipeline.children import Child, ChildPolicy

GRACE_SECONDS = 10.0
"""What the child gets over its limit to end by itself, its start included."""

Proving = Callable[[Sequence[SuiteFile], bytes, ProofLimits, str], ProofReport]
"""What the child calls, with the project's name at the end: a picklable function of the top level of a module, given by ``bootstrap``."""


class ChildSuiteProver:
    """:class:`~specproof.domain.ports.SuiteProver` with one child. Calls wait for each other, and the waiting is not counted."""

    def __init__(self, proving: Proving, *, policy: ChildPolicy, grace_seconds: float = GRACE_SECONDS) -> None:
        self._proving = proving
        self._policy = policy
        self._grace_seconds = grace_seconds
        self._turn = asyncio.Lock()
        self._child: Child | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._starting: asyncio.Future[None] | None = None

    def prepare(self) -> None:
        """See the port. A child that does not come is noticed by the proof."""
        if self._child is None:
            self._child = Child(ends_gently=True)
            self._starting = asyncio.ensure_future(self._child.start())
            self._starting.add_done_callback(lambda start: start.cancelled() or start.exception())
            self._idle = asyncio.get_running_loop().call_later(self._policy.idle_seconds, self.close)

    async def prove(self, files: Sequence[SuiteFile], document: bytes, limits: ProofLimits, *, project: str = "") -> ProofReport:
        """See the port."""
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            child = self._child = self._child or Child(ends_gently=True)
            call = asyncio.ensure_future(child.call(self._proving, tuple(files), document, limits, project))
            try:
                await asyncio.wait({call}, timeout=limits.seconds + self._grace_seconds)
            except asyncio.CancelledError:
                call.cancel()
                self.close()
                raise
            return self._ended(child, call, limits)

    def close(self) -> None:
        """End the child and all that it has started; a later call starts a new one."""
        if self._idle is not None:
            self._idle.cancel()
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _ended(self, child: Child, call: asyncio.Future[ProofReport], limits: ProofLimits) -> ProofReport:
        """The report; whatever else came of the call is a ``ProofError`` that says so."""
        if not call.done():
            call.cancel()
            self.close()
            raise ProofError(f"the proof took longer than {limits.seconds:g} s", hint="Raise SPECPROOF_PROOF__SECONDS.")
        error = call.exception()
        if isinstance(error, BrokenProcessPool):
            self.close()
            raise ProofError("the process that proves suites was killed", hint="It may need more memory.") from error
        self._after_call(child)
        if error is None:
            return call.result()
        if isinstance(error, SpecProofError):
            raise ProofError(str(error), hint=error.hint) from error
        raise ProofError(f"the proof stopped by a defect of ours: {type(error).__name__}: {error}"[:300]) from error

    def _after_call(self, child: Child) -> None:
        if child.calls >= self._policy.calls:
            self.close()
        else:
            self._idle = asyncio.get_running_loop().call_later(self._policy.idle_seconds, self.close)
