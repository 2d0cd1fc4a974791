"""Receiving quickly: deliveries that arrive together share one transaction.

A commit on SQLite costs one wait for the disk, and there is one writer. So while a commit is under way the next deliveries gather, and go
together into the next one (group commit), and each
sender is answered only after the commit that holds its delivery. This is the one exception to "one unit of work per use case".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from specproof.database.unit_of_work import SqlUnitOfWork
from specproof.domain.events import NewEvent, Received
from specproof.errors import DatabaseUnavailableError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery, and where its sender waits for the answer."""

    event: NewEvent
    answer: asyncio.Future[Received]


class Receiver:
    """:class:`~specproof.domain.ports.DeliveryReceiver` with group commit. ``batch`` is the most that go into one transaction."""

    def __init__(self, work: Callable[[], SqlUnitOfWork], *, batch: int = 64) -> None:
        self._work = work
        self._batch = batch
        self._waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def receive(self, event: NewEvent) -> Received:
        """What became of the delivery, once it is durable. Raises ``DatabaseUnavailableError``: then it was not stored."""
        answer: asyncio.Future[Received] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(event, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="receive")
        return await answer

    async def close(self) -> None:
        """Wait until everything that was accepted is written."""
        if self._writer is not None:
            await self._writer

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
                await self._write_batch(batch)
        finally:
            _refuse(self._waiting, DatabaseUnavailableError("the delivery was not stored"))
            self._waiting = []

    async def _write_batch(self, batch: Sequence[Waiting]) -> None:
        try:
            answers = await self._stored(batch)
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)
        except SQLAlchemyError as error:
            await self._write_singly(batch, error)
        except DatabaseUnavailableError as error:
            _refuse(batch, error)
        finally:
            _refuse(batch, DatabaseUnavailableError("the delivery was not stored"))  # whatever went wrong, nobody waits for ever

    async def _write_singly(self, batch: Sequence[Waiting], error: SQLAlchemyError) -> None:
        """One delivery of the batch cannot be stored: the others must not suffer for it."""
        if len(batch) == 1:
            _refuse(batch, error)
            return
        log.warning("A batch of deliveries was refused; storing them one by one", size=len(batch), error=type(error).__name__)
        for waiting in batch:
            await self._write_batch([waiting])

    async def _stored(self, batch: Sequence[Waiting]) -> tuple[Received, ...]:
        async with self._work() as uow:
            answers = await uow.received.receive_all([waiting.event for waiting in batch])
            await uow.commit()
        return answers


def _refuse(batch: Sequence[Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
