"""Who is told of what an attempt brought: after the commit, and a failing observer never fails a job."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from specproof.domain.ports import Notice, Notifier, PipelineObserver

log = structlog.get_logger(__name__)


class EventBus:
    """Tells each observer in turn. ``patience_seconds`` is the most that one of them may take."""

    def __init__(self, observers: Sequence[PipelineObserver] = (), *, patience_seconds: float = 30.0) -> None:
        self._observers = tuple(observers)
        self._patience = patience_seconds

    async def publish(self, notice: Notice) -> None:
        """Tell every observer. Never raises."""
        for observer in self._observers:
            try:
                async with asyncio.timeout(self._patience):
                    await observer.observe(notice)
            except Exception:  # whatever an observer does, the job is done: one of the three places where this stands
                log.exception("An observer failed", observer=type(observer).__name__, kind=notice.kind)


class NotifyingObserver:
    """A notifier as an observer of the pipeline."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier

    async def observe(self, notice: Notice) -> None:
        """See :class:`~specproof.domain.ports.PipelineObserver`."""
        await self._notifier.notify(notice)
