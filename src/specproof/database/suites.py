"""Stored revisions and the documents that they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from specproof.database.models import DocumentRow, SuiteRow
from specproof.database.stored_proofs import details_of, proof_columns, proof_of, stored_details
from specproof.database.transaction import Transaction
from specproof.domain.repositories import Page
from specproof.domain.suite_proofs import ProofDetails, SuiteProof
from specproof.domain.suites import ChangeRecord, SpecChange, SuiteRevision
from specproof.errors import LeaseLostError
from specproof.openapi.findings import Finding, FindingCode, Severity


class SqlSuites:
    """:class:`~specproof.domain.repositories.SuiteRepository` on a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def latest(self, project: str) -> SuiteRevision | None:
        """See the port."""
        live = select(SuiteRow).where(SuiteRow.project == project, SuiteRow.is_retired.is_(False))
        return _revision(await self._tx.scalar(live.order_by(SuiteRow.revision.desc()).limit(1)))

    async def get(self, suite_id: str) -> SuiteRevision | None:
        """See the port."""
        return _revision(await self._tx.scalar(select(SuiteRow).where(SuiteRow.suite_id == suite_id)))

    async def next_revision(self, project: str) -> int:
        """See the port. Retired revisions count: a number is never used twice."""
        highest = await self._tx.scalar(select(func.max(SuiteRow.revision)).where(SuiteRow.project == project))
        return int(highest or 0) + 1

    async def add(self, revision: SuiteRevision, document: bytes) -> None:
        """See the port. Raises ``LeaseLostError`` if the revision or the event's suite is there already."""
        try:
            async with self._tx.savepoint():
                await self._tx.add(SuiteRow, **_columns(revision))
                await self._tx.add(DocumentRow, document_id=revision.suite_id, content=document)
        except IntegrityError as error:
            raise LeaseLostError("another worker has stored this revision already", at=revision.event_id) from error

    async def record_proof(self, suite_id: str, proof: SuiteProof, details: ProofDetails, findings: Sequence[Finding]) -> None:
        """See the port."""
        values = {
            **proof_columns(proof),
            "proof_details": stored_details(details),
            "findings": [finding.to_json() for finding in findings],
        }
        await self._tx.execute(update(SuiteRow).where(SuiteRow.suite_id == suite_id).values(**values))

    async def proof_details(self, suite_id: str) -> ProofDetails | None:
        """See the port."""
        found = await self._tx.scalar(select(SuiteRow.proof_details).where(SuiteRow.suite_id == suite_id))
        return None if found is None else details_of(found)

    async def by_event(self, event_id: str) -> SuiteRevision | None:
        """See the port."""
        if not event_id:
            return None
        return _revision(await self._tx.scalar(select(SuiteRow).where(SuiteRow.event_id == event_id)))

    async def document(self, suite_id: str) -> bytes | None:
        """See the port."""
        found = await self._tx.scalar(select(DocumentRow.content).where(DocumentRow.document_id == suite_id))
        return None if found is None else bytes(found)

    async def find(self, project: str, page: Page, *, include_retired: bool = False) -> tuple[tuple[SuiteRevision, ...], int]:
        """See the port."""
        wanted: list[Any] = [SuiteRow.project == project] if project else []
        if not include_retired:
            wanted.append(SuiteRow.is_retired.is_(False))
        total = await self._tx.scalar(select(func.count()).select_from(SuiteRow).where(*wanted))
        statement = select(SuiteRow).where(*wanted).order_by(SuiteRow.seq.desc()).limit(page.limit).offset(page.offset)
        rows = (await self._tx.execute(statement)).scalars().all()
        return tuple(_to_revision(row) for row in rows), int(total)

    async def retire(self, project: str) -> int:
        """See the port."""
        live = (SuiteRow.project == project, SuiteRow.is_retired.is_(False))
        return await self._tx.count(update(SuiteRow).where(*live).values(is_retired=True))


def _columns(revision: SuiteRevision) -> dict[str, Any]:
    return {
        "suite_id": revision.suite_id,
        "project": revision.project,
        "revision": revision.revision,
        "slug": revision.slug,
        "title": revision.title,
        "spec_digest": revision.spec_digest,
        "path": revision.path,
        "file_count": revision.file_count,
        "case_count": revision.case_count,
        "operations_total": revision.operations_total,
        "operations_covered": revision.operations_covered,
        "quality_score": revision.quality_score,
        "quality_grade": revision.quality_grade,
        "findings": [finding.to_json() for finding in revision.findings],
        "change": asdict(revision.change),
        "event_id": revision.event_id,
        "created_at": revision.created_at,
        "is_retired": revision.is_retired,
        **proof_columns(revision.proof),
    }


def _revision(row: SuiteRow | None) -> SuiteRevision | None:
    return None if row is None else _to_revision(row)


def _to_revision(row: SuiteRow) -> SuiteRevision:
    return SuiteRevision(
        suite_id=row.suite_id,
        project=row.project,
        revision=row.revision,
        slug=row.slug,
        title=row.title,
        spec_digest=row.spec_digest,
        path=row.path,
        file_count=row.file_count,
        case_count=row.case_count,
        operations_total=row.operations_total,
        operations_covered=row.operations_covered,
        quality_score=row.quality_score,
        quality_grade=row.quality_grade,
        findings=tuple(_finding(stored) for stored in row.findings),
        change=_change(row.change),
        event_id=row.event_id,
        created_at=row.created_at,
        is_retired=row.is_retired,
        proof=proof_of(row),
    )


def _change(stored: dict[str, Any]) -> SpecChange:
    """The stored change; revisions from before changes were counted hold the four lists alone."""
    return SpecChange(
        added=tuple(stored["added"]),
        removed=tuple(stored["removed"]),
        changed=tuple(stored["changed"]),
        details=tuple(stored["details"]),
        breaking=stored.get("breaking", 0),
        warnings=stored.get("warnings", 0),
        harmless=stored.get("harmless", 0),
        records=tuple(ChangeRecord(**record) for record in stored.get("records", ())),
    )


def _finding(stored: dict[str, str]) -> Finding:
    return Finding(FindingCode(stored["code"]), stored["at"], stored["message"], Severity(stored["severity"]))
