"""What a proof leaves in a suite's folder: its report, the report of the suite as it was generated, one line in the README."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

from specproof.errors import StorageError
from specproof.generators.rendering.json_text import json_document
from specproof.quality.report.readme_line import with_line
from specproof.storage.suite_files import LOCK_NAME, create_file, file_hash, locked_hashes, speaking_of

OWN_FOLDER = ".specproof"
"""No part of the suite: neither the lock file nor the quality rules look into it."""
REPORT = "report.json"
BASELINE = "baseline.json"
"""The report of the suite as it was generated: what hand edits are compared with."""
README = "README.md"
MAX_REPORT_BYTES = 64 << 20


def earlier_report(folder: Path, *, is_edited: bool) -> bytes | None:
    """The report to compare with: of an edited suite that of the suite before all edits, else the latest. None where there is none."""
    names = (BASELINE, REPORT) if is_edited else (REPORT,)
    with speaking_of(folder):
        own = _own_folder(folder)
        paths = [own / name for name in names]
        found = next((path for path in paths if path.is_file() and not path.is_symlink()), None)
        if found is None or found.stat().st_size > MAX_REPORT_BYTES:
            return None
        return found.read_bytes()


def keep_report(folder: Path, report: str, *, is_edited: bool) -> None:
    """Keep ``report``; that of a suite which nobody has edited is what later edits are compared with."""
    with speaking_of(folder):
        own = _own_folder(folder)
        own.mkdir(exist_ok=True)
        for name in (REPORT,) if is_edited else (REPORT, BASELINE):
            _replace(own / name, report)


def write_report_file(path: Path, report: str) -> None:
    """Write a report where a person wants to have it."""
    with speaking_of(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report, encoding="utf-8")


def put_readme_line(folder: Path, line: str) -> None:
    """Put ``line`` into the suite's README. Where nobody had changed that file, the lock file learns its new hash: it still is ours."""
    with speaking_of(folder):
        path = folder / README
        if path.is_symlink() or not path.is_file():
            return
        try:
            before = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return  # somebody else's text: it stays as it is
        after = with_line(before, line)
        if after == before:
            return
        _replace(path, after)
        hashes = locked_hashes(folder)
        if hashes is not None and hashes.get(README) == file_hash(before):
            lock = folder / LOCK_NAME
            facts = json.loads(lock.read_bytes())
            _replace(lock, json_document({**facts, "files": {**facts["files"], README: file_hash(after)}}))


def _own_folder(folder: Path) -> Path:
    own = folder / OWN_FOLDER
    if own.is_symlink():
        raise StorageError("a suite holds plain files only", at=OWN_FOLDER, hint="Remove the link.")
    return own


def _replace(path: Path, text: str) -> None:
    """Write beside and rename: nobody ever sees half of it."""
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    descriptor = create_file(staged)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
        staged.replace(path)
    except OSError:
        staged.unlink(missing_ok=True)
        raise
