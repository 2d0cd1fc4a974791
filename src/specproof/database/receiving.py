"""Receiving quickly: deliveries that arrive together share one transaction.

A commit on SQLite costs one wait for the disk, and there is one writer. So while a commit is under way the next deliveries gather, and go
together into the next one (group commit): each has its own savepoint, and each sender is answered only after the commit that holds its
delivery. This is the one exception to "one unit of work per use case".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from specproof.database.unit_of_work import SqlUnitOfWork
from specproof.domain.events import NewEvent, Received
from specproof.errors import DatabaseUnavailableError


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
        received: list[tuple[Waiting, Received]] = []
        try:
            async with self._work() as uow:
                for waiting in batch:
                    received += await self._write_one(uow, waiting)
                await uow.commit()
            for waiting, answer in received:
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)
        except DatabaseUnavailableError as error:
            _refuse(batch, error)
        finally:
            _refuse(batch, DatabaseUnavailableError("the delivery was not stored"))  # whatever went wrong, nobody waits for ever

    async def _write_one(self, uow: SqlUnitOfWork, waiting: Waiting) -> list[tuple[Waiting, Received]]:
        try:
            async with uow.transaction.savepoint():
                return [(waiting, await uow.events.receive(waiting.event))]
        except SQLAlchemyError as error:  # this delivery alone cannot be stored: the others of the batch go on
            _refuse([waiting], error)
            return []


def _refuse(batch: Sequence[Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
