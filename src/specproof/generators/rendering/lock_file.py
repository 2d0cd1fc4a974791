"""``specproof.lock.json``: what a suite was made from and the hash of every file, so that hand edits can be told from ours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from specproof.domain.suites import SuiteFile
from specproof.generators.rendering.json_text import json_document

LOCK_PATH = "specproof.lock.json"


def lock_file(facts: Mapping[str, object], files: Iterable[SuiteFile]) -> SuiteFile:
    """The lock file for ``files``: ``facts`` (generator version, slug, digest, seed, cases) and ``files`` (path -> SHA-256)."""
    return SuiteFile(LOCK_PATH, json_document({**facts, "files": file_hashes(files)}))


def relocked(files: Iterable[SuiteFile]) -> tuple[SuiteFile, ...]:
    """``files`` with the lock file's hashes brought up to date, for whoever changes files after rendering (the formatter)."""
    files = tuple(files)
    hashes = file_hashes(files)
    return tuple(
        replace(file, content=json_document({**json.loads(file.content), "files": hashes})) if file.path == LOCK_PATH else file
        for file in files
    )


def file_hashes(files: Iterable[SuiteFile]) -> dict[str, str]:
    """Path -> SHA-256 of the content in UTF-8, of every file but the lock file itself."""
    return {
        file.path: hashlib.sha256(file.content.encode("utf-8")).hexdigest()
        for file in sorted(files, key=lambda file: file.path)
        if file.path != LOCK_PATH
    }
