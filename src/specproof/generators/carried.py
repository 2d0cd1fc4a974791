"""The files that every suite carries verbatim: the checks and ``conftest.py``."""

from __future__ import annotations

from importlib import resources

from specproof.domain.suites import SuiteFile

CHECKS = "specproof.checks"
PACKAGE_FILE = "vocabulary.py"
"""Carried as the package's ``__init__.py`` (ours stays empty, so that importing ``wire`` imports nothing else)."""
CONFTEST_FILE = "carried_conftest.py"


def carried_files(slug: str) -> tuple[SuiteFile, ...]:
    """``conftest.py`` and the package ``checks_<slug>``, sorted by path."""
    files = []
    for source in resources.files(CHECKS).iterdir():
        if not source.name.endswith(".py") or source.name == "__init__.py":
            continue
        path = f"checks_{slug}/{source.name}"
        if source.name == PACKAGE_FILE:
            path = f"checks_{slug}/__init__.py"
        elif source.name == CONFTEST_FILE:
            path = "conftest.py"
        files.append(SuiteFile(path, source.read_text(encoding="utf-8"), is_carried=True))
    return tuple(sorted(files, key=lambda file: file.path))
