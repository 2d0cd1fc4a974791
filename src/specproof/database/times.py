"""Moments by the database's clock.

Leases and due times of several machines are comparable only by one clock, and that is the database's: ``clock_timestamp()`` on PostgreSQL
(``now()`` would stand still for the whole transaction), ``julianday('now')`` on SQLite (``unixepoch('subsec')`` needs SQLite 3.42; Debian 12
has 3.40). A moment is ``timestamptz`` on PostgreSQL and seconds since 1970 as REAL on SQLite, and an aware :class:`datetime` in Python.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Dialect, Float, TypeDecorator, type_coerce
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import literal
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as the dialect does it best."""

    impl = Float
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``timestamptz`` on PostgreSQL, REAL elsewhere."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Float())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Seconds since 1970 on SQLite, the datetime itself on PostgreSQL."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.timestamp()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware datetime in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)


class MomentFromNow(FunctionElement[datetime]):
    """The database's time now, plus so many seconds (read when the statement meets it, not when the transaction began)."""

    type = Moment()
    inherit_cache = True

    def __init__(self, seconds: float | BindParameter[Any] = 0.0) -> None:
        super().__init__(
            type_coerce(seconds, Float()) if isinstance(seconds, BindParameter) else literal(float(seconds), Float())
        )


@compiles(MomentFromNow, "postgresql")
def _on_postgresql(element: MomentFromNow, compiler: SQLCompiler, **options: Any) -> str:
    # A scalar subquery is evaluated once per statement: all rows of one statement get the same moment.
    seconds = compiler.process(element.clauses, **options)
    return f"(SELECT clock_timestamp() + make_interval(secs => {seconds}))"


@compiles(MomentFromNow, "sqlite")
def _on_sqlite(element: MomentFromNow, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"((julianday('now') - 2440587.5) * 86400.0 + {seconds})"
