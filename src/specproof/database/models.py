"""The tables. No relationships, so nothing is ever loaded by touching an attribute; big columns raise unless a query names them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from specproof.database.times import Moment
from specproof.database.types import AnyText, JsonText
from specproof.domain.events import EventStatus
from specproof.domain.runs import OutcomeKind, RunStatus
from specproof.domain.suite_proofs import ProofState

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

SERIAL = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite gives numbers by itself to columns of exactly the type INTEGER only."""


def _one_of(column: str, values: type[EventStatus | RunStatus | OutcomeKind | ProofState]) -> str:
    return f"{column} IN ({', '.join(repr(member.value) for member in values)})"


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012
        str: AnyText(),
        datetime: Moment(),
        dict[str, Any]: JsonText(),
        list[Any]: JsonText(),
        bytes: LargeBinary(),
        float: Float(),
    }


class EventRow(Base):
    """One delivery, and how far the work that it causes has come."""

    __tablename__ = "webhook_events"

    seq: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), unique=True)
    project: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(32))
    delivery_id: Mapped[str] = mapped_column(AnyText())
    digest: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    event_type: Mapped[str]
    title: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    lease_expires_at: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(String(16), default="")
    received_at: Mapped[datetime]
    burst_started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    first_failed_at: Mapped[datetime | None]
    last_failed_at: Mapped[datetime | None]
    failure_code: Mapped[str | None] = mapped_column(String(64))
    failure_message: Mapped[str | None]
    failure_stage: Mapped[str | None] = mapped_column(String(16))
    failure_hint: Mapped[str | None]
    failure_at: Mapped[str | None]
    summary: Mapped[str] = mapped_column(default="")
    revision: Mapped[int | None]
    run_id: Mapped[str | None] = mapped_column(String(64))
    superseded_by: Mapped[str | None] = mapped_column(String(64))
    spec_document_id: Mapped[str] = mapped_column(String(64))
    spec_url: Mapped[str]
    run_after: Mapped[bool]
    content: Mapped[str]
    headers: Mapped[list[Any]] = mapped_column(deferred=True, deferred_raiseload=True)
    body: Mapped[bytes] = mapped_column(deferred=True, deferred_raiseload=True)

    __table_args__ = (
        CheckConstraint(_one_of("status", EventStatus), name="status"),
        CheckConstraint("(status = 'running') = (lease_expires_at IS NOT NULL)", name="lease"),
        Index(
            "uq_webhook_events_delivery",
            "project",
            "source",
            "delivery_id",
            unique=True,
            sqlite_where=text("delivery_id <> ''"),
            postgresql_where=text("delivery_id <> ''"),
        ),
        # A repetition without a delivery id is dropped while the first has not been started; token counts the claims.
        Index(
            "uq_webhook_events_repetition",
            "project",
            "source",
            "digest",
            unique=True,
            sqlite_where=text("delivery_id = '' AND status = 'pending' AND token = 0"),
            postgresql_where=text("delivery_id = '' AND status = 'pending' AND token = 0"),
        ),
        Index(
            "uq_webhook_events_running",
            "project",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        Index(
            "ix_webhook_events_due",
            "run_at",
            "seq",
            sqlite_where=text("status IN ('pending', 'retrying')"),
            postgresql_where=text("status IN ('pending', 'retrying')"),
        ),
        Index("ix_webhook_events_project_status", "project", "status"),
        Index("ix_webhook_events_status", "status"),
        {"sqlite_autoincrement": True},
    )


class DocumentRow(Base):
    """A specification: as it came in a delivery (id of the event), or as a revision was made from it (id of the suite)."""

    __tablename__ = "documents"

    document_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(deferred=True, deferred_raiseload=True)


class SuiteRow(Base):
    """A stored revision of a project's suite."""

    __tablename__ = "suites"

    seq: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    suite_id: Mapped[str] = mapped_column(String(64), unique=True)
    project: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    slug: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    spec_digest: Mapped[str] = mapped_column(String(64))
    path: Mapped[str]
    file_count: Mapped[int]
    case_count: Mapped[int]
    operations_total: Mapped[int]
    operations_covered: Mapped[int]
    quality_score: Mapped[float]
    quality_grade: Mapped[str] = mapped_column(String(8))
    findings: Mapped[list[Any]]
    change: Mapped[dict[str, Any]]
    event_id: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    is_retired: Mapped[bool] = mapped_column(default=False)
    proof_state: Mapped[str] = mapped_column(String(16), server_default=text("'none'"))
    proof_reason: Mapped[str] = mapped_column(server_default=text("''"))
    proof_grade: Mapped[str] = mapped_column(String(8), server_default=text("''"))
    strength: Mapped[float | None]
    trust_silent: Mapped[int] = mapped_column(server_default=text("0"))
    trust_total: Mapped[int] = mapped_column(server_default=text("0"))
    economy: Mapped[float | None]
    proof_families: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    proof_details: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, deferred_raiseload=True)

    __table_args__ = (
        CheckConstraint(_one_of("proof_state", ProofState), name="proof_state"),
        Index("uq_suites_project_revision", "project", "revision", unique=True),
        Index(
            "uq_suites_event",
            "event_id",
            unique=True,
            sqlite_where=text("event_id <> ''"),
            postgresql_where=text("event_id <> ''"),
        ),
        {"sqlite_autoincrement": True},
    )


class RunRow(Base):
    """One execution of a suite."""

    __tablename__ = "runs"

    seq: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    run_id: Mapped[str] = mapped_column(String(64), unique=True)
    project: Mapped[str] = mapped_column(String(64), index=True)
    suite_id: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    api_url: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    counts: Mapped[dict[str, Any]]
    total: Mapped[int]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    duration_seconds: Mapped[float | None]
    message: Mapped[str]
    tier: Mapped[str] = mapped_column(String(32))
    log_tail: Mapped[str] = mapped_column(default="", deferred=True, deferred_raiseload=True)
    junit_path: Mapped[str] = mapped_column(default="")
    event_id: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        CheckConstraint(_one_of("status", RunStatus), name="status"),
        Index(
            "uq_runs_event",
            "event_id",
            unique=True,
            sqlite_where=text("event_id <> ''"),
            postgresql_where=text("event_id <> ''"),
        ),
        {"sqlite_autoincrement": True},
    )


class OutcomeRow(Base):
    """How one case of a run ended. ``position`` keeps the order in which the runner told of it."""

    __tablename__ = "outcomes"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[str]
    node_id: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    duration_seconds: Mapped[float]
    operation: Mapped[str]
    family: Mapped[str]
    title: Mapped[str]
    check: Mapped[str]
    expected: Mapped[str]
    actual: Mapped[str]
    curl: Mapped[str]
    message: Mapped[str]
    remarks: Mapped[list[Any]]

    __table_args__ = (CheckConstraint(_one_of("kind", OutcomeKind), name="kind"),)


class ApiKeyRow(Base):
    """An API key: of its secret only the SHA-256 is kept."""

    __tablename__ = "api_keys"

    seq: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    key_id: Mapped[str] = mapped_column(String(64), unique=True)
    secret_sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    project: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    is_revoked: Mapped[bool] = mapped_column(default=False)

    __table_args__ = ({"sqlite_autoincrement": True},)


class BreakerRow(Base):
    """The state of one circuit breaker, shared by all processes."""

    __tablename__ = "circuit_breakers"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    failures: Mapped[int]
    opened_at: Mapped[datetime | None]
    probing_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("state IN ('closed', 'open', 'half_open')", name="state"),)


class AuditRow(Base):
    """One mutating call: who did what to what, and when."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    operation: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]

    __table_args__ = ({"sqlite_autoincrement": True},)


class EngineBeatRow(Base):
    """When an engine was last alive."""

    __tablename__ = "engine_beats"

    engine: Mapped[str] = mapped_column(String(128), primary_key=True)
    beat_at: Mapped[datetime]
