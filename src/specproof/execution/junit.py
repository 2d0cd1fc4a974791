"""The JUnit XML of a run: written by the suite's process, so checked for size and redacted before it is kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from specproof.execution.redaction import Redactor

MAX_BYTES = 64 << 20


def keep_junit(written: Path, target: Path | None, redactor: Redactor) -> str:
    """Copy the report to ``target``, redacted; its path, or "" if there is none or it cannot be kept (a run is worth more)."""
    if target is None:
        return ""
    text = _read(written)
    if not text:
        return ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = target.with_name(f".{target.name}.{os.getpid()}.{written.parent.name}")
        staged.write_text(redactor.text(text), encoding="utf-8")
        staged.replace(target)
    except OSError:
        return ""
    return str(target)


def _read(path: Path) -> str:
    try:
        # The suite's process could have left a link or a pipe in its place.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        content = file.read(MAX_BYTES + 1)
    return content.decode("utf-8", "replace") if len(content) <= MAX_BYTES else ""
