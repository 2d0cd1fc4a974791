"""Driver errors in our words: connection trouble is transient, broken uniqueness is for the repositories, the rest is a defect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from specproof.errors import DatabaseUnavailableError

UNDEFINED_TABLE = ("42P01", "42703")
"""PostgreSQL's codes for a missing table and a missing column."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise :class:`DatabaseUnavailableError` for whatever passes when the database is back: refused, locked, gone, not migrated.

    Integrity errors pass through (the repositories understand them), and so do defects of ours (wrong SQL, wrong values).
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise DatabaseUnavailableError("no database connection became free in time") from error
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _in_our_words(error) from error
    except OSError as error:
        raise DatabaseUnavailableError(f"the database cannot be reached: {error.strerror or type(error).__name__}") from error


def _in_our_words(error: DBAPIError) -> Exception:
    reason = _first_line(error)
    if getattr(error.orig, "sqlstate", None) in UNDEFINED_TABLE or reason.startswith(("no such table", "no such column")):
        hint = "The tables are missing or old: run `specproof db upgrade`."
        return DatabaseUnavailableError("the database is not migrated", hint=hint)
    if isinstance(error, DataError | ProgrammingError | NotSupportedError) and not error.connection_invalidated:
        return error
    return DatabaseUnavailableError(f"the database is not available: {reason}")


def _first_line(error: DBAPIError) -> str:
    # Only the driver's own first line: SQLAlchemy's text would quote the statement and its parameters.
    lines = str(error.orig).strip().splitlines()
    return lines[0][:200] if lines else type(error.orig).__name__
