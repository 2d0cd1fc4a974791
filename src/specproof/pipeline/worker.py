"""Claim, attempt, settle: one job at a time, under a lease that is beaten while the attempt goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from specproof.domain.events import Claim, Failure, Success
from specproof.domain.ports import Clock
from specproof.domain.repositories import UnitOfWork, UnitOfWorkFactory
from specproof.errors import DatabaseUnavailableError, LeaseLostError, SpecProofError
from specproof.pipeline.attempt_policy import AttemptPolicy, RetryLater, failure_of
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.notices import dead_notice
from specproof.pipeline.progress import Progress
from specproof.pipeline.transactions import Transactions

log = structlog.get_logger(__name__)

Attempt = Callable[[Claim, Progress], Awaitable[Success]]
"""Carries out one attempt and writes its success (:class:`~specproof.pipeline.process_event.ProcessEvent`)."""


@dataclass(frozen=True, slots=True)
class LeasePolicy:
    """How long a silent worker keeps its job, and how often it speaks: three beats to a lease. In seconds."""

    seconds: float = 30.0
    beat_seconds: float = 10.0
    release_seconds: float = 5.0
    """How long a stopping worker tries to hand its job back; then the lease does it."""


class Worker:
    """``name`` stands in the rows that it claims; ``draw`` gives random numbers from 0 to 1 for the jitter of retries."""

    def __init__(
        self,
        *,
        name: str,
        attempt: Attempt,
        work: UnitOfWorkFactory,
        clock: Clock,
        bus: EventBus,
        draw: Callable[[], float],
        policy: AttemptPolicy,
        lease: LeasePolicy = LeasePolicy(),
    ) -> None:
        self._name = name
        self._attempt = attempt
        self._work = work
        self._clock = clock
        self._bus = bus
        self._draw = draw
        self._policy = policy
        self._lease = lease
        self._transactions = Transactions(work, clock)

    async def step(self) -> bool:
        """Claim one job and see it through; False if none is due. Raises ``DatabaseUnavailableError`` if none can be claimed.

        Cancelling hands the job back without charging the attempt.
        """
        async with self._work() as uow:
            claim = await uow.events.claim(self._name, self._lease.seconds)
            await uow.commit()
        if claim is None:
            return False
        with structlog.contextvars.bound_contextvars(event_id=claim.event_id, project=claim.project, attempt=claim.attempt):
            log.info("Attempt started", action=claim.action.value)
            await self._see_through(claim, Progress())
        return True

    async def _see_through(self, claim: Claim, progress: Progress) -> None:
        try:
            success = await self._under_lease(claim, progress)
        except LeaseLostError as error:
            log.warning("The lease was lost; another worker has the job", stage=progress.stage, reason=error.message)
        except SpecProofError as error:
            await self._settle(claim, error, progress.stage)
        except asyncio.CancelledError:
            await self._release(claim)  # refused by the fence if the attempt's end was just written
            raise
        except Exception as error:  # a defect of ours: the job is buried, the worker lives on
            log.exception("The attempt failed by a defect of ours", stage=progress.stage)
            await self._bury(claim, _redacted(error, progress.stage))
        else:
            log.info("Attempt succeeded", summary=success.summary)

    async def _under_lease(self, claim: Claim, progress: Progress) -> Success:
        """The attempt's success; its cancellation and ``LeaseLostError`` as soon as a beat finds the lease lost."""
        attempt = asyncio.ensure_future(self._attempt(claim, progress))
        beats = asyncio.create_task(self._beat_until_lost(claim, progress), name="lease-beats")
        try:
            await asyncio.wait((attempt, beats), return_when=asyncio.FIRST_COMPLETED)
            if not attempt.done() and not progress.is_settling:
                await beats  # it ended: raises why
            return await attempt
        finally:
            await _ended(attempt, beats)

    async def _beat_until_lost(self, claim: Claim, progress: Progress) -> None:
        """Returns when the attempt writes its end; raises ``LeaseLostError``."""
        while not progress.is_settling:
            await self._clock.sleep(self._lease.beat_seconds)
            try:
                await self._beat(claim, progress)
            except DatabaseUnavailableError as error:
                log.warning("A beat could not be written", reason=error.message)
            except LeaseLostError:
                if not progress.is_settling:
                    raise

    async def _beat(self, claim: Claim, progress: Progress) -> None:
        if progress.is_settling:
            return
        async with self._work() as uow:
            await uow.events.beat(claim, self._lease.seconds, progress.stage)
            await uow.commit()

    async def _settle(self, claim: Claim, error: SpecProofError, stage: str) -> None:
        """Write what becomes of the failed attempt, however long the database is away."""
        failure = failure_of(error, stage)
        decision = self._policy.decide(error, claim.attempt, drawn=self._draw())
        if not isinstance(decision, RetryLater):
            await self._bury(claim, failure)
            return
        delay = decision.delay_seconds
        log.warning("Attempt failed; it is tried again", code=failure.code, reason=failure.message, stage=stage, seconds=delay)
        await self._write(lambda uow: uow.events.retry_later(claim, failure, delay))

    async def _bury(self, claim: Claim, failure: Failure) -> None:
        log.error("Job became a dead letter", code=failure.code, reason=failure.message, stage=failure.stage, at=failure.at)
        if await self._write(lambda uow: uow.events.bury(claim, failure)):
            await self._bus.publish(dead_notice(claim, failure))

    async def _release(self, claim: Claim) -> None:
        try:
            async with asyncio.timeout(self._lease.release_seconds):
                await self._write(lambda uow: uow.events.release(claim))
        except TimeoutError:
            log.warning("The job could not be handed back; its lease will free it")
        else:
            log.info("Job handed back")

    async def _write(self, write: Callable[[UnitOfWork], Awaitable[None]]) -> bool:
        """Whether it was written: not if another worker has the job by now."""
        try:
            await self._transactions.run(write)
        except LeaseLostError as error:
            log.warning("The lease was lost before the end was written", reason=error.message)
            return False
        return True


def _redacted(error: Exception, stage: str) -> Failure:
    # The text of a foreign exception may quote secrets or whole documents: it stays in the log.
    message = f"an unexpected {type(error).__name__} in our code"
    return Failure(SpecProofError.code, message, stage, hint="The service's log has the details under this event's id.")


async def _ended(*tasks: asyncio.Future[Success] | asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
