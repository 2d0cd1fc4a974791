"""The first tables.

Revision: 0001, after: nothing. Types are spelt out here and not taken from the models: a migration stays as it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.Float().with_variant(TIMESTAMP(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("api_keys", "audit", "circuit_breakers", "documents", "engine_beats", "runs", "suites", "webhook_events", "outcomes")


def upgrade() -> None:
    _create_api_keys()
    _create_audit()
    _create_circuit_breakers()
    _create_documents()
    _create_engine_beats()
    _create_runs()
    _create_suites()
    _create_webhook_events()
    _create_outcomes()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("project", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_api_keys"),
        sa.UniqueConstraint("key_id", name="uq_api_keys_key_id"),
        sqlite_autoincrement=True,
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sqlite_autoincrement=True,
    )


def _create_circuit_breakers() -> None:
    op.create_table(
        "circuit_breakers",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("probing_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('closed', 'open', 'half_open')", name="ck_circuit_breakers_state"),
        sa.PrimaryKeyConstraint("name", name="pk_circuit_breakers"),
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_documents"),
    )


def _create_engine_beats() -> None:
    op.create_table(
        "engine_beats",
        sa.Column("engine", sa.String(length=128), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("engine", name="pk_engine_beats"),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("project", sa.String(length=64), nullable=False),
        sa.Column("suite_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("api_url", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("log_tail", sa.Text(), nullable=False),
        sa.Column("junit_path", sa.Text(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("status IN ('queued', 'running', 'passed', 'failed', 'broken', 'timed_out')", name="ck_runs_status"),
        sa.PrimaryKeyConstraint("seq", name="pk_runs"),
        sa.UniqueConstraint("run_id", name="uq_runs_run_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_runs_project", "runs", ["project"], unique=False)
    op.create_index(
        "uq_runs_event",
        "runs",
        ["event_id"],
        unique=True,
        sqlite_where=sa.text("event_id <> ''"),
        postgresql_where=sa.text("event_id <> ''"),
    )


def _create_suites() -> None:
    op.create_table(
        "suites",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("suite_id", sa.String(length=64), nullable=False),
        sa.Column("project", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("spec_digest", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("case_count", sa.Integer(), nullable=False),
        sa.Column("operations_total", sa.Integer(), nullable=False),
        sa.Column("operations_covered", sa.Integer(), nullable=False),
        sa.Column("quality_score", sa.Float(), nullable=False),
        sa.Column("quality_grade", sa.String(length=8), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_suites"),
        sa.UniqueConstraint("suite_id", name="uq_suites_suite_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_suites_event",
        "suites",
        ["event_id"],
        unique=True,
        sqlite_where=sa.text("event_id <> ''"),
        postgresql_where=sa.text("event_id <> ''"),
    )
    op.create_index("uq_suites_project_revision", "suites", ["project", "revision"], unique=True)


def _create_webhook_events() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("project", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("lease_expires_at", MOMENT, nullable=True),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("burst_started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("first_failed_at", MOMENT, nullable=True),
        sa.Column("last_failed_at", MOMENT, nullable=True),
        sa.Column("failure_code", sa.String(length=64), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("failure_stage", sa.String(length=16), nullable=True),
        sa.Column("failure_hint", sa.Text(), nullable=True),
        sa.Column("failure_at", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.String(length=64), nullable=True),
        sa.Column("superseded_by", sa.String(length=64), nullable=True),
        sa.Column("spec_document_id", sa.String(length=64), nullable=False),
        sa.Column("spec_url", sa.Text(), nullable=False),
        sa.Column("run_after", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(status = 'running') = (lease_expires_at IS NOT NULL)", name="ck_webhook_events_lease"),
        sa.CheckConstraint(
            "status IN ('recorded', 'pending', 'running', 'retrying', 'succeeded', 'superseded', 'dead')",
            name="ck_webhook_events_status",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_webhook_events"),
        sa.UniqueConstraint("event_id", name="uq_webhook_events_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_webhook_events_due",
        "webhook_events",
        ["run_at", "seq"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'retrying')"),
        postgresql_where=sa.text("status IN ('pending', 'retrying')"),
    )
    op.create_index("ix_webhook_events_project_status", "webhook_events", ["project", "status"], unique=False)
    op.create_index("ix_webhook_events_status", "webhook_events", ["status"], unique=False)
    op.create_index(
        "uq_webhook_events_delivery",
        "webhook_events",
        ["project", "source", "delivery_id"],
        unique=True,
        sqlite_where=sa.text("delivery_id <> ''"),
        postgresql_where=sa.text("delivery_id <> ''"),
    )
    op.create_index(
        "uq_webhook_events_repetition",
        "webhook_events",
        ["project", "source", "digest"],
        unique=True,
        sqlite_where=sa.text("delivery_id = '' AND status = 'pending' AND token = 0"),
        postgresql_where=sa.text("delivery_id = '' AND status = 'pending' AND token = 0"),
    )
    op.create_index(
        "uq_webhook_events_running",
        "webhook_events",
        ["project"],
        unique=True,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )


def _create_outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("actual", sa.Text(), nullable=False),
        sa.Column("curl", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('passed', 'failed', 'errored', 'skipped')", name="ck_outcomes_kind"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_outcomes_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_outcomes"),
    )
