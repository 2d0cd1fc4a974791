"""What all rings share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2] / "shared")

# No example is judged by how long it takes: machines that do other work as well are slow at times.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


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
