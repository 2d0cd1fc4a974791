"""A document in a file that the settings name. Deliveries cannot name one."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

from specproof.domain.ports import FetchedDocument
from specproof.errors import FetchRefusedError, SpecLimitError


async def fetch_file(path: Path, max_bytes: int) -> FetchedDocument:
    """The bytes of ``path``. Raises ``FetchRefusedError`` if it is no readable file, ``SpecLimitError`` over ``max_bytes``."""
    content = await asyncio.to_thread(_read, path, max_bytes)
    return FetchedDocument(content, origin=str(path))


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        # O_NONBLOCK: opening a named pipe without a writer would hang for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FetchRefusedError(
            f"the file cannot be read: {reason}", at=str(path), hint="Check spec_file of the project."
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FetchRefusedError("that is no regular file", at=str(path), hint="Check spec_file of the project.")
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise SpecLimitError(
            f"the file is longer than {max_bytes} bytes", at=str(path), hint="Raise SPECPROOF_FETCH__MAX_BYTES, or split it."
        )
    return content
