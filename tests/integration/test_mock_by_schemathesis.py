"""The mock of the sample API, driven by schemathesis over the loopback: an outside referee of what the document says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mocks import BOOKSHOP, mock

pytestmark = pytest.mark.slow
SECONDS = 20


def test_schemathesis_finds_nothing_wrong_with_the_mock(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        pytest.skip("schemathesis is not installed here")
    with mock(BOOKSHOP, tmp_path) as served:
        token = served["credentials"]["ClerkToken"][0]
        finished = subprocess.run(
            [
                str(program), "run", str(BOOKSHOP), "--url", served["url"], "--max-time", str(SECONDS), "--seed", "1",
                "--phases", "examples,coverage,fuzzing,stateful", "--checks", "all", "--header", f"Authorization: Bearer {token}",
                "--no-color", "--generation-database", "none", "--suppress-health-check", "all", "--continue-on-failure",
            ],
            cwd=tmp_path, capture_output=True, text=True, timeout=6 * SECONDS, check=False,
        )  # fmt: skip
    assert finished.returncode == 0, finished.stdout[-12_000:] + finished.stderr[-2_000:]
    tried = re.search(r"(\d+) generated, (\d+) passed", finished.stdout)
    assert tried is not None, finished.stdout[-12_000:]
    assert int(tried[2]) > 50
