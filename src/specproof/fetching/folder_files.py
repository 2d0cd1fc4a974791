"""The files of a folder on this machine, as far as a specification may read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from specproof.errors import FetchRefusedError, SpecLimitError, SpecUnreadableError
from specproof.openapi.documents.addresses import is_document_name

_MOST_NAMES = 10_000
_NOT_INSIDE = "that is no regular file inside of the folder"
_HINT = "Name the document itself."


class FolderFiles:
    """:class:`~specproof.openapi.documents.files.Files` below ``root``. Links may lead about within it, and never out of it."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root = root.resolve()
        self._max_bytes = max_bytes

    def read(self, path: str) -> bytes | None:
        """See the port. Raises ``FetchRefusedError`` for links that lead out, folders and devices, ``SpecLimitError`` for long files."""
        try:
            real = (self._root / path).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            return None
        if not real.is_relative_to(self._root):
            raise FetchRefusedError(_NOT_INSIDE, at=path)
        try:
            # The path was resolved: a link there now was put there since. O_NONBLOCK: a named pipe would hang for ever.
            descriptor = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        except OSError:
            return None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FetchRefusedError(_NOT_INSIDE, at=path)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(self._max_bytes + 1)
        if len(content) > self._max_bytes:
            raise SpecLimitError(f"the file is longer than {self._max_bytes} bytes", at=path)
        return content

    def names(self) -> tuple[str, ...]:
        """The paths of all files that may be pieces of a specification, hidden folders left out. Raises ``SpecUnreadableError``."""
        found: list[str] = []
        for folder, below, files in os.walk(self._root):
            below[:] = sorted(name for name in below if not name.startswith(".") and name != "node_modules")
            here = Path(folder).relative_to(self._root)
            found.extend((here / name).as_posix() for name in files if is_document_name(name) and name.isprintable())
            if len(found) > _MOST_NAMES:
                message = f"the folder holds more than {_MOST_NAMES} .json and .yaml files"
                raise SpecUnreadableError(message, at=str(self._root), hint=_HINT)
        return tuple(sorted(found))
