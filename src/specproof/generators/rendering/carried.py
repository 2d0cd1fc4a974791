"""The files that every suite carries verbatim: the checks and ``conftest.py``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from specproof.domain.suites import SuiteFile

CHECKS = "specproof.checks"
PACKAGE_FILE = "vocabulary.py"
"""Carried as the package's ``__init__.py`` (ours stays empty, so that importing ``wire`` imports nothing else)."""
CONFTEST_FILE = "carried_conftest.py"


def carried_files(slug: str) -> tuple[SuiteFile, ...]:
    """``conftest.py`` and the package ``checks_<slug>``, sorted by path."""
    renamed = {PACKAGE_FILE: f"checks_{slug}/__init__.py", CONFTEST_FILE: "conftest.py"}
    files = [
        SuiteFile(renamed.get(name, f"checks_{slug}/{name}"), content, is_carried=True)
        for name, content in _carried_sources().items()
    ]
    return tuple(sorted(files, key=lambda file: file.path))


@cache
def _carried_sources() -> Mapping[str, str]:
    """File name -> content, read once: they are part of this installation and do not change while it runs."""
    return MappingProxyType(
        {
            source.name: source.read_text(encoding="utf-8")
            for source in resources.files(CHECKS).iterdir()
            if source.name.endswith(".py") and source.name != "__init__.py"
        }
    )
