"""What suites are worth: the figures of their proofs.

Revision: 0002, after: 0001. The columns that may not be empty have defaults: suites that are stored already have no proof.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ("proof_reason", "proof_grade", "strength", "trust_silent", "trust_total", "economy", "proof_families", "proof_details")


def upgrade() -> None:
    # As text: Alembic cannot add a column together with its check on SQLite, which has no other way to add a check.
    op.execute(
        "ALTER TABLE suites ADD COLUMN proof_state VARCHAR(16) DEFAULT 'none' NOT NULL"
        " CONSTRAINT ck_suites_proof_state CHECK (proof_state IN ('none', 'proven', 'below_gate', 'failed'))"
    )
    op.add_column("suites", sa.Column("proof_reason", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("suites", sa.Column("proof_grade", sa.String(length=8), server_default=sa.text("''"), nullable=False))
    op.add_column("suites", sa.Column("strength", sa.Float(), nullable=True))
    op.add_column("suites", sa.Column("trust_silent", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("suites", sa.Column("trust_total", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("suites", sa.Column("economy", sa.Float(), nullable=True))
    op.add_column("suites", sa.Column("proof_families", sa.Text(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("suites", sa.Column("proof_details", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.drop_column("suites", column)
    op.execute("ALTER TABLE suites DROP COLUMN proof_state")
