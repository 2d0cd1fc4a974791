"""Whether an SQLite database is still the file that was opened.

A file that was deleted or replaced while it is open goes on taking commits that nobody will ever read again. Looking costs two
microseconds a commit.
"""

from __future__ import annotations

import os
from pathlib import Path

from specproof.errors import DatabaseUnavailableError


class SameFile:
    """Remembers the file at ``path`` at the first look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None

    def require(self) -> None:
        """Raises ``DatabaseUnavailableError`` if another file, or none, lies there now."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - this stands in front of every commit
        except OSError:
            found = None
        here = (found.st_dev, found.st_ino) if found else None
        if self._known is None:
            self._known = here
        elif here != self._known:
            hint = "Put the file back and restart the service: what it writes now would be lost."
            raise DatabaseUnavailableError("the file of the database was deleted or replaced", at=str(self._path), hint=hint)
