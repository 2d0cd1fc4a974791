"""The use case: from a claimed event to a stored, proven suite that has run. The only place that commits for an attempt.

An attempt may begin again at any point, on another machine too: the suite's files are written by event id and revision, its row is unique by
event, and a second attempt goes on where the first had committed. The suite is stored before it is proven: a long proof keeps nobody from
it. Everybody is told after the commit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from specproof.domain.events import Action, Claim, Stage, Success
from specproof.domain.ports import Clock, FetchedDocument, GeneratedSuite, SpecFetcher, SuiteBuilder, SuiteStorage
from specproof.domain.repositories import UnitOfWork
from specproof.domain.runs import RunResult, RunStatus, RunView
from specproof.domain.suites import QualityReport, SuiteRevision
from specproof.errors import QualityGateError
from specproof.pipeline.event_bus import EventBus
from specproof.pipeline.notices import generated_notice, retired_notice, unchanged_notice
from specproof.pipeline.progress import Progress
from specproof.pipeline.project_policy import ProjectPolicies, ProjectPolicy
from specproof.pipeline.prove_suite import SuiteProofs, may_run, must_prove, proof_line
from specproof.pipeline.run_suite import SuiteRuns, run_notice
from specproof.pipeline.transactions import Transactions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessEvent:
    """Call it with a claim. ``new_id`` gives ids of suites and runs; ``lease_seconds`` is what each fenced write extends the lease by."""

    transactions: Transactions
    fetcher: SpecFetcher
    builder: SuiteBuilder
    storage: SuiteStorage
    proofs: SuiteProofs
    runs: SuiteRuns
    projects: ProjectPolicies
    bus: EventBus
    clock: Clock
    new_id: Callable[[], str]
    lease_seconds: float = 30.0

    async def __call__(self, claim: Claim, progress: Progress) -> Success:
        """Carry out one attempt, and write its success. Raises the first :class:`SpecProofError`: then nothing of it is written."""
        if claim.action is Action.RETIRE:
            return await self._retire(claim, progress)
        policy = self.projects(claim.project)
        suite = await self.transactions.run(lambda uow: uow.suites.by_event(claim.event_id))
        is_news = suite is None
        if suite is None:
            suite = await self._build(claim, progress, policy)
        if suite is None:
            return await self._unchanged(claim, progress)
        if must_prove(suite, policy.proof):
            await self._enter(claim, progress, Stage.PROVING)
            suite = await self.proofs.carry_out(suite, policy.proof, fence=self._fence(claim, progress))
            is_news = True
        if is_news:
            await self.bus.publish(generated_notice(suite))
        run: RunView | None = None
        result: RunResult | None = None
        if claim.run_after and policy.target_url and may_run(suite, policy.proof):
            await self._enter(claim, progress, Stage.RUNNING)
            run = await self._run_row(claim, suite, policy)
            result = await self.runs.carry_out(run, suite, policy, fence=self._fence(claim, progress))
        return await self._finish(claim, progress, suite, run, result)

    def _fence(self, claim: Claim, progress: Progress) -> Callable[[UnitOfWork], Awaitable[None]]:
        async def fence(uow: UnitOfWork) -> None:
            await uow.events.beat(claim, self.lease_seconds, progress.stage)

        return fence

    async def _enter(self, claim: Claim, progress: Progress, stage: Stage) -> None:
        """Go on to ``stage``, and write it: whoever follows the event sees where it is without waiting for a beat."""
        progress.enter(stage)
        await self.transactions.run(self._fence(claim, progress))

    async def _retire(self, claim: Claim, progress: Progress) -> Success:
        await self._enter(claim, progress, Stage.STORING)

        async def retire(uow: UnitOfWork) -> tuple[Success, int]:
            number = await uow.suites.retire(claim.project)
            success = Success(f"the project is gone at its source: {number} revisions retired")
            await uow.events.succeed(claim, success)
            return success, number

        progress.settle()
        success, number = await self.transactions.run(retire)
        await self.bus.publish(retired_notice(claim, number))
        return success

    async def _unchanged(self, claim: Claim, progress: Progress) -> Success:
        async def settle(uow: UnitOfWork) -> Success:
            latest = await uow.suites.latest(claim.project)
            revision = latest.revision if latest else None
            success = Success(f"the document is that of revision {revision}: nothing to do", revision=revision, is_unchanged=True)
            await uow.events.succeed(claim, success)
            return success

        progress.settle()
        success = await self.transactions.run(settle)
        log.info("Document unchanged", revision=success.revision)
        await self.bus.publish(unchanged_notice(claim, success))
        return success

    async def _build(self, claim: Claim, progress: Progress, policy: ProjectPolicy) -> SuiteRevision | None:
        """A new stored revision, or None if the document did not change."""
        began = self.clock.monotonic()
        await self._enter(claim, progress, Stage.FETCHING)
        document = await self.fetcher.fetch(claim.project, claim.spec_source)
        await self._enter(claim, progress, Stage.PARSING)
        digest = await self.builder.digest(document.content)
        latest, previous = await self.transactions.run(lambda uow: _latest(uow, claim.project))
        if latest is not None and latest.spec_digest == digest:
            return None
        await self._enter(claim, progress, Stage.GENERATING)
        if policy.proof.is_enabled:
            self.proofs.prover.prepare()
        generated = await self.builder.generate(document.content, slug=policy.slug, previous=previous, choices=policy.choices)
        await self._enter(claim, progress, Stage.QUALITY)
        report = await self.builder.assess(generated)
        _require_quality(report, policy)
        await self._enter(claim, progress, Stage.STORING)
        suite = await self._store(claim, progress, document, generated, report)
        log.info(
            "Test generation completed",
            event_id=claim.event_id,
            files_generated=suite.file_count,
            duration=round(self.clock.monotonic() - began, 3),
            quality_score=suite.quality_score,
            project=claim.project,
            revision=suite.revision,
            cases=suite.case_count,
            operations=suite.operations_total,
        )
        return suite

    async def _store(
        self,
        claim: Claim,
        progress: Progress,
        document: FetchedDocument,
        generated: GeneratedSuite,
        report: QualityReport,
    ) -> SuiteRevision:
        """Files first, then the row: a crash between the two leaves a folder that the next attempt writes again."""
        number = await self.transactions.run(lambda uow: uow.suites.next_revision(claim.project))
        path = await self.storage.save(claim.project, number, claim.event_id, generated.suite)
        suite = SuiteRevision(
            suite_id=self.new_id(),
            project=claim.project,
            revision=number,
            slug=generated.suite.slug,
            title=generated.title,
            spec_digest=generated.spec_digest,
            path=path,
            file_count=len(generated.suite.files),
            case_count=generated.suite.case_count,
            operations_total=generated.operations_total,
            operations_covered=report.operations_covered,
            quality_score=report.score,
            quality_grade=report.grade,
            findings=(*generated.findings, *generated.suite.findings, *report.findings),
            change=generated.change,
            event_id=claim.event_id,
            created_at=self.clock.now(),
        )

        async def add(uow: UnitOfWork) -> SuiteRevision:
            await self._fence(claim, progress)(uow)
            # If the database took an earlier try without our hearing of it, the row is there already.
            known = await uow.suites.by_event(claim.event_id)
            if known is None:
                await uow.suites.add(suite, document.content)
            return known or suite

        return await self.transactions.run(add)

    async def _run_row(self, claim: Claim, suite: SuiteRevision, policy: ProjectPolicy) -> RunView:
        """The event's run: an earlier attempt's if there is one, so that an event never has two."""
        fresh = RunView(
            run_id=self.new_id(),
            project=claim.project,
            suite_id=suite.suite_id,
            revision=suite.revision,
            api_url=policy.target_url,
            status=RunStatus.QUEUED,
            counts={},
            total=suite.case_count,
            queued_at=self.clock.now(),
            started_at=None,
            finished_at=None,
            message="",
            tier="",
            event_id=claim.event_id,
        )

        async def add(uow: UnitOfWork) -> RunView:
            known = await uow.runs.by_event(claim.event_id)
            if known is None:
                await uow.runs.add(fresh)
            return known or fresh

        return await self.transactions.run(add)

    async def _finish(
        self,
        claim: Claim,
        progress: Progress,
        suite: SuiteRevision,
        run: RunView | None,
        result: RunResult | None,
    ) -> Success:
        """The run's end and the event's in one transaction, then the word to everybody."""
        parts = [
            f"revision {suite.revision}: {suite.case_count} cases for {suite.operations_covered} operations",
            proof_line(suite.proof),
            f"run {result.status.value}" if result is not None else "",
        ]
        success = Success("; ".join(filter(None, parts)), revision=suite.revision, run_id=run.run_id if run else None)

        async def settle(uow: UnitOfWork) -> None:
            await uow.events.succeed(claim, success)
            if run is not None and result is not None:
                await uow.runs.finish(run.run_id, result)

        if run is not None:
            await self._enter(claim, progress, Stage.NOTIFYING)
        progress.settle()
        await self.transactions.run(settle)
        if run is not None and result is not None:
            await self.bus.publish(run_notice(run, result))
        return success


async def _latest(uow: UnitOfWork, project: str) -> tuple[SuiteRevision | None, bytes | None]:
    latest = await uow.suites.latest(project)
    return latest, await uow.suites.document(latest.suite_id) if latest else None


def _require_quality(report: QualityReport, policy: ProjectPolicy) -> None:
    if report.score < policy.min_quality_score:
        worst = "; ".join(finding.message for finding in sorted(report.findings)[:3])
        message = f"the suite scores {report.score:.1f}, {policy.min_quality_score:.1f} are demanded"
        raise QualityGateError(f"{message}: {worst}" if worst else message, at=policy.name)
