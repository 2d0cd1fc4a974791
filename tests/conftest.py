"""What all rings share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2] / "shared")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the shared corpus where it is not; ``.ci/run`` fails on that where it is."""
    if SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("needs_shared"):
            item.add_marker(pytest.mark.skip(reason=f"needs the shared corpus, which is not at {SHARED} (set SPECPROOF_CORPUS)"))


@pytest.fixture
def shared() -> Path:
    """The shared corpus. Tests that use it are marked ``needs_shared``."""
    return SHARED
