"""The small repositories: API keys, circuit breakers, the audit trail, and the engines' life signs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, or_, select, update

from specproof.database.models import ApiKeyRow, AuditRow, BreakerRow, EngineBeatRow
from specproof.database.times import MomentFromNow
from specproof.database.transaction import Transaction
from specproof.domain.repositories import ApiKeyView, AuditEntry, BreakerRecord, EngineBeat

BEATS_KEPT_SECONDS = 3600.0
CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


class SqlApiKeys:
    """:class:`~specproof.domain.repositories.ApiKeyRepository` on a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def add(self, key: ApiKeyView, secret_sha256: str) -> None:
        """See the port."""
        await self._tx.add(
            ApiKeyRow,
            key_id=key.key_id,
            secret_sha256=secret_sha256,
            name=key.name,
            scopes=list(key.scopes),
            project=key.project,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            is_revoked=key.is_revoked,
        )

    async def find(self, key_id: str) -> tuple[ApiKeyView, str] | None:
        """See the port."""
        row = await self._tx.scalar(select(ApiKeyRow).where(ApiKeyRow.key_id == key_id))
        return None if row is None else (_key(row), row.secret_sha256)

    async def all(self) -> tuple[ApiKeyView, ...]:
        """See the port."""
        rows = (await self._tx.execute(select(ApiKeyRow).order_by(ApiKeyRow.seq.desc()))).scalars().all()
        return tuple(_key(row) for row in rows)

    async def revoke(self, key_id: str) -> bool:
        """See the port."""
        return await self._tx.count(update(ApiKeyRow).where(ApiKeyRow.key_id == key_id).values(is_revoked=True)) > 0

    async def touch(self, key_id: str) -> None:
        """See the port."""
        await self._tx.execute(update(ApiKeyRow).where(ApiKeyRow.key_id == key_id).values(last_used_at=MomentFromNow()))


def _key(row: ApiKeyRow) -> ApiKeyView:
    return ApiKeyView(
        key_id=row.key_id,
        name=row.name,
        scopes=tuple(row.scopes),
        project=row.project,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        is_revoked=row.is_revoked,
    )


class SqlBreakers:
    """:class:`~specproof.domain.repositories.BreakerRepository` on a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def get(self, name: str) -> BreakerRecord:
        """See the port."""
        row = await self._tx.scalar(select(BreakerRow).where(BreakerRow.name == name))
        return BreakerRecord(name, CLOSED, 0, None, None) if row is None else _record(row, await self._tx.now())

    async def all(self) -> tuple[BreakerRecord, ...]:
        """See the port."""
        now = await self._tx.now()
        rows = (await self._tx.execute(select(BreakerRow).order_by(BreakerRow.name))).scalars().all()
        return tuple(_record(row, now) for row in rows)

    async def record_success(self, name: str) -> None:
        """See the port."""
        closed: dict[str, Any] = {"state": CLOSED, "failures": 0, "opened_at": None, "probing_at": None}
        statement = self._tx.upsert(BreakerRow, name=name, **closed)
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=closed))

    async def record_failure(self, name: str, threshold: int) -> BreakerRecord:
        """See the port."""
        failures = BreakerRow.failures + 1
        opens = or_(BreakerRow.state == HALF_OPEN, (BreakerRow.state == CLOSED) & (failures >= threshold))
        changes = {
            "failures": failures,
            "state": case((opens, OPEN), else_=BreakerRow.state),
            "opened_at": case((opens, MomentFromNow()), else_=BreakerRow.opened_at),
            "probing_at": case((opens, None), else_=BreakerRow.probing_at),
        }
        is_first_enough = threshold <= 1
        first = self._tx.upsert(
            BreakerRow,
            name=name,
            failures=1,
            state=OPEN if is_first_enough else CLOSED,
            opened_at=MomentFromNow() if is_first_enough else None,
        )
        await self._tx.execute(first.on_conflict_do_update(index_elements=["name"], set_=changes))
        return await self.get(name)

    async def try_probe(self, name: str, recovery_seconds: float) -> bool:
        """See the port. One conditional update, so that the database chooses the one caller."""
        past = MomentFromNow(-recovery_seconds)
        is_ripe = or_(
            (BreakerRow.state == OPEN) & (BreakerRow.opened_at <= past),
            (BreakerRow.state == HALF_OPEN) & (BreakerRow.probing_at <= past),
        )
        values = {"state": HALF_OPEN, "probing_at": MomentFromNow()}
        return await self._tx.count(update(BreakerRow).where(BreakerRow.name == name, is_ripe).values(values)) == 1


def _record(row: BreakerRow, now: datetime) -> BreakerRecord:
    def ago(moment: datetime | None) -> float | None:
        return None if moment is None else max(0.0, (now - moment).total_seconds())

    return BreakerRecord(row.name, row.state, row.failures, ago(row.opened_at), ago(row.probing_at))


class SqlAudit:
    """:class:`~specproof.domain.repositories.AuditRepository` on a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def add(self, entry: AuditEntry) -> None:
        """See the port."""
        await self._tx.add(
            AuditRow,
            at=MomentFromNow(),
            actor=entry.actor,
            operation=entry.operation,
            subject=entry.subject,
            detail=entry.detail,
        )


class SqlEngines:
    """:class:`~specproof.domain.repositories.EngineRepository` on a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def beat(self, engine: str) -> None:
        """See the port. Beats older than an hour are removed on the way."""
        statement = self._tx.upsert(EngineBeatRow, engine=engine, beat_at=MomentFromNow())
        await self._tx.execute(statement.on_conflict_do_update(index_elements=["engine"], set_={"beat_at": MomentFromNow()}))
        await self._tx.execute(delete(EngineBeatRow).where(EngineBeatRow.beat_at < MomentFromNow(-BEATS_KEPT_SECONDS)))

    async def last_beats(self) -> tuple[EngineBeat, ...]:
        """See the port."""
        now = await self._tx.now()
        fresh = select(EngineBeatRow).where(EngineBeatRow.beat_at >= MomentFromNow(-BEATS_KEPT_SECONDS))
        rows = (await self._tx.execute(fresh.order_by(EngineBeatRow.beat_at.desc()))).scalars().all()
        return tuple(EngineBeat(row.engine, max(0.0, (now - row.beat_at).total_seconds())) for row in rows)
